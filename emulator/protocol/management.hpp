// Requests to an entity's `$management` node.
#pragma once

#include <functional>
#include <string>

#include "core/amqp/message.hpp"
#include "emulator/store/durable_broker.hpp"

namespace millrace::bus {

/// Answers peek-message, renew-lock, renew-session-lock, get- and set-session-state, update-disposition,
/// receive-by-sequence-number and enumerate-rules; anything else gets status 501. A reply whose request
/// changed something comes after the commit. Owned by the composition root; loop thread.
class Management {
 public:
  using Reply = std::function<void(amqp::Message)>;

  explicit Management(DurableBroker& broker) : broker_(broker) {}

  /// `path` is the entity's, without `/$management`. `reply` is called once, at once or later.
  void handle(const std::string& path, const amqp::Message& request, const Reply& reply);

 private:
  DurableBroker& broker_;
};

}  // namespace millrace::bus

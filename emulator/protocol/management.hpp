// Requests to an entity's `$management` node.
#pragma once

#include <functional>
#include <string>

#include "core/amqp/link.hpp"
#include "core/amqp/message.hpp"
#include "emulator/protocol/receivers.hpp"
#include "emulator/store/durable_broker.hpp"

namespace millrace::bus {

/// Answers peek, schedule and cancel, lock renewal, session state and listing, settlement and receiving by
/// number, and rules; anything else gets status 501. A reply whose request
/// changed something comes after the commit. Owned by the composition root; loop thread.
class Management {
 public:
  using Reply = std::function<void(amqp::Message)>;

  explicit Management(DurableBroker& broker) : broker_(broker) {}

  /// `path` is the entity's, without `/$management`; `receivers` are those of the client that asks. `reply`
  /// is called once, at once or later.
  void handle(const std::string& path, const amqp::Message& request, const Receivers& receivers,
              const Reply& reply);
  /// What one must be allowed to do for this request.
  static Rights rights_for(const amqp::Message& request);
  static amqp::Message refusal(const amqp::Message& request, const Refusal& why);
  static amqp::Message refusal(const amqp::Message& request, const amqp::Condition& why);

 private:
  DurableBroker& broker_;
};

}  // namespace millrace::bus

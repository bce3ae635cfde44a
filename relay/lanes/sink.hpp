// What the relay needs of the place it delivers to.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "core/delivery/lanes.hpp"
#include "core/servicebus/trouble.hpp"
#include "proto/amqp_mapping.hpp"

namespace millrace::relay {

/// One message for the sink.
struct Outbound {
  std::string entity;
  proto::AmqpEvent message;
  /// Beyond the reach of the entity's duplicate detection: consumers compare ids themselves.
  bool possible_duplicate = false;
};

/// Takes messages and says what became of each. Connects, and comes back after a loss, by itself and for
/// ever. All calls and all handlers on the loop; no handler is called after `stop` has returned.
class Sink {
 public:
  struct Handlers {
    /// It takes sends (again).
    std::function<void()> on_up;
    /// It does not. Called once for each on_up, and for each attempt that failed, with a reason for people.
    std::function<void(std::string reason)> on_down;
    /// In what class it is: before its on_down, or before the outcome that brings it; alone, and `is_quiet`,
    /// where nothing has to wait for it.
    std::function<void(const servicebus::Trouble&)> on_trouble{};
  };
  /// Called exactly once for each send, later, never from inside `send`.
  using Done = std::function<void(delivery::Outcome)>;

  virtual ~Sink() = default;
  virtual void start(Handlers handlers) = 0;
  virtual void send(Outbound outbound, Done done) = 0;
  virtual boost::asio::awaitable<void> stop() = 0;
};

}  // namespace millrace::relay

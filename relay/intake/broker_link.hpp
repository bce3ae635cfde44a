// The relay's connection to one broker.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "core/mqtt/client.hpp"
#include "relay/intake/wire.hpp"

namespace millrace::relay {

/// Hears the events of all boxes on one broker; publishes receipts and the relay's state, both retained.
/// Comes back after a loss by itself; an absent broker is waited for. On the loop; owned by CloudRelay.
class BrokerLink {
 public:
  struct Handlers {
    std::function<void(const mqtt::Message&)> on_event;
    std::function<void(bool up, const std::string& reason)> on_link;
    /// The relay's state as it is now; it goes out at each connection and by `publish_status`.
    std::function<RelayStatus()> status;
    /// The sites whose boxes are served.
    std::function<std::set<std::string>()> sites;
  };
  BrokerLink(boost::asio::any_io_executor loop, mqtt::Options options, std::string relay_name,
             Handlers handlers);
  ~BrokerLink();
  BrokerLink(const BrokerLink&) = delete;
  BrokerLink& operator=(const BrokerLink&) = delete;

  void start();
  /// Says offline, then disconnects.
  boost::asio::awaitable<void> stop();

  /// `done`: whether the broker took it.
  void publish_receipt(const Box& box, Bytes receipt, std::function<void(bool)> done);
  void publish_status();

  bool connected() const;
  /// "host:port"
  const std::string& name() const;
  uint64_t dropped() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace millrace::relay

// The bus's AMQP port.
#pragma once

#include <memory>
#include <set>
#include <string>

#include <boost/asio/io_context.hpp>

#include "core/amqp/listener.hpp"
#include "emulator/protocol/bus_metrics.hpp"
#include "emulator/protocol/management.hpp"

namespace millrace::bus {

/// Accepts clients and keeps them until they or the bus leave. Owned by the composition root; loop thread.
class AmqpServer {
 public:
  AmqpServer(boost::asio::io_context& loop, DurableBroker& broker, BusMetrics metrics);
  AmqpServer(const AmqpServer&) = delete;
  AmqpServer& operator=(const AmqpServer&) = delete;

  /// Errors: invalid_input (address), unavailable (port in use).
  Result<> start(const std::string& address, uint16_t port) { return listener_.start(address, port); }
  uint16_t port() const { return listener_.port(); }
  /// Stops accepting and tells the clients that the bus is going.
  void stop();
  bool is_idle() const { return connections_.empty(); }

 private:
  amqp::Connection::Events make_events();

  boost::asio::io_context& loop_;
  DurableBroker& broker_;
  Management management_;
  BusMetrics metrics_;
  std::set<std::shared_ptr<amqp::Connection>> connections_;
  amqp::Listener listener_;
};

}  // namespace millrace::bus

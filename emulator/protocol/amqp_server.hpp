// The bus's AMQP side.
#pragma once

#include <memory>
#include <set>
#include <string>

#include <boost/asio/io_context.hpp>

#include "core/amqp/connection.hpp"
#include "emulator/protocol/bus_metrics.hpp"
#include "emulator/protocol/management.hpp"

namespace millrace::bus {

/// Serves clients and keeps them until they or the bus leave. Owned by the composition root; loop thread.
class AmqpServer {
 public:
  AmqpServer(boost::asio::io_context& loop, DurableBroker& broker, BusMetrics metrics);
  AmqpServer(const AmqpServer&) = delete;
  AmqpServer& operator=(const AmqpServer&) = delete;

  /// A client whose first bytes were AMQP's.
  void take(std::unique_ptr<net::Wire> wire);
  /// Tells the clients that the bus is going.
  void stop();
  bool is_idle() const { return connections_.empty(); }

 private:
  amqp::Connection::Events make_events();

  boost::asio::io_context& loop_;
  DurableBroker& broker_;
  Management management_;
  BusMetrics metrics_;
  std::set<std::shared_ptr<amqp::Connection>> connections_;
};

}  // namespace millrace::bus

// The bus's AMQP side.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "core/amqp/connection.hpp"
#include "emulator/protocol/client_context.hpp"

namespace millrace::bus {

/// Serves clients and keeps them until they or the bus leave. Owned by the composition root; loop thread.
class AmqpServer {
 public:
  explicit AmqpServer(BusParts parts) : parts_(parts), management_(parts.broker) {}
  AmqpServer(const AmqpServer&) = delete;
  AmqpServer& operator=(const AmqpServer&) = delete;

  /// A client whose first bytes were AMQP's.
  void take(std::unique_ptr<net::Wire> wire);
  /// Tells the clients that the bus is going.
  void stop();
  bool is_idle() const { return connections_.empty(); }

 private:
  BusParts parts_;
  Management management_;
  std::set<std::shared_ptr<amqp::Connection>> connections_;
};

}  // namespace millrace::bus

// The bus's AMQP side.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "core/amqp/connection.hpp"
#include "emulator/protocol/claims.hpp"
#include "emulator/protocol/client_context.hpp"

namespace millrace::bus {

/// Azure allows 5,000 AMQP connections to a namespace.
inline constexpr size_t kConnectionsMost = 5'000;
/// So many of those that are too many are told so at a time; the rest are cut.
inline constexpr size_t kRefusalsMost = 100;

struct AmqpLimits {
  size_t connections = kConnectionsMost;
  Millis claim_time = kClaimTime;
};

/// Serves clients and keeps them until they or the bus leave. Owned by the composition root; loop thread.
class AmqpServer {
 public:
  explicit AmqpServer(BusParts parts, AmqpLimits limits = {})
      : parts_(parts), limits_(limits), management_(parts.broker) {}
  AmqpServer(const AmqpServer&) = delete;
  AmqpServer& operator=(const AmqpServer&) = delete;

  /// A client whose first bytes were AMQP's. Refused when there are too many.
  void take(std::unique_ptr<net::Wire> wire);
  /// Tells the clients that the bus is going.
  void stop();
  bool is_idle() const { return connections_.empty() && refusals_.empty(); }

 private:
  void refuse(std::unique_ptr<net::Wire> wire);

  BusParts parts_;
  AmqpLimits limits_;
  Management management_;
  std::set<std::shared_ptr<amqp::Connection>> connections_;
  std::set<std::shared_ptr<amqp::Connection>> refusals_;  ///< being told that there are too many
};

}  // namespace millrace::bus

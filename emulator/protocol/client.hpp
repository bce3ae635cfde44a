// One client connection: gives each of its links to who serves it.
#pragma once

#include <memory>

#include "core/amqp/link.hpp"
#include "emulator/protocol/claims.hpp"
#include "emulator/protocol/client_context.hpp"
#include "emulator/protocol/request_nodes.hpp"

namespace millrace::bus {

/// Owned by its connection's callbacks. Loop thread.
class Client : public std::enable_shared_from_this<Client> {
 public:
  Client(ClientContextPtr context, Management& management);

  /// Whether it may come in by SASL PLAIN.
  bool log_in(std::string_view user, std::string_view password) { return claims_->put_key(user, password); }
  /// Ends the connection after the time unless it has shown by then that it may do something.
  void expect_claim(Millis within);
  /// The peer attached a link.
  void attached(const amqp::LinkPtr& link);
  /// The connection is gone.
  void gone() { claims_->stop(); }

 private:
  void attached_management(const amqp::LinkPtr& link, const std::string& path);

  void admitted(const amqp::LinkPtr& link, const std::string& path, const Fault* fault);
  const Broker& entities() const { return context_->parts.broker.entities(); }

  ClientContextPtr context_;
  std::shared_ptr<Claims> claims_;
  std::shared_ptr<RequestNodes> requests_;
};

}  // namespace millrace::bus

// `$cbs`, the node that takes tokens.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/amqp/connection.hpp"
#include "core/base/result.hpp"
#include "core/servicebus/credential.hpp"

namespace millrace::servicebus {

/// The link pair to `$cbs` on one connection. Loop thread; shared by its user and its links' callbacks.
class TokenLink : public std::enable_shared_from_this<TokenLink> {
 public:
  using Done = std::function<void(Result<>)>;

  /// Null when the connection is closing.
  static std::shared_ptr<TokenLink> open(amqp::Connection& connection);
  /// The service lets the links go after ten quiet minutes; then open another one.
  bool is_closed() const { return sender_->is_closed() || receiver_->is_closed(); }
  /// Hands a token in; `done` follows with the service's answer. Errors: unauthorised with the service's
  /// words, unavailable when the link is gone.
  void put(const std::string& audience, const Token& token, Done done);

 private:
  void answered(amqp::Incoming incoming);
  void lost();

  amqp::LinkPtr sender_;
  amqp::LinkPtr receiver_;
  std::string reply_to_;
  uint64_t next_id_ = 1;
  std::map<std::string, Done> waiting_;  // by message id
};

}  // namespace millrace::servicebus

// A node that answers requests: `$cbs`, which takes tokens, and an entity's `$management`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/amqp/connection.hpp"
#include "core/amqp/message.hpp"
#include "core/base/result.hpp"

namespace millrace::servicebus {

struct Reply {
  int64_t status = 0;       ///< as of HTTP
  std::string description;  ///< for people
  std::string condition;    ///< an AMQP error condition of a refusal, where one is said
  amqp::Value body;
  bool is_good() const { return status >= 200 && status < 300; }
};

/// The link pair to one node on one connection. Loop thread; shared by its user and its links' callbacks.
class RequestLink : public std::enable_shared_from_this<RequestLink> {
 public:
  /// Errors: unavailable when the link is gone; the request may have been carried out.
  using Done = std::function<void(Result<Reply>)>;

  /// Null when the connection is closing.
  static std::shared_ptr<RequestLink> open(amqp::Connection& connection, const std::string& node);
  /// The service lets the links go after ten quiet minutes; then open another one.
  bool is_closed() const { return sender_->is_closed() || receiver_->is_closed(); }
  /// Sends it under an id of ours; `done` follows with the node's answer.
  void request(amqp::Message message, Done done);
  /// Detaches; who waits for an answer is told that the link is gone.
  void close();

 private:
  void answered(const amqp::Incoming& incoming);
  void lost(const amqp::Condition& why);

  std::string node_;
  amqp::LinkPtr sender_;
  amqp::LinkPtr receiver_;
  std::string reply_to_;
  uint64_t next_id_ = 1;
  std::map<std::string, Done> waiting_;  // by message id
};

}  // namespace millrace::servicebus

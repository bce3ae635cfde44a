// A node that answers requests: `$cbs`, which takes tokens, and an entity's `$management`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/amqp/connection.hpp"
#include "core/amqp/message.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/servicebus/trouble.hpp"

namespace millrace::servicebus {

struct Reply {
  /// As of HTTP; 0 when the service ended the link, or refused the request itself, for this condition.
  int64_t status = 0;
  std::string description;  ///< for people
  std::string condition;    ///< an AMQP error condition of a refusal, where one is said
  std::string instead;      ///< for people: what came in the place of an answer, when status is 0
  amqp::Value body;
  bool is_good() const { return status >= 200 && status < 300; }
};
/// Of a reply that is not good.
Trouble trouble_of(const Reply& reply);

/// The link pair to one node on one connection. Loop thread; shared by its user and its links' callbacks.
class RequestLink : public std::enable_shared_from_this<RequestLink> {
 public:
  /// Errors: unavailable when the link is gone, so that the request may have been carried out, or when the
  /// node would not take it, and no reason was given.
  using Done = std::function<void(Result<Reply>)>;

  /// Null when the connection is closing.
  static std::shared_ptr<RequestLink> open(amqp::Connection& connection, const std::string& node);
  /// The service lets the links go after ten quiet minutes; then open another one.
  bool is_closed() const { return sender_->is_closed() || receiver_->is_closed(); }
  /// Sends it under an id of ours; `done` follows with the node's answer. `asked` is since when it waits.
  void request(amqp::Message message, MonoTime asked, Done done);
  /// Since when the oldest request without an answer waits.
  std::optional<MonoTime> oldest() const;
  /// Detaches; who waits for an answer is told why there is none.
  void close(const std::string& reason);

 private:
  struct Waiting {
    Done done;
    MonoTime asked;
    amqp::DeliveryId delivery = 0;
  };
  void answered(const amqp::Incoming& incoming);
  /// Detaches; who waits is told that.
  void end(const Result<Reply>& told);
  void taken(amqp::DeliveryId id, const amqp::Outcome& outcome);

  std::string node_;
  amqp::LinkPtr sender_;
  amqp::LinkPtr receiver_;
  std::string reply_to_;
  uint64_t next_id_ = 1;
  std::map<std::string, Waiting> waiting_;  // by message id
};

}  // namespace millrace::servicebus

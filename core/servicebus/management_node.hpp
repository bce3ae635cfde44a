// What an entity answers beside its messages: locks, a session's state, what became of a message.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/servicebus/claims.hpp"
#include "core/servicebus/request_link.hpp"

namespace millrace::servicebus {

/// The `$management` of one entity, over one connection after the other: at the first request its token and
/// then its links. Every request has an answer, or is told `unavailable`, until `close`. Loop thread; shared
/// by its receiver and what is under way.
class ManagementNode : public std::enable_shared_from_this<ManagementNode> {
 public:
  /// `clock` must outlive it.
  ManagementNode(const std::string& entity, const Clock& clock);

  void open(std::shared_ptr<amqp::Connection> connection, std::shared_ptr<Claims> claims);
  /// Without a connection `done` is told so from inside the call.
  void request(amqp::Message message, RequestLink::Done done);
  /// Since when the oldest request without an answer waits.
  std::optional<MonoTime> oldest() const;
  /// Who waits is told why there is no answer; the next request goes over other links.
  void give_up(const std::string& reason);
  /// As `give_up`, when the connection is gone.
  void abandon(const std::string& reason);
  /// As `abandon`, and nobody is told.
  void close();

 private:
  struct Request {
    amqp::Message message;
    MonoTime asked;
    RequestLink::Done done;
  };
  void send();

  std::string path_;
  const Clock& clock_;
  std::shared_ptr<amqp::Connection> connection_;
  std::shared_ptr<Claims> claims_;
  std::shared_ptr<RequestLink> links_;
  std::deque<Request> requests_;  // that wait for the token
  bool has_token_ = false;
  bool wants_token_ = false;
  bool closed_ = false;
};

}  // namespace millrace::servicebus

// The way to one queue or topic: a sender link, opened when it is needed.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/amqp/connection.hpp"
#include "core/base/clock.hpp"
#include "core/servicebus/outcome.hpp"

namespace millrace::servicebus {

/// Sends encoded messages to one entity on one connection, many at a time, as fast as the entity gives
/// credit; what has no credit waits here, so that it is known not to be sent. A link that the service lets
/// go, as it does after ten quiet minutes, is opened again at the next send; any other loss is trouble and
/// ends it. Loop thread; shared by the client and the link's callbacks.
class EntitySender : public std::enable_shared_from_this<EntitySender> {
 public:
  using Done = std::function<void(Outcome)>;
  struct Events {
    std::function<void()> on_open;
    /// The link is lost, and the connection with it.
    std::function<void(Trouble)> on_trouble;
    /// What costs nothing but time: the service let the link go, or refused a message for the entity's sake.
    std::function<void(Trouble)> on_notice;
  };

  /// `clock` must outlive the sender.
  EntitySender(std::string entity, std::shared_ptr<amqp::Connection> connection, const Clock& clock,
               Events events);

  const std::string& entity() const { return entity_; }
  /// Attaches, unless that was done; call it when the entity's token is in place.
  void open();
  bool is_open() const { return is_open_; }
  /// Messages that wait for `open` too.
  void send(Bytes message, Done done);
  /// The connection is gone: what was sent is in doubt, what was not sent is not. No event follows.
  void abandon(const std::string& reason);
  /// When the oldest message without an answer was handed in.
  std::optional<MonoTime> oldest() const;
  bool has_delivered() const { return has_delivered_; }
  bool is_idle() const { return waiting_.empty() && under_way_.empty(); }
  /// Something waits, and the entity lets nothing in.
  bool lacks_credit() const;

 private:
  struct Waiting {
    Bytes message;
    Done done;
    MonoTime since;
  };
  struct UnderWay {
    Done done;
    MonoTime since;
  };
  void pump();
  void answered(amqp::DeliveryId id, const amqp::Outcome& outcome, bool settled);
  void closed(const amqp::Condition& why);
  void doubt(const std::string& reason);

  std::string entity_;
  std::shared_ptr<amqp::Connection> connection_;
  const Clock& clock_;
  Events events_;
  amqp::LinkPtr link_;
  bool may_open_ = false;  // the token is in place
  bool is_open_ = false;
  bool answered_since_open_ = false;
  bool has_delivered_ = false;
  uint64_t next_tag_ = 0;
  std::deque<Waiting> waiting_;
  std::map<amqp::DeliveryId, UnderWay> under_way_;
};

}  // namespace millrace::servicebus

// Takes messages from a queue, a subscription, their dead letters, or one session of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/amqp/message.hpp"
#include "core/base/backoff.hpp"
#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"
#include "core/servicebus/lock.hpp"
#include "core/servicebus/management_node.hpp"
#include "core/servicebus/settlement.hpp"

namespace millrace::servicebus {

/// A message under our lock.
struct Received {
  amqp::Message message;
  Uuid lock_token;
  int64_t sequence = 0;         ///< the entity's
  uint32_t delivery_count = 0;  ///< how often it was delivered before
};

/// An attach that was refused is tried again, later when the service names a longer wait.
inline constexpr Millis kAttachAgainFirst{500};
inline constexpr Millis kAttachAgainMost{30'000};
/// Of a hundred messages that meet the same trouble one says so.
inline constexpr Millis kTellAgain{10'000};

/// Made by Client::receive. Kept up until `close`: when link or connection are lost it attaches again, and
/// what was not settled comes again. Renews the session's lock, and those of all messages that it handed out
/// and that are not settled; a session is given up when its lock is lost, or ran out while the service would
/// not renew it. A busy service is left alone as long as it asks, but for a lock's last try. Loop thread.
class Receiver : public std::enable_shared_from_this<Receiver> {
 public:
  struct Options {
    /// `queue`, `topic/Subscriptions/name`, either with `/$DeadLetterQueue`.
    std::string entity;
    /// Not set: the entity has no sessions. Empty: the next session that has messages and no holder. Else
    /// this one.
    std::optional<std::string> session{};
    uint32_t credit = 100;  ///< so many messages may be unsettled
  };
  struct Events {
    /// Messages come from now on; of which session.
    std::function<void(std::string session)> on_open{};
    std::function<void(Received)> on_message{};
    /// The link is gone, or it could not be made; it is tried again. What was not settled comes again,
    /// outside of sessions when its lock has run out. The reason is for people and names no secret.
    std::function<void(std::string reason)> on_lost{};
  };
  /// Called once, unless the receiver is closed or let go first; from inside the call when that can be
  /// answered at once. Errors: conflict when the lock is gone, so that the message comes again or somebody
  /// else has it; unavailable when no answer came, for one within Times::receiver_answer (it may have been
  /// carried out), when there is no connection, or when the service was in trouble; invalid_input when the
  /// message is being settled already.
  using Done = std::function<void(Result<>)>;
  using StateDone = std::function<void(Result<std::optional<Bytes>>)>;

  /// `clock` must outlive it. `on_trouble` is told each trouble but a lost connection in its class, before
  /// who waits is; one of a class in kTellAgain.
  Receiver(boost::asio::any_io_executor executor, Options options, Events events, const Clock& clock,
           std::function<void(const Trouble&)> on_trouble = {});
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  bool is_open() const { return is_open_; }
  /// The session that it has, while it is open.
  const std::string& session() const { return session_; }
  /// Also of a message whose link is gone, as long as its lock lasts: outside of sessions it outlives the
  /// link.
  void settle(const Uuid& lock_token, const Settlement& settlement, Done done);
  /// What the session's state is. While it is open.
  void session_state(StateDone done);
  /// Replaces it; nothing removes it.
  void set_session_state(std::optional<Bytes> state, Done done);
  /// Gives everything back. Nothing is called any more.
  void close();

  // For the client.
  void open(std::shared_ptr<amqp::Connection> connection, const std::shared_ptr<Claims>& claims);
  void abandon(const std::string& reason);
  /// To be called now and then: begins anew when an answer is owed for longer than that.
  void give_up_unanswered(Millis patience);
  bool is_closed() const { return closed_; }

 private:
  struct Held {
    amqp::DeliveryId delivery = 0;
    Lock lock;
  };
  struct Waiting {
    Uuid lock_token;
    Done done;
    MonoTime asked;
  };
  void attach();
  void opened();
  void took(const amqp::Incoming& incoming);
  void hold(amqp::DeliveryId delivery, const Uuid& token, const amqp::Timestamp* locked_until);
  void answered(amqp::DeliveryId id, const amqp::Outcome& outcome);
  void link_closed(const amqp::Condition& why);
  /// The link is gone.
  void lose(const std::string& reason);
  /// We let go of the link, if there is one.
  void end_link(const std::string& reason);
  std::optional<MonoTime> oldest() const;
  void attach_later();
  void attach_after(Millis pause);
  /// The service is in trouble, or we are: heeds the wait that it names, and tells of it.
  void notice(Trouble trouble);
  /// Sends a request to the entity's management node.
  void manage(std::string_view operation, amqp::Map body, RequestLink::Done done);
  void settle_by_management(const Uuid& lock_token, const Settlement& settlement, Done done);
  // Of the locks.
  void set_timer();
  void renew();
  bool is_due(Lock& lock, MonoTime now) const;
  void renew_session(MonoTime now);
  void end_session();
  void renew_message(const Uuid& lock_token, MonoTime now);
  void forget(const Uuid& lock_token);
  std::string name() const;

  boost::asio::any_io_executor executor_;
  Options options_;
  Events events_;
  const Clock& clock_;
  std::function<void(const Trouble&)> on_trouble_;
  std::shared_ptr<amqp::Connection> connection_;
  std::shared_ptr<ManagementNode> management_;
  amqp::LinkPtr link_;
  MonoTime attach_due_;  // when our patience with the answer to its attach begins
  bool is_open_ = false;
  bool closed_ = false;
  std::string session_;
  Lock session_lock_;
  std::string session_refusal_;  // why it was not renewed; empty when it was
  MonoTime busy_until_;          // the service wants to be left alone
  std::map<TroubleKind, MonoTime> told_;
  std::map<Uuid, Held> held_;
  std::map<amqp::DeliveryId, Waiting> waiting_;
  boost::asio::steady_timer renewal_;
  boost::asio::steady_timer again_;
  Backoff backoff_{kAttachAgainFirst, kAttachAgainMost};
};

}  // namespace millrace::servicebus

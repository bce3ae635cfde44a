#include "emulator/protocol/outgoing_link.hpp"

#include <utility>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/protocol/conditions.hpp"
#include "emulator/protocol/message_codec.hpp"

namespace millrace::bus {
namespace {

std::string text_of(const amqp::Map& map, std::string_view key) {
  for (const auto& [name, value] : map) {
    const auto* text = name.text();
    if (text != nullptr && *text == key && value.text() != nullptr) return *value.text();
  }
  return {};
}

/// The reason and description of a dead letter; the rest of the info becomes user properties.
DeadLetter dead_letter(const amqp::Condition& condition) {
  DeadLetter why{text_of(condition.info, "DeadLetterReason"),
                 text_of(condition.info, "DeadLetterErrorDescription"), to_broker(condition.info)};
  why.changed.erase("DeadLetterReason");
  why.changed.erase("DeadLetterErrorDescription");
  return why;
}

/// What tells the client that its disposition was carried out: the same outcome, which the SDKs for Python
/// and Java insist on, but never its own error back, which any client takes for a failure.
amqp::Outcome confirmation(const amqp::Outcome& outcome) {
  amqp::Outcome same;
  same.kind = outcome.kind;
  same.delivery_failed = outcome.delivery_failed;
  same.undeliverable_here = outcome.undeliverable_here;
  return same;
}

}  // namespace

OutgoingLink::OutgoingLink(ClientContextPtr context, Queue& queue, amqp::LinkPtr link)
    : context_(std::move(context)),
      broker_(context_->parts.broker),
      own_queue_(queue.shared_from_this()),
      queue_(queue),
      link_(std::move(link)),
      receiver_(broker_.new_receiver()),
      deletes_(link_->remote_sender_mode() == amqp::SenderMode::settled),
      request_(SessionRequest::read(*link_)),
      timer_(context_->parts.loop) {}

void OutgoingLink::start() {
  if (queue_.settings().requires_session != request_.has_value() && keeps(Behaviour::sessions_required)) {
    const auto* what = request_ ? "'{}' does not support sessions: receive from it without one."
                                : "'{}' requires sessions: accept a session to receive from it.";
    return link_->refuse(to_condition({Reason::not_allowed, fmt::format(fmt::runtime(what), queue_.path())}));
  }
  link_->on_close = [self = shared_from_this()](const amqp::Condition&) { self->closed(); };
  if (request_) {
    start_session();
  } else {
    accepted({});
  }
}

void OutgoingLink::start_session() {
  if (!request_->session_id) {
    const auto grant =
        broker_.at_once([&](Moment now, Change&) { return queue_.lock_next_session(receiver_, now); });
    if (!grant && !keeps(Behaviour::next_session_waits))
      return link_->refuse(to_condition({Reason::not_allowed, "No session has messages."}));
    return grant ? granted(*grant) : wait_for_session();
  }
  const auto grant = broker_.at_once(
      [&](Moment now, Change&) { return queue_.lock_session(*request_->session_id, receiver_, now); });
  if (grant) return granted(*grant);
  link_->refuse(to_condition(grant.error()));
}

void OutgoingLink::wait_for_session() {
  const auto wake = [self = shared_from_this()] {
    const auto grant = self->broker_.at_once(
        [&](Moment now, Change&) { return self->queue_.lock_next_session(self->receiver_, now); });
    if (!grant) return;
    self->timer_.cancel();
    self->granted(*grant);
  };
  broker_.watch(queue_, receiver_,
                {wake, [self = shared_from_this()](const Refusal& why) { self->ended(why); }});
  timer_.expires_after(request_->patience);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (cancelled || self->is_open_ || self->link_->is_closed()) return;
    self->broker_.unwatch(self->queue_, self->receiver_);
    const auto* name = keeps(Behaviour::next_session_timeout) ? "com.microsoft:timeout"
                                                              : "com.microsoft:session-cannot-be-locked";
    self->link_->refuse({name, "No session with messages became free in time.", {}});
  });
}

void OutgoingLink::granted(const SessionGrant& grant) {
  session_id_ = grant.session_id;
  accepted(request_->reply(grant));
}

void OutgoingLink::accepted(const amqp::AttachReply& reply) {
  is_open_ = true;
  context_->receivers.add(receiver_, link_->name());
  link_->on_flow = [self = shared_from_this()] { self->pump(); };
  link_->on_outcome = [self = shared_from_this()](amqp::DeliveryId id, const amqp::Outcome& outcome,
                                                  bool settled) { self->outcome(id, outcome, settled); };
  broker_.watch(queue_, receiver_,
                {[self = shared_from_this()] { self->pump(); },
                 [self = shared_from_this()](const Refusal& why) { self->ended(why); }});
  link_->accept(reply);
  pump();
}

void OutgoingLink::ended(const Refusal& why) {
  const auto link = link_;
  const bool was_open = is_open_;
  closed();
  was_open ? link->close(to_condition(why)) : link->refuse(to_condition(why));
}

void OutgoingLink::pump() {
  if (!is_open_ || is_held_ || link_->is_closed()) return;
  // Credit alone says little: a client may give any amount of it and not read.
  if (deletes_) {
    while (link_->credit() > deleting_ && link_->has_room(deleting_, deleting_bytes_) && delete_next()) {
    }
  } else {
    while (link_->credit() > 0 && link_->has_room() && send_next()) {
    }
  }
  if (link_->is_draining() && deleting_ == 0 && keeps(Behaviour::drain) && link_->has_room())
    link_->drained();
}

bool OutgoingLink::is_struck() {
  const auto fault = context_->parts.faults.strike(Operation::receive, queue_.path());
  if (!fault) return false;
  switch (fault->kind) {
    case FaultKind::close:
      context_->hang_up(condition_of(*fault));
      break;
    case FaultKind::lose_answer:
      context_->hang_up({});
      break;
    case FaultKind::delay:
      is_held_ = true;
      context_->later(fault->delay, [self = shared_from_this()] {
        self->is_held_ = false;
        self->pump();
      });
      break;
    default:
      closed();
      link_->close(condition_of(*fault));
  }
  return true;
}

bool OutgoingLink::send_next() {
  if (queue_.has_available(receiver_, session()) && is_struck()) return false;
  const auto delivery =
      broker_.at_once([&](Moment now, Change&) { return queue_.take(receiver_, session(), now); });
  if (!delivery) return false;
  // A delivery tag is the token as a .NET GUID; `$management` speaks of the same token in network order.
  tokens_[link_->send(write_delivery(*delivery), delivery->lock_token.dotnet().bytes)] = delivery->lock_token;
  context_->parts.metrics.delivered.add();
  return true;
}

bool OutgoingLink::delete_next() {
  // What comes before a fault has gone out when it strikes.
  if (deleting_ > 0 && context_->parts.faults.waits_for(Operation::receive, queue_.path())) return false;
  if (queue_.has_available(receiver_, session()) && is_struck()) return false;
  const auto before = deleting_;
  // Deleted first, then sent: what is lost in between is what receive-and-delete means by "at most once".
  broker_.durably(
      [&](Moment now, Change& change) {
        auto delivery = queue_.take_and_delete(receiver_, session(), now, change);
        if (!delivery) return delivery;
        ++deleting_;
        deleting_bytes_ += delivery->message.payload->encoded.size();
        return delivery;
      },
      [self = shared_from_this()](const std::optional<Delivery>& delivery) {
        if (!delivery) return;
        --self->deleting_;
        self->deleting_bytes_ -= delivery->message.payload->encoded.size();
        const auto tag = std::to_string(self->next_tag_++);
        self->link_->send(write_delivery(*delivery), as_bytes(tag), true);
        self->context_->parts.metrics.delivered.add();
        self->pump();
      });
  return deleting_ > before;
}

Answer<> OutgoingLink::settle(const Uuid& token, const amqp::Outcome& outcome, Change& change) {
  using Kind = amqp::Outcome::Kind;
  switch (outcome.kind) {
    case Kind::accepted:
      return queue_.complete(token, change);
    case Kind::rejected:
      return queue_.dead_letter(token, dead_letter(outcome.condition), change);
    case Kind::modified:
      return outcome.undeliverable_here ? queue_.defer(token, to_broker(outcome.annotations), change)
                                        : queue_.abandon(token, to_broker(outcome.annotations), change);
    case Kind::released:
      return queue_.abandon(token, {}, change);
    case Kind::none:
      break;
  }
  return {};  // settled without an outcome: the lock runs out
}

void OutgoingLink::outcome(amqp::DeliveryId id, const amqp::Outcome& outcome, bool settled) {
  const auto found = tokens_.find(id);
  if (found == tokens_.end() || (outcome.kind == amqp::Outcome::Kind::none && !settled)) return;
  const auto token = found->second;
  const auto fault = context_->parts.faults.strike(Operation::settle, queue_.path());
  if (fault && fault->kind == FaultKind::close) return context_->hang_up(condition_of(*fault));
  tokens_.erase(found);
  if (fault && fault->kind == FaultKind::detach) {
    closed();
    return link_->close(condition_of(*fault));
  }
  if (fault && fault->kind == FaultKind::reject)
    return link_->settle(id, amqp::Outcome::rejected(condition_of(*fault)));
  broker_.durably(
      [&](Moment, Change& change) { return settle(token, outcome, change); },
      [self = shared_from_this(), id, fault, reply = confirmation(outcome)](const Answer<>& done) {
        if (fault && fault->kind == FaultKind::lose_answer) return self->context_->hang_up({});
        self->context_->later(fault ? fault->delay : Millis{0},
                              [self, id, reply, done] { self->settled(id, reply, done); });
      });
}

void OutgoingLink::settled(amqp::DeliveryId id, const amqp::Outcome& reply, const Answer<>& done) {
  if (!done) return link_->settle(id, amqp::Outcome::rejected(to_condition(done.error())));
  context_->parts.metrics.settled.add();
  link_->settle(id, reply);
}

void OutgoingLink::closed() {
  is_open_ = false;
  timer_.cancel();
  context_->receivers.remove(receiver_);
  broker_.unwatch(queue_, receiver_);
  if (!session_id_ && !keeps(Behaviour::lock_outlives_link)) {
    for (const auto& [id, token] : tokens_) {
      broker_.at_once([&](Moment, Change& change) { return queue_.abandon(token, {}, change); });
    }
  }
  if (session_id_) {
    broker_.at_once([&](Moment, Change& change) {
      queue_.release_session(*session_id_, receiver_, change);
      return 0;
    });
  }
}

}  // namespace millrace::bus

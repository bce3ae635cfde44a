#include "core/servicebus/entity_sender.hpp"

#include <utility>

#include <fmt/format.h>

namespace millrace::servicebus {

EntitySender::EntitySender(std::string entity, std::shared_ptr<amqp::Connection> connection,
                           const Clock& clock, Events events)
    : entity_(std::move(entity)),
      connection_(std::move(connection)),
      clock_(clock),
      events_(std::move(events)) {}

void EntitySender::open() {
  may_open_ = true;
  if (link_ || !connection_) return;
  link_ = connection_->open_sender(fmt::format("{}-{}", entity_, Uuid::v7(clock_.wall()).string()), entity_);
  if (!link_) return;  // the connection is closing, which ends us soon
  answered_since_open_ = false;
  const std::weak_ptr<EntitySender> weak = weak_from_this();
  link_->on_open = [weak] {
    const auto self = weak.lock();
    if (!self) return;
    self->is_open_ = true;
    self->pump();
    if (self->events_.on_open) self->events_.on_open();
  };
  link_->on_flow = [weak] {
    if (const auto self = weak.lock()) self->pump();
  };
  link_->on_outcome = [weak](amqp::DeliveryId id, const amqp::Outcome& outcome, bool settled) {
    if (const auto self = weak.lock()) self->answered(id, outcome, settled);
  };
  link_->on_close = [weak](const amqp::Condition& why) {
    if (const auto self = weak.lock()) self->closed(why);
  };
}

void EntitySender::send(Bytes message, Done done) {
  waiting_.push_back({std::move(message), std::move(done), clock_.mono()});
  if (may_open_) open();
  pump();
}

void EntitySender::pump() {
  while (is_open_ && !waiting_.empty() && link_->credit() > 0) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    // Sent all the same, it would cost the link: the service detaches.
    const auto most = link_->remote_max_message_size();
    if (most != 0 && next.message.size() > most) {
      next.done({.kind = Outcome::Kind::permanent_message,
                 .reason = fmt::format("'{}' takes messages of {} bytes, this one has {}", entity_, most,
                                       next.message.size())});
      continue;
    }
    const auto id = link_->send(next.message, as_bytes(std::to_string(++next_tag_)));
    under_way_[id] = {std::move(next.done), next.since};
  }
}

void EntitySender::answered(amqp::DeliveryId id, const amqp::Outcome& outcome, bool settled) {
  const auto at = under_way_.find(id);
  // A state without settlement may still change; only an outcome counts.
  if (at == under_way_.end() || (outcome.kind == amqp::Outcome::Kind::none && !settled)) return;
  const auto done = std::move(at->second.done);
  under_way_.erase(at);
  if (!settled) link_->settle(id, amqp::Outcome::accepted());
  answered_since_open_ = true;
  has_delivered_ = has_delivered_ || outcome.kind == amqp::Outcome::Kind::accepted;
  auto told = classify(outcome);
  if (told.kind == Outcome::Kind::entity_trouble && events_.on_notice)
    events_.on_notice({.kind = told.trouble, .reason = told.reason, .wait = told.retry_after});
  done(std::move(told));
}

void EntitySender::closed(const amqp::Condition& why) {
  const bool was_open = std::exchange(is_open_, false);
  link_.reset();
  auto trouble = trouble_of(why);
  trouble.is_quiet = is_idle();
  trouble.reason = fmt::format("'{}': {}", entity_, trouble.reason);
  doubt(trouble.reason);
  // What waits and got no answer from this link would get none from the next: that is for the client's
  // backoff.
  const bool just_idle =
      was_open && why.name == "amqp:link:detach-forced" && (waiting_.empty() || answered_since_open_);
  if (!just_idle) {
    if (events_.on_trouble) events_.on_trouble(std::move(trouble));
    return;
  }
  trouble.is_quiet = true;  // opened again when it is needed
  if (events_.on_notice) events_.on_notice(std::move(trouble));
  if (!waiting_.empty()) open();
}

void EntitySender::doubt(const std::string& reason) {
  const auto under_way = std::exchange(under_way_, {});
  for (const auto& [id, sent] : under_way) sent.done({.kind = Outcome::Kind::in_doubt, .reason = reason});
}

void EntitySender::abandon(const std::string& reason) {
  events_ = {};
  connection_.reset();
  is_open_ = false;
  doubt("no answer came: " + reason);
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& unsent : waiting)
    unsent.done({.kind = Outcome::Kind::entity_trouble, .reason = "not sent: " + reason});
}

bool EntitySender::lacks_credit() const {
  return is_open_ && !waiting_.empty() && under_way_.empty() && link_->credit() == 0;
}

std::optional<MonoTime> EntitySender::oldest() const {
  std::optional<MonoTime> oldest;
  if (!waiting_.empty()) oldest = waiting_.front().since;
  if (!under_way_.empty() && (!oldest || under_way_.begin()->second.since < *oldest))
    oldest = under_way_.begin()->second.since;
  return oldest;
}

}  // namespace millrace::servicebus

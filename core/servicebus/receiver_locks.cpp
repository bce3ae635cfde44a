// How a receiver keeps the locks that it has: its session's, or those of the messages in hand.
#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/servicebus/receiver.hpp"

namespace millrace::servicebus {
namespace {

std::optional<WallTime> wall_of(const amqp::Value* time) {
  const auto* known = time == nullptr ? nullptr : time->get_if<amqp::Timestamp>();
  return known == nullptr ? std::nullopt : std::optional(WallTime{Millis{known->ms}});
}

/// The first of the times under that name.
std::optional<WallTime> first_of(const amqp::Value& body, const char* name) {
  const auto* times = body.find(name);
  const auto* list = times == nullptr ? nullptr : times->get_if<amqp::Array>();
  return list == nullptr || list->items.empty() ? std::nullopt : wall_of(&list->items[0]);
}

/// Why it was not renewed.
std::optional<Trouble> refusal_of(const Result<Reply>& reply) {
  if (!reply) return Trouble{.kind = TroubleKind::no_answer, .reason = reply.error().message};
  return reply->is_good() ? std::nullopt : std::optional(trouble_of(*reply));
}

}  // namespace

void Receiver::set_timer() {
  auto next = session_lock_.renew_at();
  if (!session_refusal_.empty()) next = std::min(next, session_lock_.ends());
  for (const auto& [token, held] : held_) next = std::min(next, held.lock.renew_at());
  if (next == MonoTime::max()) return;
  renewal_.expires_after(std::max(std::chrono::ceil<Millis>(next - clock_.mono()), Millis{0}));
  renewal_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (self && !cancelled) self->renew();
  });
}

void Receiver::renew() {
  if (!is_open_) return;
  const auto now = clock_.mono();
  if (!session_refusal_.empty() && now >= session_lock_.ends()) return end_session();
  if (is_due(session_lock_, now)) renew_session(now);
  std::vector<Uuid> due;  // asking may bring an answer at once, and that a change of what is held
  for (auto& [token, held] : held_) {
    if (is_due(held.lock, now)) due.push_back(token);
  }
  for (const auto& token : due) renew_message(token, now);
  if (is_open_) set_timer();
}

/// A service that wants to be left alone is, except for a lock's last try.
bool Receiver::is_due(Lock& lock, MonoTime now) const {
  if (lock.renew_at() > now) return false;
  if (now >= busy_until_ || lock.is_pressing(now)) return true;
  lock.not_renewed(now, busy_until_ - now);
  return false;
}

void Receiver::renew_session(MonoTime now) {
  session_lock_.asked(now);
  manage("renew-session-lock", {{"session-id", session_}},
         [weak = weak_from_this(), link = std::weak_ptr(link_)](const Result<Reply>& reply) {
           const auto self = weak.lock();
           if (!self || !self->is_open_ || self->link_ != link.lock()) return;
           const auto refusal = refusal_of(reply);
           // No lock, no session: attached anew, it is known whose it is.
           if (refusal && refusal->kind == TroubleKind::lock_lost) return self->end_link(refusal->reason);
           self->session_refusal_ = refusal ? refusal->reason : std::string();
           if (refusal) {
             self->session_lock_.not_renewed(self->clock_.mono(), refusal->wait);
           } else {
             self->session_lock_.granted(wall_of(reply->body.find("expiration")), self->clock_);
           }
           self->set_timer();
         });
}

/// Its lock has run out, and the service would not renew it.
void Receiver::end_session() {
  const auto reason = fmt::format("the session's lock ran out, not renewed for: {}", session_refusal_);
  notice({.kind = TroubleKind::lock_lost, .reason = reason});
  end_link(reason);
}

void Receiver::renew_message(const Uuid& lock_token, MonoTime now) {
  const auto asked = held_.find(lock_token);
  if (asked == held_.end()) return;
  asked->second.lock.asked(now);
  // One by one: a request with several tokens is refused as a whole when one of them is gone.
  manage("renew-lock", {{"lock-tokens", amqp::Array{{lock_token}}}},
         [weak = weak_from_this(), lock_token](const Result<Reply>& reply) {
           const auto self = weak.lock();
           if (!self) return;
           const auto at = self->held_.find(lock_token);
           if (at == self->held_.end() || !at->second.lock.is_kept()) return;
           const auto refusal = refusal_of(reply);
           if (refusal && refusal->kind == TroubleKind::lock_lost) return self->forget(lock_token);
           if (refusal) {
             at->second.lock.not_renewed(self->clock_.mono(), refusal->wait);
           } else {
             at->second.lock.granted(first_of(reply->body, "expirations"), self->clock_);
           }
           self->set_timer();
         });
}

/// Its lock is gone: it comes again, to us or to somebody else.
void Receiver::forget(const Uuid& lock_token) {
  const auto at = held_.find(lock_token);
  const auto delivery = at->second.delivery;
  held_.erase(at);
  if (!link_) return;
  link_->settle(delivery, {.kind = amqp::Outcome::Kind::released});
  link_->add_credit(1);
}

}  // namespace millrace::servicebus

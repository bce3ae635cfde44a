#include "core/delivery/sender.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/delivery/planted.hpp"

namespace millrace::delivery {

Sender::Sender(SenderLimits limits, std::function<uint64_t()> random)
    : limits_(limits), random_(std::move(random)), resend_(limits.resend_first, limits.resend_most) {}

void Sender::restart(const StreamPosition& position, MonoTime now) {
  stream_id_ = position.stream_id;
  last_sequence_ = position.last_sequence;
  settled_through_ = position.settled_through;
  leaving_ = false;
  settling_ = false;
  parked_.clear();
  held_.reset();
  resend_asked_ = 0;
  moved_at_ = now;
  reset_timeout();
  rewind(Rewind::none, now);
}

void Sender::appended(uint64_t last_sequence, MonoTime now) {
  if (last_sequence <= last_sequence_) return;
  if (unsettled() == 0) moved_at_ = now;
  last_sequence_ = last_sequence;
}

void Sender::connected(MonoTime now) {
  connected_ = true;
  unacknowledged_ = 0;
  rewind(Rewind::connection, now);
}

void Sender::disconnected() {
  connected_ = false;
  unacknowledged_ = 0;
  deadline_.reset();
}

void Sender::relay_seen(std::string_view instance, MonoTime now) {
  if (std::ranges::find(relay_instances_, instance) != relay_instances_.end()) return;
  if (relay_instances_.size() == kMostRelayInstances) relay_instances_.pop_front();
  relay_instances_.emplace_back(instance);
  if (connected_) rewind(Rewind::relay_instance, now);
}

std::string Sender::why_not_my_past(const Receipt& receipt, const std::optional<Hash>& own_hash) const {
  if (planted(Planted::sequence_reused)) return {};
  if (receipt.settled_through > last_sequence_) {
    return fmt::format("the relay has settled {}, and this log has given out only {}",
                       receipt.settled_through, last_sequence_);
  }
  if (receipt.resend_from > last_sequence_) {
    return fmt::format("the relay asks for {}, and this log has given out only {}", receipt.resend_from,
                       last_sequence_);
  }
  if (receipt.base_seen > base()) {
    return fmt::format("the relay has seen base {}, and this log stands at {}", receipt.base_seen, base());
  }
  if (receipt.settled_hash && receipt.settled_through >= settled_through_ &&
      own_hash != receipt.settled_hash) {
    return fmt::format("record {} has another hash at the relay", receipt.settled_through);
  }
  return {};
}

Sender::Verdict Sender::receipt(const Receipt& receipt, const std::optional<Hash>& own_hash, MonoTime now) {
  if (leaving_ || receipt.stream_id != stream_id_) return {};
  // Rule 2 comes before anything is changed.
  if (auto reason = why_not_my_past(receipt, own_hash); !reason.empty()) {
    leaving_ = true;
    deadline_.reset();
    return OpenNewStream{std::move(reason)};
  }

  if (connected_ && receipt.resend_from != 0 && receipt.resend_from < cursor_) {
    const bool repeated =
        receipt.resend_from == resend_asked_ && now - resend_asked_at_ < kResendRequestQuiet;
    if (!repeated) {
      resend_asked_ = receipt.resend_from;
      resend_asked_at_ = now;
      rewind(Rewind::resend_from, now);
    }
  }

  // A receipt without a hash moves nothing; one below mine comes from a relay that has still to catch up.
  if (!receipt.settled_hash || receipt.settled_through < settled_through_) return {};
  if (settling_) {
    if (!held_ || receipt.settled_through >= held_->receipt.settled_through) held_ = Held{receipt, own_hash};
    return {};
  }
  std::vector<Parking> parkings;
  for (const auto& parking : receipt.parked) {
    const bool mine = parking.sequence > settled_through_ && parking.sequence <= last_sequence_;
    if (mine && !parked_.contains(parking.sequence)) parkings.push_back(parking);
  }
  if (receipt.settled_through == settled_through_ && parkings.empty()) return {};
  settling_ = true;
  return Settle{stream_id_, receipt.settled_through, *receipt.settled_hash, std::move(parkings)};
}

Sender::Verdict Sender::settled(const Settled& committed, MonoTime now) {
  settling_ = false;
  // A parking that the log did not take was about another record of this place: the right one may still come.
  for (const auto& parking : committed.parked) parked_.insert(parking.sequence);
  const auto through = committed.through;
  if (through > settled_through_) {
    for (auto left = through - settled_through_; left > 0 && !outstanding_.empty(); --left) {
      outstanding_bytes_ -= outstanding_.front();
      outstanding_.pop_front();
    }
    settled_through_ = through;
    // After a rewind the relay may know more than was sent since.
    cursor_ = std::max(cursor_, through + 1);
    parked_.erase(parked_.begin(), parked_.upper_bound(through));
    moved_at_ = now;
    reset_timeout();
    arm(now);
  }
  const auto held = std::exchange(held_, std::nullopt);
  return held ? receipt(held->receipt, held->own_hash, now) : Verdict{};
}

void Sender::settle_failed() {
  settling_ = false;
  held_.reset();
}

std::optional<Sender::Range> Sender::next() const {
  if (!connected_ || leaving_ || cursor_ > last_sequence_) return std::nullopt;
  if (unacknowledged_ >= limits_.most_unacknowledged || outstanding_.size() >= limits_.window_records) {
    return std::nullopt;
  }
  const auto records =
      std::min({limits_.window_records - outstanding_.size(), limits_.most_unacknowledged - unacknowledged_,
                static_cast<size_t>(last_sequence_ - cursor_ + 1)});
  if (outstanding_bytes_ >= limits_.window_bytes) return std::nullopt;
  return Range{cursor_, records, limits_.window_bytes - outstanding_bytes_};
}

void Sender::sent(uint64_t sequence, size_t size_bytes, MonoTime now) {
  if (sequence != cursor_) return;
  ++cursor_;
  ++unacknowledged_;
  outstanding_.push_back(size_bytes);
  outstanding_bytes_ += size_bytes;
  if (!deadline_) arm(now);
}

void Sender::acknowledged() {
  if (unacknowledged_ > 0) --unacknowledged_;
}

void Sender::tick(MonoTime now) {
  if (!deadline_ || now < *deadline_) return;
  deadline_.reset();
  if (!connected_ || leaving_ || unsettled() == 0) return;
  timeout_ = resend_.next(random_());
  rewind(Rewind::timer, now);
}

Millis Sender::stalled_for(MonoTime now) const {
  return unsettled() == 0 ? Millis{0} : now - moved_at_;
}

void Sender::rewind(Rewind why, MonoTime now) {
  ++rewinds_[static_cast<size_t>(why)];
  if (planted(Planted::pubacks_trusted) && why != Rewind::none) return;
  cursor_ = settled_through_ + 1;
  outstanding_.clear();
  outstanding_bytes_ = 0;
  arm(now);
}

void Sender::reset_timeout() {
  resend_.reset();
  timeout_ = resend_.next(random_());
}

void Sender::arm(MonoTime now) {
  deadline_.reset();
  if (planted(Planted::timer_missing)) return;
  if (connected_ && !leaving_ && unsettled() > 0) deadline_ = now + timeout_;
}

}  // namespace millrace::delivery

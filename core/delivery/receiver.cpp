#include "core/delivery/receiver.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "core/delivery/planted.hpp"

namespace millrace::delivery {

Receiver::Receiver(ReceiverLimits limits, Uuid stream_id, MonoTime now)
    : limits_(limits), stream_id_(stream_id), moved_at_(now) {}

Receiver::Receiver(ReceiverLimits limits, StreamCursor cursor, MonoTime now)
    : limits_(limits),
      stream_id_(cursor.stream_id),
      positioned_(true),
      settled_through_(cursor.settled_through),
      settled_hash_(cursor.settled_hash),
      next_(cursor.settled_through + 1),
      tail_hash_(cursor.settled_hash),
      base_seen_(cursor.base_seen),
      moved_at_(now) {
  for (auto& parking : cursor.parked) parked_.emplace(parking.sequence, std::move(parking));
  for (const auto& beyond : cursor.beyond) remembered_.emplace(beyond.sequence, beyond.hash);
}

Receiver::Arrival Receiver::arrive(const RecordPtr& record, MonoTime now) {
  Arrival arrival;
  // Rule 2: a position comes only from a record that says that nothing before it is missing.
  if ((!positioned_ || record->base() > next_) &&
      (record->base() == record->sequence() || planted(Planted::starts_anywhere))) {
    start_at(*record, arrival, now);
  }
  if (!positioned_ || record->sequence() > next_) {
    arrival.kind = keep(record, now);
  } else if (record->sequence() < next_) {
    seen_before(*record, arrival, now);
  } else if (!make_room(*record)) {
    arrival.kind = Arrival::Kind::no_room;
  } else if (take(record, arrival, now)) {
    arrival.kind = Arrival::Kind::taken;
    take_what_follows(arrival, now);
  } else {
    arrival.kind = Arrival::Kind::misfit;
  }
  if (arrival.kind != Arrival::Kind::misfit && !halted_.empty()) {
    halted_.clear();
    receipt_due_ = true;
  }
  // What was taken and turned out to be settled by a record behind it needs no lane.
  std::erase_if(arrival.deliver, [&](const RecordPtr& it) { return it->sequence() < arrival.drop_below; });
  watch_gap(now);
  return arrival;
}

/// The place is not in doubt, so what was held below it is settled already.
void Receiver::start_at(const InboundRecord& record, Arrival& arrival, MonoTime now) {
  if (!in_order_.empty()) arrival.drop_below = record.sequence();
  in_order_.clear();
  in_order_bytes_ = 0;
  while (!ahead_.empty() && ahead_.begin()->first < record.sequence()) drop_ahead(ahead_.begin());
  remembered_.erase(remembered_.begin(), remembered_.lower_bound(record.sequence()));
  positioned_ = true;
  settled_through_ = record.sequence() - 1;
  settled_hash_ = tail_hash_ = record.prevhash();
  next_ = record.sequence();
  moved_at_ = now;
  dirty_ = true;
}

void Receiver::seen_before(const InboundRecord& record, Arrival& arrival, MonoTime now) {
  // The box has not heard, or there are two of it: the receipt tells either.
  receipt_due_ = true;
  arrival.kind = Arrival::Kind::duplicate;
  const auto known = hash_at(record.sequence());
  if (!known) return;
  if (*known == record.hash()) {
    base_is(record.base(), arrival, now);
    return;
  }
  arrival.kind = Arrival::Kind::misfit;
  arrival.misfit = fmt::format("record {} came again with another hash", record.sequence());
}

bool Receiver::take(const RecordPtr& record, Arrival& arrival, MonoTime now) {
  if (record->prevhash() != tail_hash_) {
    arrival.misfit = fmt::format("record {} does not continue the stream: its predecessor is another one",
                                 record->sequence());
    receipt_due_ = true;
    return false;
  }
  base_is(record->base(), arrival, now);
  bool settled = false;
  if (const auto remembered = remembered_.find(next_); remembered != remembered_.end()) {
    settled = remembered->second == record->hash();
    if (!settled) parked_.erase(next_);
    remembered_.erase(remembered);
    dirty_ = true;
  }
  if (idle()) moved_at_ = now;
  in_order_.push_back({record->hash(), record->size_bytes(), settled});
  in_order_bytes_ += record->size_bytes();
  tail_hash_ = record->hash();
  ++next_;
  if (settled) {
    advance(now);
  } else {
    arrival.deliver.push_back(record);
  }
  return true;
}

void Receiver::take_what_follows(Arrival& arrival, MonoTime now) {
  while (!ahead_.empty() && ahead_.begin()->first <= next_) {
    const auto record = ahead_.begin()->second;
    drop_ahead(ahead_.begin());
    if (record->sequence() == next_ && !take(record, arrival, now)) return;
  }
}

Receiver::Arrival::Kind Receiver::keep(const RecordPtr& record, MonoTime now) {
  if (ahead_.contains(record->sequence())) return Arrival::Kind::kept;
  if (!make_room(*record)) return Arrival::Kind::no_room;
  if (idle()) moved_at_ = now;
  ahead_.emplace(record->sequence(), record);
  ahead_bytes_ += record->size_bytes();
  return Arrival::Kind::kept;
}

/// Room is made only by giving up what comes later: the earlier record is the one that lets the stream move.
bool Receiver::make_room(const InboundRecord& record) {
  const auto fits = [&] {
    return idle() || (held_records() < limits_.window_records &&
                      held_bytes() + record.size_bytes() <= limits_.window_bytes);
  };
  while (!fits()) {
    if (ahead_.empty() || ahead_.rbegin()->first <= record.sequence()) {
      turned_away_ = std::max(turned_away_, record.sequence());
      return false;
    }
    turned_away_ = std::max(turned_away_, ahead_.rbegin()->first);
    drop_ahead(std::prev(ahead_.end()));
  }
  return true;
}

void Receiver::drop_ahead(std::map<uint64_t, RecordPtr>::iterator at) {
  ahead_bytes_ -= at->second->size_bytes();
  ahead_.erase(at);
}

/// Called for records that fit the chain. All below `base` has a committed receipt at the box, whoever gave
/// it.
void Receiver::base_is(uint64_t base, Arrival& arrival, MonoTime now) {
  if (base > base_seen_) {
    base_seen_ = base;
    dirty_ = true;
    parked_.erase(parked_.begin(), parked_.lower_bound(base));
  }
  if (base <= settled_through_ + 1) return;
  arrival.drop_below = std::max(arrival.drop_below, base);
  for (auto sequence = settled_through_ + 1; sequence < base; ++sequence) {
    in_order_[sequence - settled_through_ - 1].settled = true;
  }
  advance(now);
}

void Receiver::settle(uint64_t sequence, std::optional<Parking> parking, MonoTime now) {
  if (sequence <= settled_through_ || sequence >= next_) return;
  auto& place = in_order_[sequence - settled_through_ - 1];
  if (place.settled) return;
  place.settled = true;
  dirty_ = commit_due_ = true;
  if (parking) {
    parked_.insert_or_assign(sequence, std::move(*parking));
    receipt_due_ = true;
  }
  advance(now);
}

void Receiver::advance(MonoTime now) {
  bool moved = false;
  while (!in_order_.empty() && in_order_.front().settled) {
    ++settled_through_;
    settled_hash_ = in_order_.front().hash;
    in_order_bytes_ -= in_order_.front().size_bytes;
    in_order_.pop_front();
    moved = true;
  }
  if (!moved) return;
  moved_at_ = now;
  dirty_ = receipt_due_ = true;
  if (idle()) at_once_ = true;
  const bool half_free =
      held_records() <= limits_.window_records / 2 && held_bytes() <= limits_.window_bytes / 2;
  if (turned_away_ == 0 || !half_free) return;
  if (next_ <= turned_away_) resend_from_ = next_;
  turned_away_ = 0;
}

void Receiver::halt(std::string reason) {
  if (halted_ == reason) return;
  halted_ = std::move(reason);
  receipt_due_ = true;
}

void Receiver::say_again() {
  if (positioned_) receipt_due_ = true;
}

void Receiver::watch_gap(MonoTime now) {
  uint64_t missing = 0;
  if (!ahead_.empty()) missing = std::max(positioned_ ? next_ : 1, ahead_.begin()->second->base());
  if (missing == gap_at_) return;
  gap_at_ = missing;
  gap_again_ = kGapAgainFirst;
  gap_deadline_.reset();
  if (missing != 0) gap_deadline_ = now + kGapPatience;
}

std::optional<MonoTime> Receiver::report_due() const {
  if (reporting_ || !(commit_due_ || receipt_due_ || resend_from_ != 0)) return std::nullopt;
  if ((at_once_ && idle()) || !last_report_) return moved_at_;
  return *last_report_ + kReceiptInterval;
}

std::optional<MonoTime> Receiver::deadline() const {
  auto due = report_due();
  if (gap_deadline_ && !reporting_ && (!due || *gap_deadline_ < *due)) due = gap_deadline_;
  return due;
}

std::optional<Receiver::Report> Receiver::report(MonoTime now) {
  if (gap_deadline_ && !reporting_ && now >= *gap_deadline_) {
    resend_from_ = gap_at_;
    gap_deadline_ = now + gap_again_;
    gap_again_ = std::min(gap_again_ * 2, kGapAgainMost);
  }
  const auto due = report_due();
  if (!due || now < *due) return std::nullopt;
  Report report;
  report.cursor = cursor();
  report.positioned = positioned_;
  report.commit = std::exchange(dirty_, false) && positioned_;
  commit_due_ = false;
  report.publish = std::exchange(receipt_due_, false) || resend_from_ != 0;
  report.resend_from = std::exchange(resend_from_, 0);
  // What came meanwhile is not asked for.
  if (positioned_ && report.resend_from < next_) report.resend_from = 0;
  report.halted = halted_;
  at_once_ = false;
  reporting_ = true;
  last_report_ = now;
  return report;
}

void Receiver::reported(const Report& report, bool done, MonoTime now) {
  reporting_ = false;
  if (done) return;
  last_report_ = now;
  dirty_ = dirty_ || report.commit;
  commit_due_ = commit_due_ || report.commit;
  receipt_due_ = receipt_due_ || report.publish;
}

Millis Receiver::stalled_for(MonoTime now) const {
  return idle() ? Millis{0} : now - moved_at_;
}

std::optional<Hash> Receiver::hash_at(uint64_t sequence) const {
  if (sequence == settled_through_) return settled_hash_;
  if (sequence < settled_through_ || sequence >= next_) return std::nullopt;
  return in_order_[sequence - settled_through_ - 1].hash;
}

StreamCursor Receiver::cursor() const {
  StreamCursor cursor{stream_id_, settled_through_, settled_hash_, base_seen_, {}, {}};
  for (const auto& [sequence, parking] : parked_) cursor.parked.push_back(parking);
  for (size_t at = 0; at < in_order_.size(); ++at) {
    if (in_order_[at].settled) cursor.beyond.push_back({settled_through_ + 1 + at, in_order_[at].hash});
  }
  for (const auto& [sequence, hash] : remembered_) cursor.beyond.push_back({sequence, hash});
  return cursor;
}

}  // namespace millrace::delivery

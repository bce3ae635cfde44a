#include "core/delivery/lanes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/delivery/planted.hpp"

namespace millrace::delivery {

std::string_view to_string(SinkState state) {
  switch (state) {
    case SinkState::down:
      return "down";
    case SinkState::paused:
      return "paused";
    case SinkState::up:
      return "up";
  }
  return "down";
}

Lanes::Lanes(LaneLimits limits, std::function<uint64_t()> random)
    : limits_(limits), random_(std::move(random)), pause_(limits.pause_first, limits.pause_most) {}

void Lanes::add(StreamNumber stream, RecordPtr record, Route route, bool maybe_sent) {
  add(stream, std::move(route), Item{std::move(record), maybe_sent, false, false, {}});
}

void Lanes::add_withheld(StreamNumber stream, RecordPtr record, Route route, std::string reason) {
  add(stream, std::move(route), Item{std::move(record), false, true, false, std::move(reason)});
}

void Lanes::add(StreamNumber stream, Route route, Item item) {
  if (planted(Planted::two_in_flight) && item.record->sequence() % 2 == 0) route.session += "'";
  const Key key{stream, std::move(route)};
  auto& lane = lanes_[key];
  const bool fresh = !lane;
  if (fresh) {
    lane = std::make_unique<Lane>(Lane{
        key, ++last_lane_, Phase::ready, MonoTime{}, Backoff(limits_.retry_first, limits_.retry_most), {}});
  }
  lane->items.push_back(std::move(item));
  ++records_;
  if (fresh) ready_.push_back(lane.get());
}

void Lanes::drop_below(StreamNumber stream, uint64_t sequence) {
  for (auto at = lanes_.lower_bound(Key{stream, {}}); at != lanes_.end() && at->first.stream == stream;) {
    auto& lane = *(at++)->second;  // the lane may go with its last record
    if (lane.phase == Phase::under_way) {
      auto& first = lane.items.front();
      if (first.record->sequence() >= sequence) continue;
      first.gone = true;
      while (lane.items.size() > 1 && lane.items[1].record->sequence() < sequence) {
        lane.items.erase(lane.items.begin() + 1);
        --records_;
      }
      continue;
    }
    if (lane.items.front().record->sequence() >= sequence) continue;
    leave_queue(lane);
    while (lane.items.size() > 1 && lane.items.front().record->sequence() < sequence) {
      lane.items.pop_front();
      --records_;
    }
    if (lane.items.front().record->sequence() < sequence) {
      pop(lane);
    } else {
      make_ready(lane);
    }
  }
}

void Lanes::sink_up() {
  up_ = true;
  // Being connected does not show that it takes messages: one send finds out, and a pause goes on.
  probing_ = true;
  if (!paused_until_) sink_reason_.clear();
}

void Lanes::sink_down(std::string reason) {
  up_ = false;
  sink_reason_ = std::move(reason);
}

std::optional<Lanes::Send> Lanes::next() {
  if (!up_ || paused_until_ || ready_.empty()) return std::nullopt;
  if (under_way_.size() >= (probing_ ? 1 : limits_.most_unsettled_sends)) return std::nullopt;
  auto& lane = *ready_.front();
  ready_.pop_front();
  lane.phase = Phase::under_way;
  under_way_.emplace(++last_send_, &lane);
  const auto& item = lane.items.front();
  return Send{last_send_, item.record, lane.key.route, item.notice, item.reason, item.doubtful};
}

std::optional<Lanes::Settlement> Lanes::outcome(uint64_t id, Outcome outcome, MonoTime now) {
  const auto found = under_way_.find(id);
  if (found == under_way_.end()) return std::nullopt;
  auto& lane = *found->second;
  under_way_.erase(found);
  auto& item = lane.items.front();
  if (planted(Planted::parks_on_busy) && outcome.kind == Outcome::Kind::sink_trouble) {
    outcome.kind = Outcome::Kind::refused;
  } else if (planted(Planted::doubt_is_success) && outcome.kind == Outcome::Kind::in_doubt) {
    outcome.kind = Outcome::Kind::accepted;
  }

  switch (outcome.kind) {
    case Outcome::Kind::in_doubt:
      // A notice in doubt leaves the record as withheld as it was.
      item.doubtful = item.doubtful || !item.notice;
      if (probing_ && up_) pause(outcome, now);
      break;
    case Outcome::Kind::sink_trouble:
      pause(outcome, now);
      break;
    default:
      resume();  // it answers
  }

  if (item.gone) {
    pop(lane);
    return std::nullopt;
  }
  switch (outcome.kind) {
    case Outcome::Kind::retry_message:
    case Outcome::Kind::in_doubt:
      if (planted(Planted::retry_overtakes) && lane.items.size() > 1) std::swap(item, lane.items[1]);
      wait(lane, now);
      return std::nullopt;
    case Outcome::Kind::sink_trouble:
      make_ready(lane);
      return std::nullopt;
    case Outcome::Kind::refused:
      if (!item.notice) {
        item.notice = true;
        item.reason = outcome.reason;
        lane.backoff.reset();
        make_ready(lane);
        return std::nullopt;
      }
      break;  // even the notice is refused: the parking stands and the lane goes on
    case Outcome::Kind::accepted:
      break;
  }
  Settlement settlement{lane.key.stream, item.record->sequence(), std::nullopt};
  if (item.notice) {
    settlement.parking =
        Parking{item.record->sequence(), item.record->event_id(), item.reason, item.doubtful};
  }
  pop(lane);
  return settlement;
}

std::optional<MonoTime> Lanes::deadline() const {
  auto deadline = up_ ? paused_until_ : std::nullopt;
  if (!waiting_.empty() && (!deadline || waiting_.begin()->first.first < *deadline)) {
    deadline = waiting_.begin()->first.first;
  }
  return deadline;
}

void Lanes::tick(MonoTime now) {
  if (paused_until_ && now >= *paused_until_) {
    paused_until_.reset();
    probing_ = true;
  }
  while (!waiting_.empty() && waiting_.begin()->first.first <= now) {
    auto& lane = *waiting_.begin()->second;
    leave_queue(lane);
    make_ready(lane);
  }
}

SinkState Lanes::sink_state() const {
  if (!up_) return SinkState::down;
  // Until a probe is answered nobody knows that the trouble is over.
  const bool in_question = probing_ && !sink_reason_.empty() && records_ > 0;
  return paused_until_ || in_question ? SinkState::paused : SinkState::up;
}

void Lanes::make_ready(Lane& lane) {
  lane.phase = Phase::ready;
  ready_.push_back(&lane);
}

void Lanes::wait(Lane& lane, MonoTime now) {
  lane.phase = Phase::waiting;
  lane.retry_at = now + lane.backoff.next(random_());
  waiting_.emplace(std::pair{lane.retry_at, lane.number}, &lane);
}

/// Takes the lane out of the queue it stands in. It is not under way.
void Lanes::leave_queue(Lane& lane) {
  if (lane.phase == Phase::waiting) {
    waiting_.erase({lane.retry_at, lane.number});
  } else {
    std::erase(ready_, &lane);
  }
}

/// The first record is done with. The lane stands in no queue; it goes on, or goes away.
void Lanes::pop(Lane& lane) {
  lane.items.pop_front();
  --records_;
  if (lane.items.empty()) {
    lanes_.erase(lanes_.find(lane.key));
    return;
  }
  lane.backoff.reset();
  make_ready(lane);
}

void Lanes::pause(const Outcome& outcome, MonoTime now) {
  sink_reason_ = outcome.reason;
  // Sends that were under way together all bring the same news: it counts once.
  const bool already = paused_until_.has_value();
  const auto until = now + std::max(already ? Millis{0} : pause_.next(random_()), outcome.at_least);
  paused_until_ = already ? std::max(*paused_until_, until) : until;
  probing_ = false;
}

void Lanes::resume() {
  if (paused_until_) return;  // an answer to a send made before the trouble
  probing_ = false;
  sink_reason_.clear();
  pause_.reset();
}

}  // namespace millrace::delivery

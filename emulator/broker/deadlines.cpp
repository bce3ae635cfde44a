#include "emulator/broker/deadlines.hpp"

#include <algorithm>
#include <chrono>

namespace millrace::bus {
namespace {

/// When the clock shows this time. A client may ask for one that no clock can count to.
MonoTime mono_of(WallTime time, Moment now) {
  constexpr std::chrono::days kFarAway{36'500};
  return now.mono + (std::min(time, now.wall + kFarAway) - now.wall);
}

template <class Time>
void replace(std::set<std::pair<Time, EntityId>>& all, EntityId queue, std::optional<Time> from,
             std::optional<Time> to) {
  if (from == to) return;
  if (from) all.erase({*from, queue});
  if (to) all.emplace(*to, queue);
}

}  // namespace

void Timetable::update(const Ask& deadlines_of) {
  for (const auto queue : std::exchange(touched_, {})) {
    const auto now = deadlines_of(queue);
    const auto known = known_.try_emplace(queue).first;
    replace(by_mono_, queue, known->second.mono, now.mono);
    replace(by_wall_, queue, known->second.wall, now.wall);
    known->second = now;
    if (now == Deadlines{}) known_.erase(known);
  }
}

std::set<EntityId> Timetable::due(Moment now) const {
  std::set<EntityId> queues;
  for (auto at = by_mono_.begin(); at != by_mono_.end() && at->first <= now.mono; ++at)
    queues.insert(at->second);
  for (auto at = by_wall_.begin(); at != by_wall_.end() && at->first <= now.wall; ++at)
    queues.insert(at->second);
  return queues;
}

std::optional<MonoTime> Timetable::next(Moment now) const {
  std::optional<MonoTime> next;
  if (!by_mono_.empty()) next = by_mono_.begin()->first;
  if (by_wall_.empty()) return next;
  const auto other = mono_of(by_wall_.begin()->first, now);
  return std::min(next.value_or(other), other);
}

}  // namespace millrace::bus

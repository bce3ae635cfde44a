#include "edge/api/silences.hpp"

#include <algorithm>

namespace millrace::edge {

void Silences::ended(const Uuid& attempt_id, MonoTime from, MonoTime to) {
  const auto at = silences_.find(attempt_id);
  if (at == silences_.end()) {
    make_room();
    silences_.emplace(attempt_id, Silence{from, to, {}, {}, {}});
    return;
  }
  auto& last = at->second;
  // A loose plug: what waits since the one before has had no time to come in.
  const bool stood = last.stood > Millis{0} || last.stands_since;
  const bool goes_on = !stood && from - last.to <= kCatchUp && to - last.from <= most_;
  last = {goes_on ? last.from : from, to, {}, {}, {}};
}

void Silences::stands(const Uuid& attempt_id, MonoTime since) {
  const auto at = silences_.find(attempt_id);
  if (at != silences_.end() && !at->second.stands_since) at->second.stands_since = since;
}

void Silences::runs(const Uuid& attempt_id, MonoTime now) {
  const auto at = silences_.find(attempt_id);
  if (at == silences_.end() || !at->second.stands_since) return;
  auto& last = at->second;
  last.stood += std::max(Millis{0}, now - *last.stands_since);
  last.stood_after += std::max(Millis{0}, now - std::max(*last.stands_since, last.to));
  last.stands_since.reset();
}

Millis Silences::ran_since(const Uuid& attempt_id, Millis age, MonoTime now) const {
  const auto at = silences_.find(attempt_id);
  if (at == silences_.end()) return {};
  const auto& last = at->second;
  const auto standing = [&](MonoTime since) {
    return last.stands_since ? std::max(Millis{0}, now - std::max(*last.stands_since, since)) : Millis{0};
  };
  const auto stood = last.stood + standing(last.from);
  const bool in_it = now - age <= last.to && now - last.to - last.stood_after - standing(last.to) <= kCatchUp;
  return in_it ? std::max(Millis{0}, now - std::max(now - age, last.from) - stood) : Millis{0};
}

void Silences::make_room() {
  if (silences_.size() < kMostSilences) return;
  silences_.erase(std::ranges::min_element(
      silences_, {}, [](const auto& entry) -> const MonoTime& { return entry.second.to; }));
}

}  // namespace millrace::edge

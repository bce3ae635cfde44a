#include "edge/roster/try_budget.hpp"

#include <algorithm>

namespace millrace::edge {

Millis TryBudget::wait(const std::string& machine, MonoTime now) const {
  return wait_after(machine, 0, now);
}

Millis TryBudget::wait_after(const std::string& machine, int more_wrong, MonoTime now) const {
  const auto at = forgiven_.find(machine);
  const auto until = at == forgiven_.end() ? now : std::max(at->second, now);
  return std::max(Millis{}, until - now - (kWrongPinsAtOnce - 1 - more_wrong) * kWrongPinForgivenAfter);
}

bool TryBudget::begin(const std::string& machine, MonoTime now) {
  const auto at = under_way_.find(machine);
  if (wait_after(machine, at == under_way_.end() ? 0 : at->second, now) > Millis{}) return false;
  ++under_way_[machine];
  return true;
}

void TryBudget::end(const std::string& machine) {
  const auto at = under_way_.find(machine);
  if (--at->second == 0) under_way_.erase(at);
}

bool TryBudget::wrong(const std::string& machine, MonoTime now) {
  if (!forgiven_.contains(machine) && forgiven_.size() >= kMostMachines) {
    std::erase_if(forgiven_, [&](const auto& entry) { return entry.second <= now; });
    // Whoever has so many addresses is not held up by this; the lockout of each badge still stands.
    if (forgiven_.size() >= kMostMachines) {
      forgiven_.erase(
          std::ranges::min_element(forgiven_, {}, [](const auto& entry) { return entry.second; }));
    }
  }
  auto& until = forgiven_[machine];
  until = std::max(until, now) + kWrongPinForgivenAfter;
  return wait(machine, now) > Millis{};
}

}  // namespace millrace::edge

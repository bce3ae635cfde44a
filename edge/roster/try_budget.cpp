#include "edge/roster/try_budget.hpp"

#include <algorithm>

namespace millrace::edge {

Millis TryBudget::wait(const std::string& machine, MonoTime now) const {
  const auto at = forgiven_.find(machine);
  if (at == forgiven_.end()) return {};
  return std::max(Millis{}, at->second - now - (kWrongPinsAtOnce - 1) * kWrongPinForgivenAfter);
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

// How many wrong PINs one machine may send, whoever's they are.
#pragma once

#include <map>
#include <string>

#include "core/base/clock.hpp"

namespace millrace::edge {

/// More than a shift mistypes in a row at one kiosk.
inline constexpr int kWrongPinsAtOnce = 60;
/// One more is forgiven each minute.
inline constexpr Millis kWrongPinForgivenAfter{60'000};
inline constexpr size_t kMostMachines = 4096;

/// Beside the lockout of each badge: that one alone would let a machine try every badge four times, for ever.
/// In memory, so a restart forgives. A leaky bucket for each address (the generic cell rate algorithm, ITU-T
/// I.371). On the loop.
class TryBudget {
 public:
  /// How long the machine has to wait before its next try; zero: not at all.
  Millis wait(const std::string& machine, MonoTime now) const;
  /// A try of the machine is checked from now on, and `end` says when no more. False, and none begun, when as
  /// many are under way as may still be wrong: all at once would else pass before the first was counted.
  bool begin(const std::string& machine, MonoTime now);
  void end(const std::string& machine);
  /// A PIN of the machine was wrong. True when it has to wait from now on.
  bool wrong(const std::string& machine, MonoTime now);
  size_t machines() const { return forgiven_.size(); }

 private:
  Millis wait_after(const std::string& machine, int more_wrong, MonoTime now) const;
  /// When all of a machine's wrong PINs will be forgiven. Those of the past count as nothing.
  std::map<std::string, MonoTime> forgiven_;
  std::map<std::string, int> under_way_;
};

}  // namespace millrace::edge

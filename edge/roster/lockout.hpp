// How long a badge must wait after wrong PINs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/store/database.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

inline constexpr uint32_t kFreeTries = 5;
inline constexpr Millis kLockoutFirst{30'000};
inline constexpr Millis kLockoutMost{15 * 60'000};
/// Badges that nobody has are counted as well (an answer must not tell which exist); only so many are kept:
/// more than 160 machines are let send (try_budget.hpp) while one of them waits. The oldest go now and then.
inline constexpr int64_t kMostUnknownBadges = 10'000;
inline constexpr int64_t kPrunedEvery = 128;

/// The wait after that many wrong PINs in a row: none for the first four, then 30 s, doubling to 15 minutes.
constexpr Millis lockout_after(uint32_t failures) {
  if (failures < kFreeTries) return Millis{0};
  const auto doublings = std::min<uint32_t>(failures - kFreeTries, 10);
  return std::min(kLockoutMost, kLockoutFirst * (int64_t{1} << doublings));
}

/// Who let a badge try again before its time.
struct Unlock {
  WallTime at;
  std::string leader_id;
  std::string operator_id;  ///< whose badge it is; empty when nobody's
  std::string kiosk;
};

/// The tries, kept in the database. A try is written down as failed before its PIN is checked, and taken back
/// when the PIN was right: whoever pulls the plug in between gains nothing. The end of a wait is kept on the
/// monotonic clock with the id of the boot, so no change of the wall clock shortens it; after a reboot it
/// starts anew. Every function is one step of a transaction on the writer's thread.
class Lockout {
 public:
  /// `boot` names this boot of the machine; empty when the kernel does not say, then every start counts as
  /// one.
  explicit Lockout(std::string boot) : boot_(std::move(boot)) {}

  /// At the start of the daemon: waits from before the reboot begin anew.
  void start(store::Connection& db, MonoTime now) const;
  /// Counts the try as failed; the wait before the next one if its PIN is wrong. Refused: locked_out, then
  /// nothing is counted.
  Outcome<Millis> take_try(store::Connection& db, std::string_view badge, bool known, MonoTime now) const;
  /// The PIN was not checked after all.
  void give_back(store::Connection& db, std::string_view badge) const;
  /// The PIN was right: forgets the badge's failures.
  void clear(store::Connection& db, std::string_view badge) const;
  /// A team leader forgives the badge's failures. Never done without a row about it.
  void unlock(store::Connection& db, std::string_view badge, const Unlock& by) const;

 private:
  std::string boot_;
};

}  // namespace millrace::edge

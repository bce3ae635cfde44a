// Time as a parameter: code that decides takes a Clock, tests turn one by hand.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace millrace {

using Millis = std::chrono::milliseconds;
/// Wall-clock time, UTC, millisecond precision. May jump.
using WallTime = std::chrono::sys_time<Millis>;
/// Milliseconds since 1970, as records and tables hold it.
constexpr int64_t wall_ms(WallTime time) {
  return time.time_since_epoch().count();
}
/// Time since an arbitrary point (boot); never jumps, never goes back.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, Millis>;

/// Older than the product: a box that believes this has lost its clock battery.
inline constexpr WallTime kEarliestBelievable{std::chrono::sys_days{std::chrono::year{2024} / 1 / 1}};

/// How far the wall clock can be believed; the value of the `clockstate` attribute.
enum class ClockState { synced, holdover, untrusted };
std::string_view to_string(ClockState state);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime wall() const = 0;
  virtual MonoTime mono() const = 0;
  virtual ClockState state() const = 0;
};

/// The machine's clocks. Thread-safe. `state` asks the kernel (adjtimex) whether the clock is disciplined;
/// a year before 2024 is always untrusted.
class SystemClock final : public Clock {
 public:
  WallTime wall() const override;
  MonoTime mono() const override;
  ClockState state() const override;
};

/// A clock that stands still until it is told otherwise. For tests and the simulator; one thread.
class ManualClock final : public Clock {
 public:
  WallTime wall() const override { return wall_; }
  MonoTime mono() const override { return mono_; }
  ClockState state() const override { return state_; }
  void advance(Millis by) {
    wall_ += by;
    mono_ += by;
  }
  void set_wall(WallTime to) { wall_ = to; }
  void set_state(ClockState to) { state_ = to; }

 private:
  WallTime wall_{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} + std::chrono::hours{6}};
  MonoTime mono_{Millis{1'000'000}};
  ClockState state_ = ClockState::synced;
};

/// RFC 3339 in UTC with milliseconds, e.g. `2026-01-05T06:00:00.000Z`.
std::string rfc3339(WallTime time);
/// Reads RFC 3339 with any offset and up to nine fractional digits (truncated to milliseconds).
/// Errors: invalid_input.
Result<WallTime> parse_rfc3339(std::string_view text);

/// The kernel's id of this boot (a UUID in text form), or an empty string where the kernel has none.
std::string boot_id();

}  // namespace millrace

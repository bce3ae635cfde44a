// A lock of the service's on a message or a session that we hold, and when to ask for more of it.
#pragma once

#include <algorithm>
#include <optional>

#include "core/base/clock.hpp"

namespace millrace::servicebus {

/// Locks are renewed at half of what is left of them, but neither more often nor more seldom than this: the
/// service's clock and ours may differ.
inline constexpr Millis kRenewAtMost{1'000};
inline constexpr Millis kRenewAtLeast{15'000};
/// So long before its end a lock is asked for once more, also of a service that wants to be left alone: there
/// is time for one answer.
inline constexpr Millis kLastTry{3'000};

/// Asks for nothing until it is granted. Pure: its receiver owns it, has the clock and does the asking.
class Lock {
 public:
  /// `until` is what the service says, by its clock; not set when it says nothing.
  void granted(std::optional<WallTime> until, const Clock& clock) {
    const auto now = clock.mono();
    const auto left = until ? std::chrono::duration_cast<Millis>(*until - clock.wall()) : Millis{0};
    // Nobody grants what is over already: a clock is wrong, and the end is not known.
    ends_ = left > Millis{0} ? now + left : MonoTime::max();
    renew_at_ = now + std::clamp(left / 2, kRenewAtMost, kRenewAtLeast);
  }
  /// More of it was asked for; again, when no answer comes.
  void asked(MonoTime now) { renew_at_ = now + kRenewAtLeast; }
  /// The service gave nothing, and wants to be left alone for `wait`, 0 when it did not say. That is heeded
  /// where it leaves time for one more try before the end.
  void not_renewed(MonoTime now, Millis wait) {
    const auto left = ends_ - now;
    const auto of_ours =
        left > Millis{0} ? std::clamp<Millis>(left / 2, kRenewAtMost, kRenewAtLeast) : kRenewAtLeast;
    auto pause = wait > Millis{0} ? wait : of_ours;
    if (ends_ == MonoTime::max()) {
      pause = std::min(pause, kRenewAtLeast);
    } else if (left > kLastTry) {
      pause = std::min<Millis>(pause, std::max<Millis>(left - kLastTry, kRenewAtMost));
    }
    renew_at_ = now + pause;
  }
  /// It is given back, or about to be: nothing more is asked for.
  void let_be() { renew_at_ = MonoTime::max(); }

  bool is_kept() const { return renew_at_ != MonoTime::max(); }
  MonoTime renew_at() const { return renew_at_; }
  /// Never, when that is not known.
  MonoTime ends() const { return ends_; }
  /// The next try is the last.
  bool is_pressing(MonoTime now) const { return now < ends_ && ends_ - now <= kLastTry; }

 private:
  MonoTime renew_at_ = MonoTime::max();
  MonoTime ends_ = MonoTime::max();
};

}  // namespace millrace::servicebus

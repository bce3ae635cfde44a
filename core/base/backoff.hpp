// How long to wait before trying again.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/base/clock.hpp"

namespace millrace {

/// Doubles from `first` to `most`, then stays; each wait is drawn from the upper half of its step, so that a
/// hundred boxes that lost the same broker do not come back in the same instant. Pure: the random number is
/// the caller's.
class Backoff {
 public:
  Backoff(Millis first, Millis most) : first_(first), most_(most), next_(first) {}

  /// The next wait; `random` is any uniformly distributed number.
  Millis next(uint64_t random) {
    const auto step = next_;
    next_ = std::min(most_, next_ * 2);
    const auto half = step.count() / 2;
    return Millis{step.count() - half + static_cast<int64_t>(random % static_cast<uint64_t>(half + 1))};
  }
  void reset() { next_ = first_; }

 private:
  Millis first_;
  Millis most_;
  Millis next_;
};

}  // namespace millrace

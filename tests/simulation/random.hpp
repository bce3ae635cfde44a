// Numbers for a schedule: the same seed gives the same numbers on every machine.
#pragma once

#include <cstdint>

#include "core/base/clock.hpp"

namespace millrace::simulation {

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
    return z ^ (z >> 31U);
  }
  /// 0 … bound - 1; the slight bias of the remainder does not matter here.
  uint64_t below(uint64_t bound) { return next() % bound; }
  bool chance(unsigned per_mille) { return below(1000) < per_mille; }
  Millis between(Millis least, Millis most) {
    return least + Millis{static_cast<int64_t>(below(static_cast<uint64_t>((most - least).count()) + 1))};
  }

 private:
  uint64_t state_;
};

}  // namespace millrace::simulation

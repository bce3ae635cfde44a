// Many schedules at once, and what they showed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/simulation/schedule.hpp"

namespace millrace::simulation {

struct Campaign {
  uint64_t first = 1;
  uint64_t schedules = 0;
  unsigned threads = 1;
  delivery::Planted bug = delivery::Planted::none;
};

struct Report {
  uint64_t schedules = 0;
  uint64_t records = 0;
  uint64_t arrived = 0;
  uint64_t doubled = 0;
  uint64_t parked = 0;
  uint64_t streams_left = 0;
  uint64_t median_faults = 0;
  Millis longest_drain{0};
  std::map<std::pair<FaultKind, std::string_view>, uint64_t> met;
  std::map<uint64_t, std::string> failing;  ///< seed → the invariant
  std::chrono::duration<double> took{0};
};

/// Runs them; the report does not depend on the number of threads but for the time.
Report run(const Campaign& campaign);

/// How many schedules it took to fail, in the median over all failures; 0 when none failed.
uint64_t median_to_catch(const Campaign& campaign, const Report& report);

}  // namespace millrace::simulation

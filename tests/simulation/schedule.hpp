// One schedule: a plant, what its operators do, and what happens to it, all from one seed.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/delivery/planted.hpp"

namespace millrace::simulation {

enum class FaultKind {
  box_dies,
  box_freezes,
  box_disk_fails,
  box_link_cut,
  box_clock_jumps,
  box_restored,
  box_cloned,
  broker_restarts_empty,
  relay_dies,
  relay_freezes,
  relay_disk_fails,
  relay_link_cut,
  relay_forgets,
  relay_restored,
  relay_distrusts,
  second_relay,
  sink_detaches,
  sink_throttles,
  sink_disabled,
  sink_retries,
  sink_loses_answers,
  network_storm,
};
inline constexpr size_t kFaultKinds = static_cast<size_t>(FaultKind::network_storm) + 1;
std::string_view to_string(FaultKind kind);

struct Fault {
  FaultKind kind = FaultKind::box_dies;
  Millis at{0};
  Millis lasts{0};
  uint64_t pick = 0;  ///< which box or relay, which backup, how bad
};

/// What a seed stands for.
struct Plan {
  uint64_t seed = 0;
  std::vector<Fault> faults;
  delivery::Planted bug = delivery::Planted::none;
  /// One box, one relay, one operator, and no more than the model knows.
  bool small = false;
  static Plan from(uint64_t seed, delivery::Planted bug = delivery::Planted::none);
  static Plan small_from(uint64_t seed, delivery::Planted bug = delivery::Planted::none);
};
/// The bounds of a small plant: those of tests/model/traces.test.mjs.
inline constexpr uint64_t kSmallRecords = 6;
inline constexpr size_t kSmallWindow = 3;

struct RunResult {
  std::string violation;  ///< empty: every invariant held
  std::vector<std::string> story;
  std::vector<std::string> steps;  ///< in the model's words
  uint64_t records = 0;
  uint64_t arrived = 0;
  uint64_t doubled = 0;
  uint64_t parked = 0;
  uint64_t streams_left = 0;
  Millis drained_after{0};  ///< from the end of the faults
  /// How often a fault met a part in which state.
  std::map<std::pair<FaultKind, std::string_view>, uint64_t> met;
};

/// The same plan gives the same outcome, always. Thread-safe.
RunResult run(const Plan& plan, bool with_story);
/// The fewest faults of a failing plan that still make it fail, in its order.
Plan shortest(const Plan& failing);

}  // namespace millrace::simulation

// Faults as people write them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.hpp"
#include "emulator/faults/faults.hpp"

namespace millrace::bus {

/// Puts the wall clock of the bus forward, or back.
struct ClockShift {
  Millis by{};
};
using FaultOrder = std::variant<Fault, ClockShift>;

/// Carries it out. Returns the fault's number, 0 for a clock; nothing when there are kFaultsMost.
std::optional<uint64_t> obey(const FaultOrder& order, Faults& faults, ShiftedClock& clock);

/// One fault or a list of them. `{"fault": "throttle", "entity": "orders", "operation": "send", "skip": 5,
/// "times": 3, "after_ms": 0, "for_ms": 10000, "wait_s": 2}`; the kinds are throttle, reject, lose_answer,
/// delay, detach, close, no_credit and shift_clock. Errors: invalid_input, with what is wrong and what is
/// known.
Result<std::vector<FaultOrder>> read_faults(std::string_view json);
/// The same from a file, comments allowed. Errors: io, invalid_input.
Result<std::vector<FaultOrder>> load_faults(const std::filesystem::path& file);
/// What `GET` shows.
std::string to_json(const std::vector<Fault>& faults, Millis clock_shift);

}  // namespace millrace::bus

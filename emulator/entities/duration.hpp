// Durations as the official emulator's file writes them (ISO 8601, as in XML Schema).
#pragma once

#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace::bus {

/// Reads `P7D`, `PT1M`, `PT1H30M`, `P1DT2.5S`. Years and months have no fixed length and are refused.
/// Errors: invalid_input.
Result<Millis> parse_duration(std::string_view text);

/// The shortest such text, e.g. `PT1M`.
std::string format_duration(Millis duration);

}  // namespace millrace::bus

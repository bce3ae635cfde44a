// Changed user properties as the store writes them.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "emulator/broker/value.hpp"

namespace millrace::bus {

/// A JSON object; a time is {"time_ms": n}, everything else is JSON's own.
std::string to_json(const Properties& properties);
/// Errors: corrupt.
Result<Properties> properties_from_json(std::string_view text);

}  // namespace millrace::bus

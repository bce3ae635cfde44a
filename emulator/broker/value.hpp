// The values of user properties, as far as filters and dead letters look at them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "core/base/clock.hpp"

namespace millrace::bus {

/// Null (or a type that no filter can compare, such as binary), a boolean, a number, text or a time.
using Value = std::variant<std::monostate, bool, int64_t, double, std::string, WallTime>;
using Properties = std::map<std::string, Value, std::less<>>;

}  // namespace millrace::bus

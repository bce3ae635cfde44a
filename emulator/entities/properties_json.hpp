// User properties as the store writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "emulator/broker/value.hpp"

namespace boost::json {
class value;
}

namespace millrace::bus {

/// A JSON object; a time is {"time_ms": n}, a real number {"number": "0.5"}, also "inf" and "nan", which JSON
/// has not; everything else is JSON's own.
std::string to_json(const Properties& properties);
/// Errors: corrupt.
Result<Properties> properties_from_json(std::string_view text);

boost::json::value to_json(const Value& value);
/// Nothing when no property has such a value.
std::optional<Value> property_from_json(const boost::json::value& json);

}  // namespace millrace::bus

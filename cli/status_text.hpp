// What `millrace status` prints.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"

namespace millrace::cli {

/// The box's answer to GET /admin/v1/box, for people. Empty when it is not one. Pure.
std::string status_text(std::string_view box_json);

/// "3 min", "2 h", "4 days": as exactly as somebody wants to know it.
std::string age_text(Millis age);

}  // namespace millrace::cli

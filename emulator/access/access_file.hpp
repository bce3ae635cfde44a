// The file of the namespace's access rules, and rights by their names.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "emulator/broker/definition.hpp"

namespace millrace::bus {

/// A JSON list of `{"KeyName": …, "PrimaryKey": …, "SecondaryKey": …, "Rights": ["Manage", "Send",
/// "Listen"]}`, comments allowed. Errors: io; invalid_input with file and place.
Result<std::vector<AccessRule>> load_access_rules(const std::filesystem::path& file);

}  // namespace millrace::bus

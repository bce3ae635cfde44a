// Reads the entities from a file in the official emulator's format (config.json, with comments).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "emulator/broker/definition.hpp"

namespace millrace::bus {

/// A file of entities, or everything that is wrong with it: `problems` holds one
/// "file: place: what, and what to do" each.
struct EntitiesFile {
  Definitions definitions;
  std::vector<std::string> problems;
};

/// Comments and trailing commas are allowed; unknown keys, and features that this bus does not have, are
/// problems. `name` stands in messages.
EntitiesFile parse_entities(std::string_view text, std::string_view name);
EntitiesFile load_entities(const std::filesystem::path& file);

}  // namespace millrace::bus

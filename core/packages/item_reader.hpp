// Reads the parts of a test package; package_reader.hpp reads the whole.
#pragma once

#include <string>

#include "core/json/strict_json.hpp"
#include "core/packages/package.hpp"
#include "core/packages/package_limits.hpp"

namespace millrace::packages {

/// What a box kept with an attempt, at whichever release, goes on: it may lack the hashes of the files that
/// items name, and have texts of blanks alone.
enum class Origin { folder, kept };

// Each reports what is wrong to the document and goes on with an empty value. `package` is what was read of
// it so far: its languages, topics and sections.

/// What people read, and who approved it: blanks alone are neither.
std::string read_text(const json::Value& value, size_t most_bytes, Origin origin);
std::string read_id(const json::Value& value, size_t most_bytes = kMostIdBytes);
/// In every language of the package, and no other.
Texts read_texts(const json::Value& value, const Package& package, Origin origin);
Item read_item(const json::Value& value, const Package& package, Origin origin);

}  // namespace millrace::packages

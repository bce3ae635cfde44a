// Reads one test package and checks it: package.schema.json describes the format for people and editors.
#pragma once

#include <string>

#include "edge/testing/package.hpp"

namespace millrace::edge {

/// Strict: unknown members, missing translations, answers that name no option … are all problems. Errors:
/// invalid_input with every problem of the file, one a line: "file: /items/3/answer: what is wrong".
Result<PackagePtr> read_package(std::string content, const std::string& file);

/// Whether the text may be an id: 1 to 32 (test ids: 64) of a-z, A-Z, 0-9, '.', '_', '-', and no dot first.
bool is_id(std::string_view text);

}  // namespace millrace::edge

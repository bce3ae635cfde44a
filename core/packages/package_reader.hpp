// Reads one test package and checks it: package.schema.json describes the format for people and editors.
#pragma once

#include <string>
#include <string_view>

#include "core/packages/item_reader.hpp"
#include "core/packages/package.hpp"

namespace millrace::packages {

/// Strict: unknown members, missing translations, answers that name no option … are all problems. Errors:
/// invalid_input with every problem of the file, one a line: "file: /items/3/answer: what is wrong". Looks at
/// no other file: media.hpp does.
Result<PackagePtr> read_package(std::string content, const std::string& file, Origin origin = Origin::folder);

/// Whether the text may be an id: 1 to 32 (test ids: 64) of a-z, A-Z, 0-9, '.', '_', '-', and no dot first.
bool is_id(std::string_view text);

/// Whether the text is empty or white space alone, as \s in the patterns of package.schema.json has it.
bool is_blank(std::string_view text);

}  // namespace millrace::packages

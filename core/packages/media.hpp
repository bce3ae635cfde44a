// The pictures and sounds of a test package: files in media/{test_id}/ beside it, known by their hashes.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/packages/package.hpp"

namespace millrace::packages {

/// Every file that an item names.
std::set<std::string> named_media(const Package& package);

bool is_image(std::string_view name);
bool is_audio(std::string_view name);
/// By the name's ending; empty when it is none that a package may use.
std::string_view media_type(std::string_view name);

/// Whether the content begins as that of a file of this name does; a browser goes by what a picture or sound
/// is. Errors: invalid_input, as "it is empty".
Result<> check_content(std::string_view name, std::string_view content);

/// The first place in the package that names the file: a JSON pointer, for messages.
std::string place_of(const Package& package, const std::string& name);

/// Where a file of a test lies. `folder` is where the package lies.
std::filesystem::path media_file(const std::filesystem::path& folder, const std::string& test_id,
                                 const std::string& name);

/// A whole file of a test. Errors: not_found, io; invalid_input when it is too large for its kind, or no
/// regular file: a link may lead out of the package.
Result<std::string> read_media(const std::filesystem::path& folder, const std::string& test_id,
                               const std::string& name);

/// 64 lower-case hexadecimal digits. Errors: invalid_input.
Result<Sha256> parse_sha256(std::string_view text);

/// Whether every file is there, begins as its kind does and has its hash. Adds each problem as "file: place:
/// what to do".
void check_media(const std::filesystem::path& folder, const Package& package, const std::string& file,
                 std::vector<std::string>& problems);

}  // namespace millrace::packages

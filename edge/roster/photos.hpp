// The photos that the plant has of its people: a folder with one picture each, `{operator id}.jpg`, `.png` or
// `.webp`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace millrace::edge {

inline constexpr size_t kMostPhotoBytes = 512 * 1024;

struct Photo {
  std::string_view media_type;
  std::string bytes;
};

/// Whether there is one. An empty `folder` has none.
bool has_photo(const std::filesystem::path& folder, const std::string& operator_id);
/// Read each time, since photos come and go while the box runs. Errors: not_found, io; invalid_input when it
/// is larger than kMostPhotoBytes.
Result<Photo> read_photo(const std::filesystem::path& folder, const std::string& operator_id);

}  // namespace millrace::edge

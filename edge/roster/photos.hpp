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
  std::filesystem::path file;
  std::string_view media_type;
  std::string version;  ///< another one when the file was replaced
};

/// Looked for each time, since photos come and go while the box runs. Nothing where there is none, where it
/// is larger than kMostPhotoBytes, or where `folder` is empty or not there.
std::optional<Photo> find_photo(const std::filesystem::path& folder, const std::string& operator_id);

}  // namespace millrace::edge

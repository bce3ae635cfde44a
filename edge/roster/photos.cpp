#include "edge/roster/photos.hpp"

#include <fmt/format.h>

namespace millrace::edge {
namespace {

struct Kind {
  std::string_view ending;
  std::string_view media_type;
};
/// No SVG: it is a document, and could hold more than a picture.
constexpr Kind kKinds[] = {{".jpg", "image/jpeg"}, {".png", "image/png"}, {".webp", "image/webp"}};

}  // namespace

std::optional<Photo> find_photo(const std::filesystem::path& folder, const std::string& operator_id) {
  if (folder.empty()) return {};
  for (const auto& kind : kKinds) {
    const auto file = folder / (operator_id + std::string(kind.ending));
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(file, failed);
    if (failed || bytes > kMostPhotoBytes) continue;
    const auto written = std::filesystem::last_write_time(file, failed);
    if (failed) continue;
    return Photo{file, kind.media_type, fmt::format("{:x}", written.time_since_epoch().count())};
  }
  return {};
}

}  // namespace millrace::edge

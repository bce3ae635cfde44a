#include "edge/roster/photos.hpp"

#include "core/base/files.hpp"

namespace millrace::edge {
namespace {

struct Kind {
  std::string_view ending;
  std::string_view media_type;
};
/// No SVG: it is a document, and could hold more than a picture.
constexpr Kind kKinds[] = {{".jpg", "image/jpeg"}, {".png", "image/png"}, {".webp", "image/webp"}};

std::optional<Kind> kind_of_photo(const std::filesystem::path& folder, const std::string& operator_id) {
  if (folder.empty()) return {};
  for (const auto& kind : kKinds) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(folder / (operator_id + std::string(kind.ending)), ignored))
      return kind;
  }
  return {};
}

}  // namespace

bool has_photo(const std::filesystem::path& folder, const std::string& operator_id) {
  return kind_of_photo(folder, operator_id).has_value();
}

Result<Photo> read_photo(const std::filesystem::path& folder, const std::string& operator_id) {
  const auto kind = kind_of_photo(folder, operator_id);
  if (!kind) return fail(ErrorKind::not_found, "there is no photo of " + operator_id);
  auto bytes = read_file(folder / (operator_id + std::string(kind->ending)), kMostPhotoBytes);
  if (!bytes) return std::unexpected(bytes.error());
  return Photo{kind->media_type, std::move(*bytes)};
}

}  // namespace millrace::edge

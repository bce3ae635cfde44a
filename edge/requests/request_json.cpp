#include "edge/requests/request_json.hpp"

#include <fmt/format.h>

#include "core/base/files.hpp"
#include "core/packages/package_limits.hpp"
#include "core/packages/package_reader.hpp"
#include "edge/testing/packages.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostFileBytes = 4 * 1024 * 1024;
constexpr size_t kMostFormatBytes = 64;
constexpr size_t kUuidBytes = 36;
constexpr size_t kMostKindBytes = 32;
constexpr size_t kMostTimeBytes = 40;

}  // namespace

std::string read_id(const json::Value& value) {
  auto id = value.text(kMostTestIdBytes);
  if (!id.empty() && !is_id(id)) {
    value.complain("must be made of a-z, A-Z, 0-9, '.', '_' and '-', and not begin with a dot");
  }
  return id;
}

Uuid read_uuid(const json::Value& value) {
  const auto text = value.text(kUuidBytes);
  const auto id = Uuid::parse(text);
  if (!text.empty() && !id) value.complain("must be a UUID");
  return id ? *id : Uuid{};
}

RequestKind read_kind(const json::Value& value) {
  const auto name = value.text(kMostKindBytes);
  const auto kind = request_kind(name);
  if (!name.empty() && !kind) {
    value.complain("must be \"training\", \"recertification\", \"retest\" or \"accommodation\"");
  }
  return kind.value_or(RequestKind::training);
}

std::string read_free_text(const json::Value& value, size_t least) {
  auto text = value.text(kMostFreeTextBytes, least);
  if (characters(text) > kMostFreeTextCharacters) {
    value.complain(fmt::format("has more than {} characters", kMostFreeTextCharacters));
  }
  return text;
}

WallTime read_time(const json::Value& value) {
  const auto text = value.text(kMostTimeBytes);
  const auto time = parse_rfc3339(text);
  if (!text.empty() && !time) value.complain("must be a time such as 2026-01-31T06:00:00Z");
  return time ? *time : WallTime{};
}

Result<json::Document> read_requests_file(const std::filesystem::path& file, std::string_view format) {
  const auto content = read_file(file, kMostFileBytes);
  if (!content) return std::unexpected(content.error());
  auto document = json::Document::parse(*content, file.string());
  if (!document) return std::unexpected(document.error());
  const auto told = document->root().at("format");
  if (told.present() && told.text(kMostFormatBytes) != format)
    told.complain(fmt::format("must be \"{}\"", format));
  return document;
}

}  // namespace millrace::edge

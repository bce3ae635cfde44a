#include "edge/api/kiosk_settings.hpp"

#include "core/base/files.hpp"
#include "core/json/strict_json.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostFileBytes = 256 * 1024;  // it lists the files of the build as well

}  // namespace

std::string kiosk_app_version(const std::filesystem::path& kiosk_dir) {
  if (kiosk_dir.empty()) return {};
  const auto text = read_file(kiosk_dir / "version.json", kMostFileBytes);
  if (!text) return {};
  const auto document = json::Document::parse(*text);
  if (!document) return {};
  return document->root().maybe("version").text(kMostAppVersionBytes);
}

}  // namespace millrace::edge

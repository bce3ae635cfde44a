#include "core/http/static_files.hpp"

#include <array>

#include <fmt/format.h>

#include "core/base/bytes.hpp"
#include "core/base/crypto.hpp"
#include "core/base/files.hpp"

namespace millrace::http {
namespace {

// The whole app is a few hundred kilobytes; a picture of a test may be larger.
constexpr size_t kMostFileBytes = 16 * 1024 * 1024;

std::string_view content_type_of(const std::filesystem::path& file) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kTypes{{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".mp3", "audio/mpeg"},
      {".txt", "text/plain; charset=utf-8"},
  }};
  const auto extension = file.extension().string();
  for (const auto& [known, type] : kTypes) {
    if (known == extension) return type;
  }
  return "application/octet-stream";
}

Response not_found() {
  return Response::problem(404, "not-found", "There is nothing at this address.");
}

/// A form of the file that the build made beforehand, so that nothing is compressed here.
struct Encoding {
  std::string_view name;
  std::string_view suffix;
};
constexpr std::array<Encoding, 2> kEncodings{{{"br", ".br"}, {"gzip", ".gz"}}};

/// Whether the list names the encoding and does not forbid it: `gzip, br;q=0.8`.
bool accepts(std::string_view list, std::string_view encoding) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto entry = list.substr(0, comma);
    while (entry.starts_with(' ')) entry.remove_prefix(1);
    const auto end = entry.find_first_of("; ");
    if (entry.substr(0, end) == encoding) {
      return end == std::string_view::npos || !entry.substr(end).ends_with("q=0");
    }
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

bool is_plain_name(const std::filesystem::path& segment) {
  const auto text = segment.string();
  return !text.empty() && text[0] != '.' && text.find('\0') == std::string::npos;
}

}  // namespace

Response serve_file(const std::filesystem::path& folder, const Request& request) {
  if (request.path.empty() || request.path[0] != '/') return not_found();
  std::filesystem::path relative(request.path.substr(1));
  if (relative.empty()) relative = "index.html";
  if (relative.is_absolute()) return not_found();
  for (const auto& segment : relative) {
    if (!is_plain_name(segment)) return not_found();
  }
  std::error_code failed;
  const auto root = std::filesystem::canonical(folder, failed);
  if (failed) return not_found();
  const auto file = std::filesystem::canonical(root / relative, failed);
  if (failed || !std::filesystem::is_regular_file(file, failed)) return not_found();
  const auto inside = file.lexically_relative(root);
  if (inside.empty() || *inside.begin() == "..") return not_found();

  Response response;
  auto sent = file;
  for (const auto& [name, suffix] : kEncodings) {
    auto encoded = file;
    encoded += suffix;
    if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(encoded, failed))) continue;
    // A cache on the way must not give one browser's form to another.
    if (response.headers.empty()) response.headers.emplace_back("Vary", "Accept-Encoding");
    if (!accepts(request.header("accept-encoding"), name)) continue;
    response.headers.emplace_back("Content-Encoding", name);
    sent = encoded;
    break;
  }
  auto content = read_file(sent, kMostFileBytes);
  if (!content) return Response::problem(content.error());
  const auto tag = fmt::format("\"{}\"", hex(sha256(as_bytes(*content))).substr(0, 16));
  response.content_type = content_type_of(file);
  const bool hashed_name = request.path.starts_with("/assets/");
  response.headers.emplace_back("Cache-Control",
                                hashed_name ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.emplace_back("ETag", tag);
  if (request.header("if-none-match") == tag) {
    response.status = 304;
    response.content_type.clear();
    std::erase_if(response.headers, [](const auto& header) { return header.first == "Content-Encoding"; });
  } else {
    response.body = std::move(*content);
  }
  return response;
}

}  // namespace millrace::http

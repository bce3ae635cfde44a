#include "core/packages/media.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/files.hpp"
#include "core/packages/package_limits.hpp"

namespace millrace::packages {
namespace {

struct Kind {
  std::string_view ending;
  std::string_view type;
  bool audio;
};
constexpr Kind kKinds[] = {
    {".svg", "image/svg+xml", false}, {".png", "image/png", false}, {".jpg", "image/jpeg", false},
    {".webp", "image/webp", false},   {".ogg", "audio/ogg", true},  {".opus", "audio/ogg", true},
    {".mp3", "audio/mpeg", true},     {".wav", "audio/wav", true},
};

const Kind* kind_of(std::string_view name) {
  const auto* kind =
      std::ranges::find_if(kKinds, [&](const Kind& one) { return name.ends_with(one.ending); });
  return kind == std::end(kKinds) ? nullptr : kind;
}

/// The first place that names the file, for messages.
std::string place_of(const Package& package, const std::string& name) {
  for (size_t i = 0; i < package.items.size(); ++i) {
    const auto& item = package.items[i];
    if (item.image == name) return fmt::format("/items/{}/image", i);
    for (const auto& [language, file] : item.audio) {
      if (file == name) return fmt::format("/items/{}/audio/{}", i, language);
    }
  }
  return "/media";
}

}  // namespace

std::set<std::string> named_media(const Package& package) {
  std::set<std::string> names;
  for (const auto& item : package.items) {
    if (!item.image.empty()) names.insert(item.image);
    for (const auto& [language, file] : item.audio) names.insert(file);
  }
  return names;
}

bool is_image(std::string_view name) {
  const auto* kind = kind_of(name);
  return kind != nullptr && !kind->audio;
}

bool is_audio(std::string_view name) {
  const auto* kind = kind_of(name);
  return kind != nullptr && kind->audio;
}

std::string_view media_type(std::string_view name) {
  const auto* kind = kind_of(name);
  return kind == nullptr ? std::string_view{} : kind->type;
}

std::filesystem::path media_file(const std::filesystem::path& folder, const std::string& test_id,
                                 const std::string& name) {
  return folder / "media" / test_id / name;
}

Result<std::string> read_media(const std::filesystem::path& folder, const std::string& test_id,
                               const std::string& name) {
  return read_file(media_file(folder, test_id, name), is_audio(name) ? kMostAudioBytes : kMostImageBytes);
}

Result<Sha256> parse_sha256(std::string_view text) {
  const auto bytes = from_hex(text);
  const bool lower = std::ranges::none_of(text, [](char c) { return c >= 'A' && c <= 'F'; });
  Sha256 out{};
  if (!bytes || !lower || bytes->size() != out.size())
    return fail(ErrorKind::invalid_input, "must be a SHA-256: 64 lower-case hexadecimal digits");
  std::ranges::copy(*bytes, out.begin());
  return out;
}

void check_media(const std::filesystem::path& folder, const Package& package, const std::string& file,
                 std::vector<std::string>& problems) {
  size_t bytes = 0;
  for (const auto& [name, expected] : package.media) {
    const auto complain = [&](std::string_view place, const std::string& what) {
      problems.push_back(fmt::format("{}: {}: {}", file, place, what));
    };
    const auto content = read_media(folder, package.test_id, name);
    if (!content) {
      complain(place_of(package, name), content.error().message + "; put the file there");
      continue;
    }
    bytes += content->size();
    if (const auto actual = sha256(as_bytes(*content)); actual != expected) {
      complain(fmt::format("/media/{}", name),
               fmt::format("{} has the hash {}: put the file back, or give the changed test a new version",
                           media_file(folder, package.test_id, name).string(), hex(actual)));
    }
  }
  if (bytes > kMostMediaBytes) {
    problems.push_back(
        fmt::format("{}: /media: {} bytes in all; at most {} are allowed", file, bytes, kMostMediaBytes));
  }
}

}  // namespace millrace::packages

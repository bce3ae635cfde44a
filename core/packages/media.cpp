#include "core/packages/media.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/files.hpp"
#include "core/packages/package_limits.hpp"

namespace millrace::packages {
namespace {

/// Perhaps a byte order mark, blanks, and then XML that has an svg somewhere: comments may stand before it.
bool begins_as_svg(std::string_view content) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (content.starts_with(kByteOrderMark)) content.remove_prefix(kByteOrderMark.size());
  const auto first = content.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && content[first] == '<' &&
         (content.contains("<svg") || content.contains(":svg"));
}

bool begins_as_png(std::string_view content) {
  return content.starts_with("\x89PNG\r\n\x1a\n");
}

bool begins_as_jpeg(std::string_view content) {
  return content.starts_with("\xff\xd8\xff");
}

/// RIFF, four bytes of length, and the form.
bool begins_as_riff(std::string_view content, std::string_view form) {
  constexpr size_t kFormAt = 8;
  return content.starts_with("RIFF") && content.size() > kFormAt && content.substr(kFormAt).starts_with(form);
}

bool begins_as_webp(std::string_view content) {
  return begins_as_riff(content, "WEBP");
}

bool begins_as_wav(std::string_view content) {
  return begins_as_riff(content, "WAVE");
}

bool begins_as_ogg(std::string_view content) {
  return content.starts_with("OggS");
}

/// Zero bytes before an MP3's tag or first frame: players skip them, as some encoders leave a gap there.
constexpr size_t kMostZerosOfMp3 = 4096;

/// A tag (ID3v2 or APEv2), or at once a frame: eleven bits that are set, two of the version, and 01 for
/// layer III.
bool begins_as_mp3(std::string_view content) {
  constexpr unsigned kSyncAndLayer = 0xe6;
  constexpr unsigned kLayer3 = 0xe2;
  const auto first = content.substr(0, kMostZerosOfMp3 + 1).find_first_not_of('\0');
  if (first == std::string_view::npos) return false;
  content.remove_prefix(first);
  return content.starts_with("ID3") || content.starts_with("APETAGEX") ||
         (content.size() > 1 && content[0] == '\xff' &&
          (static_cast<unsigned char>(content[1]) & kSyncAndLayer) == kLayer3);
}

struct Kind {
  std::string_view ending;
  std::string_view type;
  bool audio;
  std::string_view called;
  bool (*begins)(std::string_view content);
};
constexpr Kind kKinds[] = {
    {".svg", "image/svg+xml", false, "an SVG", begins_as_svg},
    {".png", "image/png", false, "a PNG", begins_as_png},
    {".jpg", "image/jpeg", false, "a JPEG", begins_as_jpeg},
    {".webp", "image/webp", false, "a WebP", begins_as_webp},
    {".ogg", "audio/ogg", true, "an Ogg file", begins_as_ogg},
    {".opus", "audio/ogg", true, "an Ogg file", begins_as_ogg},
    {".mp3", "audio/mpeg", true, "an MP3", begins_as_mp3},
    {".wav", "audio/wav", true, "a WAV", begins_as_wav},
};

const Kind* kind_of(std::string_view name) {
  const auto* kind =
      std::ranges::find_if(kKinds, [&](const Kind& one) { return name.ends_with(one.ending); });
  return kind == std::end(kKinds) ? nullptr : kind;
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

Result<> check_content(std::string_view name, std::string_view content) {
  if (content.empty()) return fail(ErrorKind::invalid_input, "it is empty");
  const auto* kind = kind_of(name);
  if (kind == nullptr || kind->begins(content)) return {};
  const auto* other = std::ranges::find_if(kKinds, [&](const Kind& one) { return one.begins(content); });
  const auto rather =
      other == std::end(kKinds) ? std::string() : fmt::format(", but as {} does", other->called);
  return fail(ErrorKind::invalid_input, fmt::format("it does not begin as {} does{}", kind->called, rather));
}

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

std::filesystem::path media_file(const std::filesystem::path& folder, const std::string& test_id,
                                 const std::string& name) {
  return folder / "media" / test_id / name;
}

Result<std::string> read_media(const std::filesystem::path& folder, const std::string& test_id,
                               const std::string& name) {
  const auto file = media_file(folder, test_id, name);
  std::error_code ignored;  // what cannot be looked at cannot be read either, and that says why
  const auto status = std::filesystem::symlink_status(file, ignored);
  if (exists(status) && !is_regular_file(status)) {
    return fail(ErrorKind::invalid_input,
                fmt::format("{}: it is {}", file.string(),
                            is_symlink(status) ? "a link, and links are not followed" : "no regular file"));
  }
  return read_file(file, is_audio(name) ? kMostAudioBytes : kMostImageBytes);
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
    if (const auto good = check_content(name, *content); !good) {
      complain(place_of(package, name),
               fmt::format("{}: {}; put the right file there",
                           media_file(folder, package.test_id, name).string(), good.error().message));
    } else if (const auto actual = sha256(as_bytes(*content)); actual != expected) {
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

#include "cli/packages/media_list.hpp"

#include <optional>

#include <fmt/format.h>

#include "core/packages/media.hpp"
#include "core/packages/package_reader.hpp"

namespace millrace::cli {
namespace {

struct Member {
  size_t name_at = 0;  ///< of its opening quote
  size_t value_at = 0;
  size_t value_end = 0;
};

/// The end of the text that opens at `at`.
size_t end_of_string(const std::string& text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

/// A member of the document itself. `text` is known to be a JSON object.
std::optional<Member> find_member(const std::string& text, std::string_view wanted) {
  Member member;
  int depth = 0;
  bool is_wanted = false;
  bool in_value = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '"') {
      const auto end = end_of_string(text, at);
      if (depth == 1 && !in_value) {
        is_wanted = std::string_view(text).substr(at + 1, end - at - 2) == wanted;
        member.name_at = at;
      }
      at = end;
      continue;
    }
    if (depth == 1 && c == ':') {
      in_value = true;
      member.value_at = text.find_first_not_of(" \t\r\n", at + 1);
    }
    const bool ends = depth == 1 && (c == ',' || c == '}');
    if (ends && is_wanted) {
      member.value_end = text.find_last_not_of(" \t\r\n", at - 1) + 1;
      return member;
    }
    if (ends) in_value = false;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    ++at;
  }
  return {};
}

std::string list_of(const std::map<std::string, Sha256>& media) {
  std::string list;
  for (const auto& [name, hash] : media)
    list += fmt::format("{}    \"{}\": \"{}\"", list.empty() ? "" : ",\n", name, hex(hash));
  return list.empty() ? "{}" : "{\n" + list + "\n  }";
}

std::string with_list(std::string text, const std::string& list) {
  if (const auto own = find_member(text, "media")) {
    text.replace(own->value_at, own->value_end - own->value_at, list);
  } else if (const auto items = find_member(text, "items")) {
    text.insert(items->name_at, fmt::format("\"media\": {},\n  ", list));
  }
  return text;
}

}  // namespace

Result<std::string> with_hashes(const std::string& text, const std::string& file,
                                const std::filesystem::path& folder) {
  // What stands in the list now is to be replaced, so it is no problem.
  const auto package = packages::read_package(find_member(text, "media") ? with_list(text, "null") : text,
                                              file, packages::Origin::kept);
  if (!package) return std::unexpected(package.error());
  std::map<std::string, Sha256> media;
  for (const auto& name : packages::named_media(**package)) {
    const auto content = packages::read_media(folder, (*package)->test_id, name);
    if (!content) return std::unexpected(content.error());
    media[name] = sha256(as_bytes(*content));
  }
  if (media.empty() && !find_member(text, "media")) return text;
  return with_list(text, list_of(media));
}

}  // namespace millrace::cli

#include "core/packages/package_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/packages/item_reader.hpp"
#include "core/packages/media.hpp"

namespace millrace::packages {
namespace {

constexpr std::string_view kFormat = "millrace-test-package/1";
/// What one answered item takes in the event besides the ids: numbers, tags and lengths.
constexpr size_t kAnsweredItemBytes = 48;
/// What an id takes besides its letters.
constexpr size_t kIdOverheadBytes = 2;
/// What \s stands for in the patterns of package.schema.json, in UTF-8.
constexpr std::string_view kBlanks[] = {"\t",     "\n",     "\v",     "\f",     "\r",     " ",      "\u00a0",
                                        "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
                                        "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029",
                                        "\u202f", "\u205f", "\u3000", "\ufeff"};

bool is_language(std::string_view code) {
  const auto letters = [](std::string_view part) {
    return std::ranges::all_of(part, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  };
  const auto dash = code.find('-');
  const auto first = code.substr(0, dash);
  const auto rest = dash == std::string_view::npos ? std::string_view{} : code.substr(dash + 1);
  return first.size() >= 2 && first.size() <= 3 && letters(first) &&
         (dash == std::string_view::npos || (rest.size() >= 2 && rest.size() <= 8 && letters(rest)));
}

/// The most that the answer to this item takes in the event.
size_t answer_bytes(const Item& item) {
  size_t bytes = item.id.size() + kAnsweredItemBytes;
  for (const auto* options : {&item.options, &item.left, &item.right}) {
    for (const auto& option : *options) bytes += option.id.size() + kIdOverheadBytes;
  }
  for (const auto& region : item.regions) bytes += region.id.size() + kIdOverheadBytes;
  if (item.type == ItemType::matching) bytes += item.left.size() * kIdOverheadBytes;  // the pairs' own
  return bytes;
}

class Reader {
 public:
  Reader(const json::Value& root, Origin origin) : root_(root), origin_(origin) {}

  Package read() {
    const auto format = root_.at("format");
    if (format.present() && format.text(kMostNameBytes) != kFormat) {
      format.complain(fmt::format("must be \"{}\"", kFormat));
    }
    package_.test_id = read_id(root_.at("test_id"), kMostTestIdBytes);
    package_.version = static_cast<uint32_t>(root_.at("version").integer(1, kMostVersion));
    package_.skill = read_id(root_.at("skill"), kMostTestIdBytes);
    read_languages(root_.at("languages"));
    package_.title = read_texts(root_.at("title"), package_, origin_);
    if (const auto limit = root_.nullable("time_limit_s"); limit.present()) {
      package_.time_limit_s = static_cast<uint32_t>(limit.integer(1, kMostTimeLimitS));
    }
    package_.pass_mark_bp = static_cast<uint32_t>(root_.at("pass_mark_bp").integer(0, kFullScoreBp));
    package_.shuffle_items = root_.at("shuffle_items").flag();
    package_.shuffle_options = root_.at("shuffle_options").flag();
    package_.layout_sample = root_.maybe("layout_sample").flag();
    for (const auto& [id, title] : root_.at("topics").members(kMostTopics)) {
      if (!is_id(id) || id.size() > kMostIdBytes) title.complain("is not a good id for a topic");
      package_.topics.push_back({id, read_texts(title, package_, origin_)});
    }
    const auto sections = root_.maybe("sections");
    if (sections.present()) read_sections(sections);
    read_items(root_.at("items"));
    if (sections.present()) read_draws(sections);
    read_draw(root_.maybe("draw"));
    read_media(root_.maybe("media"));
    return std::move(package_);
  }

 private:
  void read_languages(const json::Value& languages) {
    for (const auto& language : languages.elements(1, kMostLanguages)) {
      Language read{language.at("code").text(kMostIdBytes), {}};
      if (!read.code.empty() && !is_language(read.code)) {
        language.at("code").complain("is not a language such as \"en\" or \"pt-BR\"");
      }
      if (package_.has_language(read.code)) language.complain("is listed twice");
      // A translation counts only with the name of who approved it.
      read.approved_by = read_text(language.nullable("approved_by"), kMostNameBytes, origin_);
      package_.languages.push_back(std::move(read));
    }
  }

  void read_sections(const json::Value& sections) {
    for (const auto& value : sections.elements(1, kMostSections)) {
      Section section{read_id(value.at("id")), read_texts(value.at("title"), package_, origin_), {}};
      if (std::ranges::find(package_.sections, section.id, &Section::id) != package_.sections.end())
        value.at("id").complain("is the id of a section above; ids are unique");
      package_.sections.push_back(std::move(section));
    }
  }

  /// How many a section may draw is known once its items are.
  void read_draws(const json::Value& sections) {
    size_t number = 0;
    for (const auto& value : sections.elements(1, kMostSections)) {
      auto& section = package_.sections.at(number++);
      const auto items = package_.items_in(section.id);
      const auto draw = value.maybe("draw");
      if (items == 0) {
        value.complain(fmt::format("has no item; give items \"section\": \"{}\" or remove it", section.id));
      } else if (draw.present()) {
        section.draw = static_cast<uint32_t>(draw.integer(1, static_cast<int64_t>(items)));
      }
    }
  }

  void read_items(const json::Value& items) {
    size_t bytes = 0;
    for (const auto& value : items.elements(1, kMostItems)) {
      auto item = read_item(value, package_, origin_);
      if (!item.id.empty() && package_.item(item.id) != nullptr) {
        value.at("id").complain(fmt::format("'{}' is the id of an item above; ids are unique", item.id));
      }
      bytes += answer_bytes(item);
      package_.items.push_back(std::move(item));
    }
    if (bytes > kMostAnswerBytes) {
      items.complain(
          fmt::format("may take {} bytes of answers, at most {} fit into one event; shorten the "
                      "ids or split the test",
                      bytes, kMostAnswerBytes));
    }
  }

  void read_draw(const json::Value& draw) {
    if (!draw.present() || package_.items.empty()) return;
    package_.draw = static_cast<uint32_t>(draw.integer(1, static_cast<int64_t>(package_.items.size())));
    if (package_.sections.empty()) return;
    draw.complain("does not go with sections: give each section its own `draw`");
  }

  void read_media(const json::Value& media) {
    const auto named = named_media(package_);
    if (!media.present()) {
      if (origin_ == Origin::folder && !named.empty())
        media.complain(
            "is missing, and items name files: run `millrace packages check --write-hashes` on the file");
      return;
    }
    for (const auto& [name, value] : media.members(kMostMediaFiles)) {
      if (!named.contains(name)) value.complain("is a file that no item names; remove it");
      const auto hash = parse_sha256(value.text(2 * Sha256{}.size()));
      if (!hash) value.complain(hash.error().message);
      package_.media[name] = hash.value_or(Sha256{});
    }
    for (const auto& name : named) {
      if (!package_.media.contains(name))
        media.complain(fmt::format("lacks '{}', which an item names", name));
    }
  }

  const json::Value& root_;
  Origin origin_;
  Package package_;
};

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const auto* const blank =
        std::ranges::find_if(kBlanks, [&](std::string_view one) { return text.starts_with(one); });
    if (blank == std::end(kBlanks)) return false;
    text.remove_prefix(blank->size());
  }
  return true;
}

Result<PackagePtr> read_package(std::string content, const std::string& file, Origin origin) {
  auto document = json::Document::parse(content, file);
  if (!document) return std::unexpected(document.error());
  auto package = Reader(document->root(), origin).read();
  if (auto good = document->finish(); !good) return std::unexpected(good.error());
  package.sha256 = sha256(as_bytes(content));
  package.content = std::move(content);
  return std::make_shared<const Package>(std::move(package));
}

}  // namespace millrace::packages

#include "edge/testing/package_reader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "edge/json/strict_json.hpp"
#include "edge/testing/package_limits.hpp"
#include "edge/testing/response_json.hpp"

namespace millrace::edge {
namespace {

constexpr std::string_view kFormat = "millrace-test-package/1";
/// What one answered item takes in the event besides the ids: numbers, tags and lengths.
constexpr size_t kAnsweredItemBytes = 48;

std::string read_id(const json::Value& value, size_t most_bytes = kMostIdBytes) {
  auto id = value.text(most_bytes);
  if (!id.empty() && !is_id(id)) {
    value.complain("must be made of a-z, A-Z, 0-9, '.', '_' and '-', and not begin with a dot");
  }
  return id;
}

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

class Reader {
 public:
  explicit Reader(const json::Value& root) : root_(root) {}

  Package read() {
    const auto format = root_.at("format");
    if (format.present() && format.text(kMostNameBytes) != kFormat) {
      format.complain(fmt::format("must be \"{}\"", kFormat));
    }
    package_.test_id = read_id(root_.at("test_id"), kMostTestIdBytes);
    package_.version = static_cast<uint32_t>(root_.at("version").integer(1, kMostVersion));
    package_.skill = read_id(root_.at("skill"), kMostTestIdBytes);
    read_languages(root_.at("languages"));
    package_.title = read_texts(root_.at("title"));
    if (const auto limit = root_.nullable("time_limit_s"); limit.present()) {
      package_.time_limit_s = static_cast<uint32_t>(limit.integer(1, kMostTimeLimitS));
    }
    package_.pass_mark_bp = static_cast<uint32_t>(root_.at("pass_mark_bp").integer(0, kFullScoreBp));
    package_.shuffle_items = root_.at("shuffle_items").flag();
    package_.shuffle_options = root_.at("shuffle_options").flag();
    for (const auto& [id, title] : root_.at("topics").members(kMostTopics)) {
      if (!is_id(id) || id.size() > kMostIdBytes) title.complain("is not a good id for a topic");
      package_.topics.push_back({id, read_texts(title)});
    }
    read_items(root_.at("items"));
    read_draw(root_.maybe("draw"));
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
      read.approved_by = language.at("approved_by").text(kMostNameBytes);
      package_.languages.push_back(std::move(read));
    }
  }

  Texts read_texts(const json::Value& value) {
    Texts texts;
    for (const auto& [code, text] : value.members(kMostLanguages)) {
      if (!package_.has_language(code)) {
        text.complain("is in a language that /languages does not list; add it there or remove this text");
      }
      texts[code] = text.text(kMostTextBytes);
    }
    if (!value.present()) return texts;
    for (const auto& language : package_.languages) {
      if (!texts.contains(language.code)) {
        value.complain(
            fmt::format("has no text in '{}'; add the translation or remove the language", language.code));
      }
    }
    return texts;
  }

  void read_items(const json::Value& items) {
    size_t answer_bytes = 0;
    for (const auto& value : items.elements(1, kMostItems)) {
      auto item = read_item(value);
      if (!item.id.empty() && package_.item(item.id) != nullptr) {
        value.at("id").complain(fmt::format("'{}' is the id of an item above; ids are unique", item.id));
      }
      answer_bytes += item.id.size() + kAnsweredItemBytes;
      for (const auto& option : item.options) answer_bytes += option.id.size() + 2;
      package_.items.push_back(std::move(item));
    }
    if (answer_bytes > kMostAnswerBytes) {
      items.complain(
          fmt::format("may take {} bytes of answers, at most {} fit into one event; shorten the "
                      "ids or split the test",
                      answer_bytes, kMostAnswerBytes));
    }
  }

  Item read_item(const json::Value& value) {
    Item item;
    item.id = read_id(value.at("id"));
    item.version = static_cast<uint32_t>(value.at("version").integer(1, kMostVersion));
    item.topic = value.at("topic").text(kMostIdBytes);
    if (!item.topic.empty() &&
        std::ranges::find(package_.topics, item.topic, &Topic::id) == package_.topics.end()) {
      value.at("topic").complain(fmt::format("'{}' is not among /topics", item.topic));
    }
    item.critical = value.at("critical").flag();
    item.weight = static_cast<uint32_t>(value.at("weight").integer(1, kMostWeight));
    item.stem = read_texts(value.at("stem"));
    if (const auto image = value.maybe("image"); image.present())
      item.image = read_id(image, kMostTestIdBytes);
    const auto type = value.at("type");
    const auto name = type.text(kMostIdBytes);
    for (const auto known :
         {ItemType::single_choice, ItemType::multiple_choice, ItemType::true_false, ItemType::numeric}) {
      if (name != to_string(known)) continue;
      item.type = known;
      read_by_type(value, item);
      return item;
    }
    if (!name.empty()) {
      type.complain(
          fmt::format("'{}' is not one of single_choice, multiple_choice, true_false, numeric", name));
    }
    // Of an unknown kind: its own members are not the problem.
    for (const auto* own : {"options", "answer", "scoring", "unit", "tolerance"}) (void)value.maybe(own);
    return item;
  }

  void read_by_type(const json::Value& value, Item& item) {
    if (item.type == ItemType::single_choice || item.type == ItemType::multiple_choice) {
      read_options(value.at("options"), item);
    }
    if (item.type == ItemType::multiple_choice) read_scoring(value.at("scoring"), item);
    if (item.type == ItemType::numeric) item.unit = value.at("unit").text(kMostNameBytes, 0);

    const auto answer = value.at("answer");
    if (answer.is_null()) return answer.complain("must not be null");
    if (!answer.present()) return;
    item.answer = read_response(answer);
    if (!is_answered(item.answer)) return;
    if (const auto good = fits(item, item.answer); !good) return answer.complain(good.error().message);
    if (item.type == ItemType::numeric) read_tolerance(value.at("tolerance"), item);
  }

  void read_options(const json::Value& options, Item& item) {
    for (const auto& value : options.elements(kLeastOptions, kMostOptions)) {
      Option option{read_id(value.at("id")), read_texts(value.at("text"))};
      if (item.has_option(option.id)) value.at("id").complain("is the id of an option above; ids are unique");
      item.options.push_back(std::move(option));
    }
  }

  static void read_scoring(const json::Value& value, Item& item) {
    const auto name = value.text(kMostIdBytes);
    if (name == "partial") {
      item.scoring = Scoring::partial;
    } else if (!name.empty() && name != "all_or_nothing") {
      value.complain("must be all_or_nothing or partial");
    }
  }

  static void read_tolerance(const json::Value& value, Item& item) {
    const auto text = value.text(kMostIdBytes);
    const auto tolerance = Decimal::parse(text);
    if (!text.empty() && !tolerance) value.complain(tolerance.error().message);
    if (tolerance && tolerance->is_negative()) value.complain("must not be negative");
    if (tolerance) item.tolerance = *tolerance;
    item.number = Decimal::parse(std::get<Number>(item.answer).text).value();
  }

  void read_draw(const json::Value& draw) {
    if (!draw.present()) return;
    if (package_.items.empty()) return;
    package_.draw = static_cast<uint32_t>(draw.integer(1, static_cast<int64_t>(package_.items.size())));
  }

  const json::Value& root_;
  Package package_;
};

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.front() != '.' && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

Result<PackagePtr> read_package(std::string content, const std::string& file) {
  auto document = json::Document::parse(content, file);
  if (!document) return std::unexpected(document.error());
  auto package = Reader(document->root()).read();
  if (auto good = document->finish(); !good) return std::unexpected(good.error());
  package.sha256 = sha256(as_bytes(content));
  package.content = std::move(content);
  return std::make_shared<const Package>(std::move(package));
}

}  // namespace millrace::edge

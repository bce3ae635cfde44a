// A test package: one test in one version, with its answer key. Stays on the box.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/crypto.hpp"
#include "core/base/result.hpp"
#include "core/packages/decimal.hpp"
#include "core/packages/response.hpp"

namespace millrace::packages {

/// A text in each of the package's languages, by BCP 47 code.
using Texts = std::map<std::string, std::string>;

enum class ItemType { single_choice, multiple_choice, true_false, numeric, ordering, matching, hotspot };
inline constexpr ItemType kItemTypes[] = {
    ItemType::single_choice, ItemType::multiple_choice, ItemType::true_false, ItemType::numeric,
    ItemType::ordering,      ItemType::matching,        ItemType::hotspot};
std::string_view to_string(ItemType type);

enum class Scoring { all_or_nothing, partial };

/// Scores and marks are basis points.
inline constexpr int kFullScoreBp = 10'000;

struct Option {
  std::string id;
  Texts text;
};

/// A rectangle on an item's image, in per mille of its width and height.
inline constexpr int kWholeImage = 1'000;
struct Region {
  std::string id;
  Texts label;
  int x = 0;
  int y = 0;
  int w = 0;
  int h = 0;

  bool overlaps(const Region& other) const {
    return x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h;
  }
};

struct Item {
  std::string id;
  uint32_t version = 0;
  std::string topic;
  ItemType type = ItemType::single_choice;
  bool critical = false;
  uint32_t weight = 1;
  std::string section;  ///< empty where the package has no sections
  Texts stem;
  std::string image;                         ///< a file's name; empty for none
  Texts image_alt;                           ///< empty for none
  std::map<std::string, std::string> audio;  ///< by language: a file's name
  /// By language, where another one approved this item than the rest of the package; empty: nobody.
  std::map<std::string, std::string> approved_by;
  std::vector<Option> options;  ///< choices, ordering
  std::vector<Option> left;     ///< matching: each gets one of `right`
  std::vector<Option> right;
  std::vector<Region> regions;  ///< hotspot
  Response answer;
  Scoring scoring = Scoring::all_or_nothing;
  std::string unit;
  std::optional<Decimal> number;     ///< numeric: the answer
  std::optional<Decimal> tolerance;  ///< numeric

  bool has_option(std::string_view option) const;
};

struct Language {
  std::string code;
  std::string approved_by;  ///< empty: nobody; then the translation counts for nothing
};

struct Section {
  std::string id;
  Texts title;
  std::optional<uint32_t> draw;  ///< how many of its items one attempt gets; none for all
};

struct Topic {
  std::string id;
  Texts title;
};

struct Package {
  std::string test_id;
  uint32_t version = 0;
  std::string skill;
  Texts title;
  std::vector<Language> languages;
  std::optional<uint32_t> time_limit_s;
  uint32_t pass_mark_bp = 0;
  bool shuffle_items = false;
  bool shuffle_options = false;
  std::optional<uint32_t> draw;  ///< how many items one attempt gets; none for all
  bool layout_sample = false;    ///< for looking at, not for certifying anyone
  std::vector<Topic> topics;
  std::vector<Section> sections;
  std::vector<Item> items;
  std::map<std::string, Sha256> media;  ///< by file name: exactly the files that items name

  std::string content;  ///< the file's bytes
  Sha256 sha256{};      ///< of the content: the package's identity in an attempt

  const Item* item(std::string_view id) const;
  const Topic* topic(std::string_view id) const;
  bool has_language(std::string_view code) const;
  std::vector<std::string> language_codes() const;
  /// The languages that somebody approved, in the package's order.
  std::vector<std::string> approved_languages() const;
  size_t items_in(std::string_view section) const;
  /// How many items one attempt has.
  size_t question_count() const;
};
using PackagePtr = std::shared_ptr<const Package>;

/// Checks a response against its item: the right form, and only ids that exist. Errors: invalid_input.
Result<> fits(const Item& item, const Response& response);

}  // namespace millrace::packages

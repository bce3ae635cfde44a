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
#include "edge/testing/decimal.hpp"
#include "edge/testing/response.hpp"

namespace millrace::edge {

/// A text in each of the package's languages, by BCP 47 code.
using Texts = std::map<std::string, std::string>;

enum class ItemType { single_choice, multiple_choice, true_false, numeric };
std::string_view to_string(ItemType type);

enum class Scoring { all_or_nothing, partial };

/// Scores and marks are basis points.
inline constexpr int kFullScoreBp = 10'000;

struct Option {
  std::string id;
  Texts text;
};

struct Item {
  std::string id;
  uint32_t version = 0;
  std::string topic;
  ItemType type = ItemType::single_choice;
  bool critical = false;
  uint32_t weight = 1;
  Texts stem;
  std::string image;  ///< a file's name; empty for none
  std::vector<Option> options;
  Response answer;
  Scoring scoring = Scoring::all_or_nothing;
  std::string unit;
  std::optional<Decimal> number;     ///< numeric: the answer
  std::optional<Decimal> tolerance;  ///< numeric

  bool has_option(std::string_view option) const;
};

struct Language {
  std::string code;
  std::string approved_by;
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
  std::vector<Topic> topics;
  std::vector<Item> items;

  std::string content;  ///< the file's bytes
  Sha256 sha256{};      ///< of the content: the package's identity in an attempt

  const Item* item(std::string_view id) const;
  const Topic* topic(std::string_view id) const;
  bool has_language(std::string_view code) const;
  std::vector<std::string> language_codes() const;
  /// How many items one attempt has.
  size_t question_count() const { return draw ? *draw : items.size(); }
};
using PackagePtr = std::shared_ptr<const Package>;

/// Checks a response against its item: the right form, and only options that exist. Errors: invalid_input.
Result<> fits(const Item& item, const Response& response);

}  // namespace millrace::edge

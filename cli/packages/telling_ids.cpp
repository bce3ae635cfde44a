#include "cli/packages/telling_ids.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/packages/package_limits.hpp"

namespace millrace::cli {
namespace {

using packages::Item;

/// "left" and "right" are sides, and "true" and "false" may be what the options say.
constexpr std::string_view kSayRight[] = {"correct", "right", "richtig", "solution"};
constexpr std::string_view kSayWrong[] = {"incorrect", "wrong", "falsch", "distractor"};

/// With every run of digits filled up to one length, so that texts compare as their numbers do.
std::string filled_up(const std::string& id) {
  std::string out;
  for (size_t at = 0; at < id.size();) {
    const auto end = std::min(id.size(), id.find_first_not_of("0123456789", at));
    // An id that an importer has yet to refuse may be longer than any.
    if (end > at && end - at < packages::kMostIdBytes) out.append(packages::kMostIdBytes - (end - at), '0');
    const auto next = end > at ? end : at + 1;
    out += id.substr(at, next - at);
    at = next;
  }
  return out;
}

/// The words of an id, in small letters: "q1-Right_b2" has q, right and b.
std::set<std::string> words_of(const std::string& id) {
  std::set<std::string> words;
  std::string word;
  for (const char c : id + ".") {
    const auto small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (small >= 'a' && small <= 'z') {
      word += small;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

/// Whether the word is in the id of some that are meant and of no other.
template <class Words>
bool only_in(const std::vector<std::string>& meant, const std::vector<std::string>& others,
             const Words& words) {
  const auto has_one = [&](const std::string& id) {
    const auto own = words_of(id);
    return std::ranges::any_of(words, [&](auto word) { return own.contains(std::string(word)); });
  };
  return std::ranges::any_of(meant, has_one) && std::ranges::none_of(others, has_one);
}

/// Whether the ids themselves say which options are right.
bool words_tell(const std::vector<std::string>& all, const std::vector<std::string>& right) {
  std::vector<std::string> wrong;
  for (const auto& id : all) {
    if (std::ranges::find(right, id) == right.end()) wrong.push_back(id);
  }
  const bool has_sides =
      std::ranges::any_of(all, [](const auto& id) { return words_of(id).contains("left"); });
  if (!has_sides && only_in(right, wrong, kSayRight)) return true;
  return only_in(wrong, right, kSayWrong);
}

template <class Part>
std::vector<std::string> ids_of(const std::vector<Part>& parts) {
  std::vector<std::string> ids;
  ids.reserve(parts.size());
  for (const auto& part : parts) ids.push_back(part.id);
  return ids;
}

/// Whether the right sides' ids are their left sides' own, or ascend as the left sides do.
bool pairs_tell(const Item& item, const packages::Pairs& pairs) {
  const auto& right_of = pairs.right_of;
  if (std::ranges::all_of(right_of, [](const auto& pair) { return pair.first == pair.second; })) return true;
  if (right_of.size() < kLeastToTell) return false;
  const auto ascend = [&](const std::vector<std::string>& lefts) {
    std::vector<std::string> rights;
    rights.reserve(lefts.size());
    for (const auto& left : lefts) rights.push_back(right_of.at(left));
    return stand_in_order(rights);
  };
  const auto as_shown = ids_of(item.left);
  auto by_id = as_shown;
  std::ranges::sort(by_id, {}, filled_up);
  return ascend(as_shown) || ascend(by_id);
}

constexpr auto kWordsTell = "their ids say which are right, and the browser gets them: name them otherwise";

}  // namespace

bool stand_in_order(const std::vector<std::string>& ids) {
  return std::ranges::is_sorted(ids, {}, filled_up);
}

std::optional<TellingIds> telling_ids(const Item& item) {
  if (const auto* order = std::get_if<packages::Order>(&item.answer);
      order && order->options.size() >= kLeastToTell && stand_in_order(order->options))
    return TellingIds{"options",
                      "their ids stand in the right order, and the browser gets them: name them otherwise"};
  if (const auto* pairs = std::get_if<packages::Pairs>(&item.answer); pairs && pairs_tell(item, *pairs))
    return TellingIds{
        "right",
        "their ids stand in the order of their left sides, and the browser gets them: name them "
        "otherwise"};
  if (const auto* choice = std::get_if<packages::Choice>(&item.answer);
      choice && words_tell(ids_of(item.options), {choice->option}))
    return TellingIds{"options", kWordsTell};
  if (const auto* choices = std::get_if<packages::Choices>(&item.answer);
      choices && words_tell(ids_of(item.options), choices->options))
    return TellingIds{"options", kWordsTell};
  if (const auto* spot = std::get_if<packages::Spot>(&item.answer);
      spot && words_tell(ids_of(item.regions), {spot->region}))
    return TellingIds{"regions", kWordsTell};
  return {};
}

}  // namespace millrace::cli

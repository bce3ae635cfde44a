#include "cli/packages/qti_item.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "cli/packages/qti_losses.hpp"
#include "cli/packages/truth_words.hpp"
#include "cli/packages/xml_nodes.hpp"
#include "core/packages/package_reader.hpp"

namespace millrace::cli {
namespace {

using packages::ItemType;
using packages::Scoring;
using pugi::xml_node;

/// A picture is never wider, so that no number of a shape overflows.
constexpr int kMostPixels = 100'000;

std::vector<std::string> words(std::string_view text, std::string_view separators = " \t\r\n") {
  std::vector<std::string> out;
  while (true) {
    const auto from = text.find_first_not_of(separators);
    if (from == std::string_view::npos) return out;
    const auto end = text.find_first_of(separators, from);
    out.emplace_back(text.substr(from, end - from));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end);
  }
}

/// A whole number of pixels; nothing where it is none, a share of the picture say, or beyond any picture.
std::optional<int> pixels(std::string_view text) {
  int number = 0;
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  if (number < -kMostPixels || number > kMostPixels) return std::nullopt;
  return number;
}

/// A picture's size, which may say its unit or a fraction of nothing: 400px, 400.0.
std::optional<int> size_in_pixels(std::string_view text) {
  constexpr std::string_view kUnit = "px";
  if (text.ends_with(kUnit)) text.remove_suffix(kUnit.size());
  const auto point = text.find('.');
  const bool is_whole =
      point == std::string_view::npos || text.find_first_not_of('0', point + 1) == std::string_view::npos;
  return pixels(is_whole ? text.substr(0, point) : text);
}

/// `percent` of |answer|, rounded down. Errors: invalid_input.
Result<packages::Decimal> share_of(packages::Decimal answer, packages::Decimal percent) {
  constexpr __int128 kBillionPercent = __int128{1'000'000'000} * 100;
  const auto size = answer.is_negative() ? -__int128{answer.billionths()} : __int128{answer.billionths()};
  const auto share = size * percent.billionths() / kBillionPercent;
  if (share > std::numeric_limits<int64_t>::max()) return fail(ErrorKind::invalid_input, "is too large");
  return packages::Decimal::of_billionths(static_cast<int64_t>(share));
}

class ItemReader {
 public:
  ItemReader(const xml_node& root, const ReadBeside& read, const std::string& language)
      : root_(root), read_(read), language_(language) {}

  DraftItem read() {
    draft_.name = attribute(root_, "identifier");
    if (draft_.name.empty()) draft_.name = attribute(root_, "title");
    const auto body = child(root_, "itemBody");
    std::vector<xml_node> interactions;
    collect(body, [](std::string_view name) { return name.ends_with("Interaction"); }, interactions);
    if (auto refusal = refusal_of(root_); !refusal.empty()) draft_.refuse(std::move(refusal));
    if (interactions.size() != 1) {
      draft_.refuse(fmt::format("it has {} interactions, and a question has one", interactions.size()));
    }
    if (!draft_.refused.empty()) return std::move(draft_);
    interaction_ = interactions.front();
    read_stem(body);
    read_declaration();
    read_interaction();
    return std::move(draft_);
  }

 private:
  void read_stem(const xml_node& body) {
    auto stem = from_xhtml(body);
    const auto prompt = from_xhtml(child(interaction_, "prompt"));
    if (!stem.text.empty() && !prompt.text.empty()) stem.text += '\n';
    stem.text += prompt.text;
    stem.lost.insert(prompt.lost.begin(), prompt.lost.end());
    stem.pictures.insert(stem.pictures.end(), prompt.pictures.begin(), prompt.pictures.end());
    stem.sounds.insert(stem.sounds.end(), prompt.sounds.begin(), prompt.sounds.end());
    if (local_name(interaction_.name()) == "hotspotInteraction") {
      // The picture to tap on comes before any other.
      const auto object = child(interaction_, "object");
      stem.pictures.insert(stem.pictures.begin(), {attribute(object, "data"), from_xhtml(object).text});
    }
    set_stem(draft_, stem, language_, read_);
  }

  void read_declaration() {
    const auto id = attribute(interaction_, "responseIdentifier");
    for (const auto& one : children(root_, "responseDeclaration")) {
      if (attribute(one, "identifier") == id) declaration_ = one;
    }
    for (const auto& value : children(child(declaration_, "correctResponse"), "value"))
      correct_.push_back(trimmed(inside(value)));
  }

  void read_interaction() {
    constexpr std::pair<std::string_view, void (ItemReader::*)()> kReaders[] = {
        {"choiceInteraction", &ItemReader::read_choice},
        {"orderInteraction", &ItemReader::read_order},
        {"matchInteraction", &ItemReader::read_match},
        {"associateInteraction", &ItemReader::read_associate},
        {"hotspotInteraction", &ItemReader::read_hotspot},
        {"textEntryInteraction", &ItemReader::read_number}};
    const auto name = local_name(interaction_.name());
    for (const auto& [known, reader] : kReaders) {
      if (known != name) continue;
      if (correct_.empty()) return draft_.refuse("it does not say what is right (correctResponse)");
      (this->*reader)();
      note_interaction_losses(interaction_, declaration_, draft_);
      note_item_losses(root_, draft_);
      return;
    }
    draft_.refuse(fmt::format("'{}' has no counterpart", name));
  }

  packages::Option option(const xml_node& choice) {
    return {attribute(choice, "identifier"), option_text(draft_, from_xhtml(choice), language_)};
  }

  /// Whether single answers have points: a mapping that the judging does not ask for gives none.
  bool is_mapped() const {
    const auto used = attribute(child(root_, "responseProcessing"), "template");
    return used.contains("map_response") ||
           (child(declaration_, "mapping") && !used.contains("match_correct"));
  }

  void read_choice() {
    for (const auto& choice : children(interaction_, "simpleChoice"))
      draft_.item.options.push_back(option(choice));
    const bool one = attribute(declaration_, "cardinality") != "multiple";
    if (one) {
      draft_.item.type = ItemType::single_choice;
      if (correct_.size() > 1)
        return draft_.refuse("more than one choice is right, and only one can be chosen");
      draft_.item.answer = packages::Choice{correct_.front()};
      if (const auto truth = truth_of_choices()) {
        draft_.item.type = ItemType::true_false;
        draft_.item.options.clear();
        draft_.item.answer = packages::Truth{*truth};
      }
    } else {
      draft_.item.type = ItemType::multiple_choice;
      draft_.item.scoring = is_mapped() ? Scoring::partial : Scoring::all_or_nothing;
      draft_.item.answer = packages::Choices{correct_};
    }
    note_mapping();
  }

  /// Which of true and false is right, where the two choices are what the kiosk shows for a `true_false`
  /// anyway: its own words, and true first where they are to stand as they do.
  std::optional<bool> truth_of_choices() const {
    const auto& options = draft_.item.options;
    if (options.size() != 2 || options[0].id == options[1].id) return std::nullopt;
    const auto first = truth_in(options[0].text.at(language_), language_);
    const auto second = truth_in(options[1].text.at(language_), language_);
    if (!first || !second || *first == *second) return std::nullopt;
    // Where nothing is said of it, options are not shuffled.
    const auto is_shuffled = boolean(interaction_, "shuffle") == true && !has_own_order(interaction_);
    if (!*first && !is_shuffled) return std::nullopt;
    if (correct_.front() == options[0].id) return first;
    return correct_.front() == options[1].id ? second : std::nullopt;
  }

  void read_order() {
    draft_.item.type = ItemType::ordering;
    draft_.item.scoring = is_mapped() ? Scoring::partial : Scoring::all_or_nothing;
    for (const auto& choice : children(interaction_, "simpleChoice"))
      draft_.item.options.push_back(option(choice));
    draft_.item.answer = packages::Order{correct_};
    note_mapping();
  }

  void read_match() {
    const auto sets = children(interaction_, "simpleMatchSet");
    if (sets.size() != 2) return draft_.refuse("it has not two sets to match");
    for (const auto& choice : children(sets[0], "simpleAssociableChoice"))
      draft_.item.left.push_back(option(choice));
    for (const auto& choice : children(sets[1], "simpleAssociableChoice"))
      draft_.item.right.push_back(option(choice));
    read_pairs();
  }

  /// Its choices stand in one heap: the first of each pair goes to the left, all others to the right.
  void read_associate() {
    std::set<std::string> firsts;
    for (const auto& pair : correct_) {
      const auto ids = words(pair);
      if (!ids.empty()) firsts.insert(ids.front());
    }
    for (const auto& choice : children(interaction_, "simpleAssociableChoice")) {
      auto one = option(choice);
      const bool left = firsts.contains(one.id);
      (left ? draft_.item.left : draft_.item.right).push_back(std::move(one));
    }
    draft_.lose("its one heap of choices became two sides");
    read_pairs();
  }

  void read_pairs() {
    draft_.item.type = ItemType::matching;
    draft_.item.scoring = is_mapped() ? Scoring::partial : Scoring::all_or_nothing;
    packages::Pairs pairs;
    std::set<std::string> rights;
    for (const auto& pair : correct_) {
      const auto ids = words(pair);
      if (ids.size() != 2) return draft_.refuse(fmt::format("'{}' is no pair", pair));
      if (!pairs.right_of.emplace(ids[0], ids[1]).second || !rights.insert(ids[1]).second)
        return draft_.refuse("one of its sides belongs to several");
    }
    draft_.item.answer = std::move(pairs);
    note_mapping();
  }

  void read_hotspot() {
    draft_.item.type = ItemType::hotspot;
    if (draft_.item.image.empty()) return draft_.refuse("its picture cannot be carried over");
    const auto object = child(interaction_, "object");
    const auto width = size_in_pixels(trimmed(attribute(object, "width"))).value_or(0);
    const auto height = size_in_pixels(trimmed(attribute(object, "height"))).value_or(0);
    if (width <= 0 || height <= 0)
      return draft_.refuse(
          fmt::format("its picture says no width and height in whole pixels from 1 to {}", kMostPixels));
    if (correct_.size() > 1) return draft_.refuse("more than one place is right");
    if (attribute(declaration_, "cardinality") == "multiple")
      draft_.lose("several places may be chosen in it, and one here");
    for (const auto& choice : children(interaction_, "hotspotChoice")) {
      packages::Region region;
      region.id = attribute(choice, "identifier");
      auto label = attribute(choice, "hotspotLabel");
      if (packages::is_blank(label)) {
        label = fmt::format("{}", draft_.item.regions.size() + 1);
        draft_.lose("a place without a label is called by its number: say what is there");
      }
      region.label[language_] = label;
      if (!read_shape(choice, width, height, region)) return;
      draft_.item.regions.push_back(std::move(region));
    }
    draft_.item.answer = packages::Spot{correct_.front()};
    note_mapping();
  }

  bool read_shape(const xml_node& choice, int width, int height, packages::Region& region) {
    const auto shape = attribute(choice, "shape");
    const bool is_circle = shape == "circle";
    if (!is_circle && shape != "rect") {
      draft_.refuse(fmt::format("a place of the shape '{}' has no counterpart: only rect and circle", shape));
      return false;
    }
    const size_t needed = is_circle ? 3 : 4;
    const auto coords = attribute(choice, "coords");
    const auto typed = words(coords, ", \t\r\n");
    std::vector<int> at;
    for (const auto& word : typed) {
      if (const auto number = pixels(word)) at.push_back(*number);
    }
    if (typed.size() != needed || at.size() != needed) {
      draft_.refuse(fmt::format(
          "the coordinates '{}' of its place '{}' must be {} whole numbers of pixels, none beyond {}", coords,
          region.id, needed, kMostPixels));
      return false;
    }
    if (is_circle) {
      draft_.lose("a circle became the rectangle around it");
      at = {at[0] - at[2], at[1] - at[2], at[0] + at[2], at[1] + at[2]};
    }
    const auto per_mille = [](int pixel, int whole) {
      const auto inside = std::clamp(pixel, 0, whole);
      return static_cast<int>(std::lround(1000.0 * inside / whole));
    };
    region.x = per_mille(at[0], width);
    region.y = per_mille(at[1], height);
    region.w = per_mille(at[2], width) - region.x;
    region.h = per_mille(at[3], height) - region.y;
    return true;
  }

  void read_number() {
    draft_.item.type = ItemType::numeric;
    const auto type = attribute(declaration_, "baseType");
    if (type != "integer" && type != "float")
      return draft_.refuse("it asks for typed words, which are not scored here");
    if (correct_.size() != 1) return draft_.refuse("not exactly one number is right");
    const auto answer = packages::Decimal::parse(correct_.front());
    if (!answer) return draft_.refuse(fmt::format("its answer '{}' is no plain decimal", correct_.front()));
    if (const auto base = attribute(interaction_, "base"); !base.empty() && base != "10")
      return draft_.refuse("it asks for a number that is not in base ten");
    draft_.item.answer = packages::Number{correct_.front()};
    draft_.tolerance = "0";
    note_mapping();
    std::vector<xml_node> rules;
    const auto collect_rules = [&](auto... names) {
      collect(
          child(root_, "responseProcessing"), [&](std::string_view name) { return ((name == names) || ...); },
          rules);
    };
    collect_rules("gt", "gte", "lt", "lte", "inside");
    if (!rules.empty())
      return draft_.refuse("it asks for a range of numbers: give one number and its tolerance");
    collect_rules("equal", "equalRounded");
    if (rules.size() > 1) return draft_.refuse("several numbers are compared with it");
    if (!rules.empty()) read_tolerance(rules.front(), *answer);
  }

  void read_tolerance(const xml_node& rule, packages::Decimal answer) {
    if (const auto value = child(rule, "baseValue")) {
      const auto text = trimmed(inside(value));
      const auto compared = packages::Decimal::parse(text);
      if (!compared)
        return draft_.refuse(fmt::format("it is compared with '{}', which is no plain decimal", text));
      if (*compared != answer)
        return draft_.refuse("it is compared with another number than the one that it calls right");
    }
    const auto mode = attribute(rule, "toleranceMode");
    if (local_name(rule.name()) == "equalRounded") return draft_.refuse("it rounds before it compares");
    if (mode.empty() || mode == "exact") return;
    const auto bounds = words(attribute(rule, "tolerance"));
    if (bounds.empty() || bounds.size() > 2) return draft_.refuse("its tolerance is not one number or two");
    const auto tolerance = packages::Decimal::parse(bounds.front());
    const auto above = packages::Decimal::parse(bounds.back());
    if (!tolerance || !above)
      return draft_.refuse(
          fmt::format("its tolerance '{}' is no plain decimal", tolerance ? bounds.back() : bounds.front()));
    if (*tolerance != *above) return draft_.refuse("its tolerance is not the same on both sides");
    if (mode == "absolute") {
      draft_.tolerance = bounds.front();
    } else if (const auto share = share_of(answer, *tolerance); mode == "relative" && share) {
      draft_.tolerance = share->text();
    } else {
      return draft_.refuse(fmt::format("its tolerance of the mode '{}' has no counterpart", mode));
    }
    if (boolean(rule, "includeLowerBound") == false || boolean(rule, "includeUpperBound") == false)
      draft_.lose("the bounds of its tolerance count as right here");
  }

  void note_mapping() {
    if (is_mapped()) draft_.lose("its points for single answers are replaced by the box's own rule");
  }

  const xml_node& root_;
  const ReadBeside& read_;
  const std::string& language_;
  xml_node interaction_;
  xml_node declaration_;
  std::vector<std::string> correct_;
  DraftItem draft_;
};

}  // namespace

DraftItem read_qti_item(const pugi::xml_node& root, const ReadBeside& read, const std::string& language) {
  return ItemReader(root, read, language).read();
}

}  // namespace millrace::cli

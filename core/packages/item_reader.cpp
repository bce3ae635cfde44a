#include "core/packages/item_reader.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/packages/media.hpp"
#include "core/packages/package_reader.hpp"
#include "core/packages/response_json.hpp"

namespace millrace::packages {
namespace {

/// The members that only some types have.
constexpr const char* kOwnMembers[] = {"options", "left",    "right", "regions",
                                       "answer",  "scoring", "unit",  "tolerance"};

class ItemReader {
 public:
  ItemReader(const json::Value& root, const Package& package, Origin origin)
      : root_(root), package_(package), origin_(origin) {}

  Item read() {
    item_.id = read_id(root_.at("id"));
    item_.version = static_cast<uint32_t>(root_.at("version").integer(1, kMostVersion));
    read_topic();
    read_section();
    item_.critical = root_.at("critical").flag();
    item_.weight = static_cast<uint32_t>(root_.at("weight").integer(1, kMostWeight));
    item_.stem = read_texts(root_.at("stem"), package_, origin_);
    read_media();
    read_approvers();
    read_type();
    return std::move(item_);
  }

 private:
  void read_topic() {
    const auto topic = root_.at("topic");
    item_.topic = topic.text(kMostIdBytes);
    if (!item_.topic.empty() && package_.topic(item_.topic) == nullptr) {
      topic.complain(fmt::format("'{}' is not among /topics", item_.topic));
    }
  }

  void read_section() {
    if (package_.sections.empty()) {
      const auto section = root_.maybe("section");
      if (section.present()) section.complain("is named, but the package has no sections");
      return;
    }
    const auto section = root_.at("section");
    item_.section = section.text(kMostIdBytes);
    if (!item_.section.empty() &&
        std::ranges::find(package_.sections, item_.section, &Section::id) == package_.sections.end()) {
      section.complain(fmt::format("'{}' is not among /sections", item_.section));
    }
  }

  void read_media() {
    if (const auto image = root_.maybe("image"); image.present()) {
      item_.image = read_id(image, kMostTestIdBytes);
      if (!item_.image.empty() && !is_image(item_.image))
        image.complain("must end in .svg, .png, .jpg or .webp");
    }
    if (const auto alt = root_.maybe("image_alt"); alt.present()) {
      item_.image_alt = read_texts(alt, package_, origin_);
      if (item_.image.empty()) alt.complain("describes an image, but the item has none");
    }
    for (const auto& [language, file] : root_.maybe("audio").members(kMostLanguages)) {
      require_language(language, file);
      auto& name = item_.audio[language];
      name = read_id(file, kMostTestIdBytes);
      if (!name.empty() && !is_audio(name)) file.complain("must end in .ogg, .opus, .mp3 or .wav");
    }
  }

  void read_approvers() {
    for (const auto& [language, name] : root_.maybe("approved_by").members(kMostLanguages)) {
      require_language(language, name);
      item_.approved_by[language] = name.is_null() ? "" : read_text(name, kMostNameBytes, origin_);
    }
  }

  void require_language(const std::string& code, const json::Value& value) const {
    if (!package_.has_language(code)) value.complain("is for a language that /languages does not list");
  }

  void read_type() {
    const auto type = root_.at("type");
    const auto name = type.text(kMostIdBytes);
    const auto* known = std::ranges::find(kItemTypes, name, [](ItemType one) { return to_string(one); });
    if (known != std::end(kItemTypes)) {
      item_.type = *known;
      return read_by_type();
    }
    if (!name.empty()) {
      std::vector<std::string_view> names;
      for (const auto one : kItemTypes) names.push_back(to_string(one));
      type.complain(fmt::format("'{}' is not one of {}", name, fmt::join(names, ", ")));
    }
    // Of an unknown kind: its own members are not the problem.
    for (const auto* own : kOwnMembers) (void)root_.maybe(own);
  }

  void read_by_type() {
    switch (item_.type) {
      case ItemType::multiple_choice:
      case ItemType::ordering:
        read_scoring();
        [[fallthrough]];
      case ItemType::single_choice:
        read_options(root_.at("options"), item_.options, kLeastOptions, kMostOptions);
        break;
      case ItemType::matching:
        read_scoring();
        read_sides();
        break;
      case ItemType::hotspot:
        read_regions();
        break;
      case ItemType::numeric:
        item_.unit = root_.at("unit").text(kMostNameBytes, 0);
        break;
      case ItemType::true_false:
        break;
    }
    read_answer();
  }

  void read_options(const json::Value& list, std::vector<Option>& options, size_t least, size_t most) {
    for (const auto& value : list.elements(least, most)) {
      Option option{read_id(value.at("id")), read_texts(value.at("text"), package_, origin_)};
      if (std::ranges::find(options, option.id, &Option::id) != options.end())
        value.at("id").complain("is the id of an option above; ids are unique");
      options.push_back(std::move(option));
    }
  }

  void read_sides() {
    read_options(root_.at("left"), item_.left, kLeastPairs, kMostPairs);
    const auto right = root_.at("right");
    read_options(right, item_.right, kLeastPairs, kMostPairs);
    if (item_.right.size() < item_.left.size())
      right.complain("must have at least as many elements as /left: each left side needs one");
  }

  void read_regions() {
    if (item_.image.empty()) root_.at("type").complain("is hotspot, and a hotspot needs an `image`");
    for (const auto& value : root_.at("regions").elements(kLeastRegions, kMostRegions)) {
      Region region;
      region.id = read_id(value.at("id"));
      region.label = read_texts(value.at("label"), package_, origin_);
      region.x = read_per_mille(value.at("x"), 0);
      region.y = read_per_mille(value.at("y"), 0);
      region.w = read_per_mille(value.at("w"), 1);
      region.h = read_per_mille(value.at("h"), 1);
      if (region.x + region.w > kWholeImage || region.y + region.h > kWholeImage)
        value.complain(
            fmt::format("reaches over the image's edge: x + w and y + h are at most {}", kWholeImage));
      for (const auto& other : item_.regions) {
        if (other.id == region.id) value.at("id").complain("is the id of a region above; ids are unique");
        if (other.overlaps(region)) value.complain(fmt::format("overlaps the region '{}'", other.id));
      }
      item_.regions.push_back(std::move(region));
    }
  }

  static int read_per_mille(const json::Value& value, int least) {
    return static_cast<int>(value.integer(least, kWholeImage));
  }

  void read_scoring() {
    const auto scoring = root_.at("scoring");
    const auto name = scoring.text(kMostIdBytes);
    if (name == "partial") {
      item_.scoring = Scoring::partial;
    } else if (!name.empty() && name != "all_or_nothing") {
      scoring.complain("must be all_or_nothing or partial");
    }
  }

  void read_answer() {
    if (item_.type == ItemType::numeric) read_tolerance(root_.at("tolerance"));
    const auto answer = root_.at("answer");
    if (answer.is_null()) return answer.complain("must not be null");
    if (!answer.present()) return;
    item_.answer = read_response(answer);
    if (!is_answered(item_.answer)) return;
    if (const auto good = fits(item_, item_.answer); !good) return answer.complain(good.error().message);
    if (item_.type == ItemType::numeric)
      item_.number = Decimal::parse(std::get<Number>(item_.answer).text).value();
    if (item_.type == ItemType::matching &&
        std::get<Pairs>(item_.answer).right_of.size() != item_.left.size())
      answer.complain("must pair every left side");
  }

  void read_tolerance(const json::Value& value) {
    const auto text = value.text(kMostIdBytes);
    const auto tolerance = Decimal::parse(text);
    if (!text.empty() && !tolerance) value.complain(tolerance.error().message);
    if (tolerance && tolerance->is_negative()) value.complain("must not be negative");
    if (tolerance) item_.tolerance = *tolerance;
  }

  const json::Value& root_;
  const Package& package_;
  Origin origin_;
  Item item_;
};

}  // namespace

std::string read_text(const json::Value& value, size_t most_bytes, Origin origin) {
  auto text = value.text(most_bytes);
  if (origin == Origin::folder && !text.empty() && is_blank(text))
    value.complain("holds nothing but blanks; write what is meant");
  return text;
}

std::string read_id(const json::Value& value, size_t most_bytes) {
  auto id = value.text(most_bytes);
  if (!id.empty() && !is_id(id)) {
    value.complain("must be made of a-z, A-Z, 0-9, '.', '_' and '-', and not begin with a dot");
  }
  return id;
}

Texts read_texts(const json::Value& value, const Package& package, Origin origin) {
  Texts texts;
  for (const auto& [code, text] : value.members(kMostLanguages)) {
    if (!package.has_language(code)) {
      text.complain("is in a language that /languages does not list; add it there or remove this text");
    }
    texts[code] = read_text(text, kMostTextBytes, origin);
  }
  if (!value.present()) return texts;
  for (const auto& language : package.languages) {
    if (!texts.contains(language.code)) {
      value.complain(
          fmt::format("has no text in '{}'; add the translation or remove the language", language.code));
    }
  }
  return texts;
}

Item read_item(const json::Value& value, const Package& package, Origin origin) {
  return ItemReader(value, package, origin).read();
}

}  // namespace millrace::packages

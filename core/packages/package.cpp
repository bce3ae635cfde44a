#include "core/packages/package.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace millrace::packages {

std::string_view to_string(ItemType type) {
  switch (type) {
    case ItemType::single_choice:
      return "single_choice";
    case ItemType::multiple_choice:
      return "multiple_choice";
    case ItemType::true_false:
      return "true_false";
    case ItemType::numeric:
      return "numeric";
    case ItemType::ordering:
      return "ordering";
    case ItemType::matching:
      return "matching";
    case ItemType::hotspot:
      return "hotspot";
  }
  return "unknown";
}

bool Item::has_option(std::string_view option) const {
  return std::ranges::find(options, option, &Option::id) != options.end();
}

const Item* Package::item(std::string_view id) const {
  const auto at = std::ranges::find(items, id, &Item::id);
  return at == items.end() ? nullptr : &*at;
}

const Topic* Package::topic(std::string_view id) const {
  const auto at = std::ranges::find(topics, id, &Topic::id);
  return at == topics.end() ? nullptr : &*at;
}

bool Package::has_language(std::string_view code) const {
  return std::ranges::find(languages, code, &Language::code) != languages.end();
}

std::vector<std::string> Package::language_codes() const {
  std::vector<std::string> codes;
  codes.reserve(languages.size());
  for (const auto& language : languages) codes.push_back(language.code);
  return codes;
}

std::vector<std::string> Package::approved_languages() const {
  std::vector<std::string> codes;
  for (const auto& language : languages) {
    const bool all = std::ranges::none_of(items, [&](const Item& item) {
      const auto own = item.approved_by.find(language.code);
      return own != item.approved_by.end() && own->second.empty();
    });
    if (all && !language.approved_by.empty()) codes.push_back(language.code);
  }
  return codes;
}

size_t Package::items_in(std::string_view section) const {
  return static_cast<size_t>(std::ranges::count(items, section, &Item::section));
}

size_t Package::question_count() const {
  if (sections.empty()) return draw ? *draw : items.size();
  size_t count = 0;
  for (const auto& section : sections) count += section.draw ? *section.draw : items_in(section.id);
  return count;
}

namespace {

Result<> options_exist(const Item& item, const std::vector<std::string>& chosen) {
  for (const auto& option : chosen) {
    if (!item.has_option(option)) {
      return fail(ErrorKind::invalid_input, fmt::format("'{}' is no option of item '{}'", option, item.id));
    }
  }
  return {};
}

/// Twelve options at most: looking each one up is quick.
Result<> orders_all(const Item& item, const Order& order) {
  if (auto known = options_exist(item, order.options); !known) return known;
  for (const auto& option : item.options) {
    if (std::ranges::count(order.options, option.id) != 1) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("name every option of item '{}' once, from first to last", item.id));
    }
  }
  return {};
}

Result<> pairs_exist(const Item& item, const Pairs& pairs) {
  std::vector<std::string_view> taken;
  for (const auto& [left, right] : pairs.right_of) {
    for (const auto& [id, side] : {std::pair(&left, &item.left), std::pair(&right, &item.right)}) {
      if (std::ranges::find(*side, *id, &Option::id) != side->end()) continue;
      return fail(ErrorKind::invalid_input,
                  fmt::format("'{}' is not on that side of item '{}'", *id, item.id));
    }
    if (std::ranges::find(taken, right) != taken.end()) {
      return fail(ErrorKind::invalid_input, fmt::format("'{}' is paired twice in item '{}'", right, item.id));
    }
    taken.push_back(right);
  }
  if (!taken.empty()) return {};
  return fail(ErrorKind::invalid_input, fmt::format("item '{}' has no pair", item.id));
}

Result<> region_exists(const Item& item, const Spot& spot) {
  if (std::ranges::find(item.regions, spot.region, &Region::id) != item.regions.end()) return {};
  return fail(ErrorKind::invalid_input, fmt::format("'{}' is no region of item '{}'", spot.region, item.id));
}

}  // namespace

Result<> fits(const Item& item, const Response& response) {
  if (!is_answered(response)) return {};
  const auto wrong_form = [&](std::string_view wanted) {
    return fail(ErrorKind::invalid_input,
                fmt::format("item '{}' is {}: answer it with {}", item.id, to_string(item.type), wanted));
  };
  switch (item.type) {
    case ItemType::single_choice:
      if (const auto* choice = std::get_if<Choice>(&response)) return options_exist(item, {choice->option});
      return wrong_form("one choice");
    case ItemType::multiple_choice:
      if (const auto* choices = std::get_if<Choices>(&response)) return options_exist(item, choices->options);
      return wrong_form("choices");
    case ItemType::true_false:
      if (std::holds_alternative<Truth>(response)) return {};
      return wrong_form("true or false");
    case ItemType::numeric:
      if (const auto* number = std::get_if<Number>(&response)) {
        if (const auto value = Decimal::parse(number->text); !value) return std::unexpected(value.error());
        return {};
      }
      return wrong_form("a number");
    case ItemType::ordering:
      if (const auto* order = std::get_if<Order>(&response)) return orders_all(item, *order);
      return wrong_form("an order");
    case ItemType::matching:
      if (const auto* pairs = std::get_if<Pairs>(&response)) return pairs_exist(item, *pairs);
      return wrong_form("pairs");
    case ItemType::hotspot:
      if (const auto* spot = std::get_if<Spot>(&response)) return region_exists(item, *spot);
      return wrong_form("one region");
  }
  return fail(ErrorKind::internal, "an item without a type");
}

}  // namespace millrace::packages

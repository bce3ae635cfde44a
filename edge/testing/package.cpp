#include "edge/testing/package.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace millrace::edge {

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

namespace {

Result<> options_exist(const Item& item, const std::vector<std::string>& chosen) {
  for (const auto& option : chosen) {
    if (!item.has_option(option)) {
      return fail(ErrorKind::invalid_input, fmt::format("'{}' is no option of item '{}'", option, item.id));
    }
  }
  return {};
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
  }
  return fail(ErrorKind::internal, "an item without a type");
}

}  // namespace millrace::edge

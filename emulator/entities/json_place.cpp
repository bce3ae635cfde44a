#include "emulator/entities/json_place.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

namespace millrace::bus {

JsonPlace JsonPlace::member(std::string_view key) const {
  const boost::json::value* found = nullptr;
  if (value_ != nullptr && value_->is_object()) found = value_->as_object().if_contains(key);
  return {found, path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key), *problems_};
}

std::vector<JsonPlace> JsonPlace::elements() const {
  std::vector<JsonPlace> places;
  if (!exists()) return places;
  if (!value_->is_array()) {
    complain("must be a list [ … ]");
    return places;
  }
  const auto& array = value_->as_array();
  for (size_t i = 0; i < array.size(); ++i) {
    places.emplace_back(&array[i], fmt::format("{}[{}]", path_, i), *problems_);
  }
  return places;
}

std::vector<std::string> JsonPlace::keys() const {
  std::vector<std::string> names;
  if (value_ == nullptr || !value_->is_object()) return names;
  for (const auto& entry : value_->as_object()) names.emplace_back(entry.key());
  return names;
}

void JsonPlace::expect_only(std::initializer_list<std::string_view> keys) const {
  if (!exists()) return;
  if (!value_->is_object()) {
    complain("must be an object { … }");
    return;
  }
  for (const auto& entry : value_->as_object()) {
    const std::string_view key(entry.key().data(), entry.key().size());
    if (std::ranges::find(keys, key) == keys.end()) {
      complain(fmt::format("unknown key '{}'; known here: {}", key, fmt::join(keys, ", ")));
    }
  }
}

std::optional<std::string> JsonPlace::text() const {
  if (!exists()) return {};
  if (const auto* text = value_->if_string()) return std::string(text->data(), text->size());
  complain("must be a text");
  return {};
}

std::optional<bool> JsonPlace::flag() const {
  if (!exists()) return {};
  if (const auto* flag = value_->if_bool()) return *flag;
  complain("must be true or false");
  return {};
}

std::optional<int64_t> JsonPlace::integer(int64_t least, int64_t most) const {
  if (!exists()) return {};
  const auto* number = value_->if_int64();
  if (number != nullptr && *number >= least && *number <= most) return *number;
  complain(fmt::format("must be a whole number from {} to {}", least, most));
  return {};
}

void JsonPlace::complain(std::string_view what) const {
  problems_->push_back(path_.empty() ? std::string(what) : fmt::format("{}: {}", path_, what));
}

}  // namespace millrace::bus

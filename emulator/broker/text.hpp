// Text compared as Service Bus compares names.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace millrace::bus {

/// ASCII letters only: names of entities, properties and keywords.
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

inline std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

}  // namespace millrace::bus

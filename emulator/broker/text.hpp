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

/// How long the service takes a text to be: it counts as .NET and JavaScript do. Of UTF-8 a byte that begins
/// a character is one unit, and one that begins a character outside the basic plane is two.
constexpr size_t utf16_units(std::string_view utf8) {
  size_t units = 0;
  for (const auto c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

/// Where the character after the one at `at` begins. `at` is within the text.
constexpr size_t next_character(std::string_view utf8, size_t at) {
  do {
    ++at;
  } while (at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0U) == 0x80U);
  return at;
}

inline std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

}  // namespace millrace::bus

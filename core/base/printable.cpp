#include "core/base/printable.hpp"

#include <cstdint>

namespace millrace {
namespace {

constexpr uint32_t kNone = 0xffff'ffff;

/// How many bytes a sign has by its first one; 0 for what begins none.
size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first < 0xe0) return 2;
  if (first >= 0xe0 && first < 0xf0) return 3;
  if (first >= 0xf0 && first < 0xf5) return 4;
  return 0;
}

/// The sign at the text's beginning, in its shortest form; kNone where there is none.
uint32_t decode(std::string_view text, size_t length) {
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (length == 0 || length > text.size()) return kNone;
  const auto first = static_cast<unsigned char>(text[0]);
  uint32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80U) return kNone;
    code = (code << 6U) | (next & 0x3fU);
  }
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  return code < kLeast[length] || code > 0x10ffff || is_surrogate ? kNone : code;
}

bool does_something(uint32_t code) {
  const bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool turns = code == 0x61c || code == 0x200e || code == 0x200f ||
                     (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return is_control || turns;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto length = length_of(static_cast<unsigned char>(text[0]));
    const auto code = decode(text, length);
    const bool is_seen = code != kNone && !does_something(code);
    const auto taken = code == kNone ? 1 : length;
    if (is_seen) {
      out += text.substr(0, taken);
    } else {
      out += '?';
    }
    text.remove_prefix(taken);
  }
  return out;
}

}  // namespace millrace

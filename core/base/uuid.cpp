#include "core/base/uuid.hpp"

#include <algorithm>

#include "core/base/crypto.hpp"

namespace millrace {

Uuid Uuid::dotnet() const {
  Uuid swapped = *this;
  auto* at = swapped.bytes.data();
  std::reverse(at, at + 4);
  std::reverse(at + 4, at + 6);
  std::reverse(at + 6, at + 8);
  return swapped;
}

std::string Uuid::string() const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(kHex[bytes[i] >> 4]);
    text.push_back(kHex[bytes[i] & 15]);
  }
  return text;
}

WallTime Uuid::made_at() const {
  int64_t millis = 0;
  for (int at = 0; at < 6; ++at) millis = millis << 8 | bytes[at];
  return WallTime{Millis{millis}};
}

Result<Uuid> Uuid::parse(std::string_view text) {
  const auto nibble = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  Uuid id;
  size_t at = 0;
  bool good = text.size() == 36;
  for (size_t i = 0; good && i < id.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) good = text[at++] == '-';
    const int high = nibble(text[at]);
    const int low = nibble(text[at + 1]);
    good = good && high >= 0 && low >= 0;
    id.bytes[i] = static_cast<uint8_t>((high << 4) | low);
    at += 2;
  }
  if (!good) return fail(ErrorKind::invalid_input, "not a UUID of 36 characters");
  return id;
}

Uuid Uuid::v7(WallTime now, std::span<const uint8_t, 10> random) {
  Uuid id;
  const auto ms = static_cast<uint64_t>(now.time_since_epoch().count());
  for (size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<uint8_t>(ms >> (8 * (5 - i)));
  std::copy(random.begin(), random.end(), id.bytes.begin() + 6);
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x70);
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id;
}

Uuid Uuid::v7(WallTime now) {
  std::array<uint8_t, 10> random{};
  random_bytes(random);
  return v7(now, random);
}

}  // namespace millrace

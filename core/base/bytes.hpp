// Bytes and their text forms.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace millrace {

using Bytes = std::vector<uint8_t>;
using BytesView = std::span<const uint8_t>;

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string hex(BytesView bytes);
/// Errors: invalid_input on odd length or a character outside [0-9a-fA-F].
Result<Bytes> from_hex(std::string_view text);

/// RFC 4648 base64url without padding.
std::string base64url(BytesView bytes);
/// Strict: no padding, no white space, no stray bits. Errors: invalid_input.
Result<Bytes> from_base64url(std::string_view text);

/// RFC 4648 base64 with padding.
std::string base64(BytesView bytes);
/// Errors: invalid_input.
Result<Bytes> from_base64(std::string_view text);

/// RFC 3986 percent-encoding; every byte but unreserved characters becomes %XX (upper-case).
std::string percent_encode(std::string_view text);
/// Errors: invalid_input, for a % without two hexadecimal digits.
Result<std::string> percent_decode(std::string_view text);

}  // namespace millrace

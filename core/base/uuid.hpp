// UUIDs (RFC 9562). Millrace makes version 7, so that ids sort by the time they were made.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/result.hpp"

namespace millrace {

struct Uuid {
  std::array<uint8_t, 16> bytes{};  ///< network order, as in the text form

  auto operator<=>(const Uuid&) const = default;
  bool is_nil() const { return *this == Uuid{}; }
  int version() const { return bytes[6] >> 4; }
  /// When a version 7 UUID was made, by the clock of whoever made it.
  WallTime made_at() const;
  /// The same id in the byte order of a .NET GUID, whose first three groups are little-endian; its own
  /// inverse.
  Uuid dotnet() const;
  /// Lower-case text form, 36 characters.
  std::string string() const;
  /// Reads the 36-character form, either case. Errors: invalid_input.
  static Result<Uuid> parse(std::string_view text);
  /// A version 7 UUID from the wall clock and 74 random bits. Thread-safe.
  static Uuid v7(WallTime now);
  /// The same with the random bits given (10 bytes); for tests and the simulator.
  static Uuid v7(WallTime now, std::span<const uint8_t, 10> random);
};

}  // namespace millrace

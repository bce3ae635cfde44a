// Decimal numbers as people write them, compared without binary floating point.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace millrace::packages {

/// A decimal with at most nine digits before the mark and nine behind it, held as a whole number of
/// billionths: every difference of two fits into 64 bits.
class Decimal {
 public:
  static constexpr size_t kDigitsEachSide = 9;

  /// Reads `-?[0-9]{1,9}(\.[0-9]{1,9})?`: no plus sign, no exponent, no blanks. Errors: invalid_input.
  static Result<Decimal> parse(std::string_view text);
  /// So many billionths of one. Errors: invalid_input, for more than nine digits before the mark.
  static Result<Decimal> of_billionths(int64_t billionths);
  int64_t billionths() const { return billionths_; }

  /// The shortest way of writing it; `parse` reads it back.
  std::string text() const;

  bool is_negative() const { return billionths_ < 0; }
  /// Whether the distance to `other` is at most `tolerance`, the bounds included.
  bool within(Decimal tolerance, Decimal other) const {
    const auto distance = billionths_ - other.billionths_;
    return (distance < 0 ? -distance : distance) <= tolerance.billionths_;
  }
  bool operator==(const Decimal&) const = default;

 private:
  explicit Decimal(int64_t billionths) : billionths_(billionths) {}
  int64_t billionths_;
};

}  // namespace millrace::packages

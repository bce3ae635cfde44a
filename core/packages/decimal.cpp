#include "core/packages/decimal.hpp"

#include <algorithm>

namespace millrace::packages {
namespace {

constexpr int64_t kBillion = 1'000'000'000;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= Decimal::kDigitsEachSide &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// The digits, filled up with zeros behind to `places`.
int64_t value_of(std::string_view digits, size_t places) {
  int64_t value = 0;
  for (size_t i = 0; i < places; ++i) value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return value;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto mark = text.find('.');
  const auto whole = text.substr(0, mark);
  const auto fraction = mark == std::string_view::npos ? std::string_view("0") : text.substr(mark + 1);
  if (!is_number(whole) || !is_number(fraction)) {
    return fail(ErrorKind::invalid_input,
                "must be a decimal such as 12.5: at most nine digits on each side of the point");
  }
  const auto billionths = value_of(whole, whole.size()) * kBillion + value_of(fraction, kDigitsEachSide);
  return Decimal(negative ? -billionths : billionths);
}

Result<Decimal> Decimal::of_billionths(int64_t billionths) {
  constexpr int64_t kMost = kBillion * kBillion - 1;
  if (billionths > kMost || billionths < -kMost)
    return fail(ErrorKind::invalid_input, "has more than nine digits before the point");
  return Decimal(billionths);
}

std::string Decimal::text() const {
  const auto size = billionths_ < 0 ? -billionths_ : billionths_;
  auto out = std::to_string(size / kBillion);
  auto fraction = std::to_string(size % kBillion);
  fraction.insert(0, kDigitsEachSide - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (!fraction.empty()) out += "." + fraction;
  return billionths_ < 0 ? "-" + out : out;
}

}  // namespace millrace::packages

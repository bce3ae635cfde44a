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

}  // namespace millrace::packages

#include "emulator/broker/sql_convert.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

struct ToText {
  std::optional<std::string> operator()(std::monostate) const { return {}; }
  std::optional<std::string> operator()(bool flag) const { return flag ? "True" : "False"; }
  std::optional<std::string> operator()(int64_t number) const { return std::to_string(number); }
  std::optional<std::string> operator()(double number) const { return fmt::format("{}", number); }
  std::optional<std::string> operator()(const std::string& text) const { return text; }
  std::optional<std::string> operator()(WallTime time) const { return rfc3339(time); }
};

template <class Number>
std::optional<Number> read_number(const std::string& text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return {};
  return number;
}

/// The value as a whole number, a real one, a flag or a time; each nothing where it is none.
std::optional<Value> as_whole(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return read_number<int64_t>(*text);
  const auto* real = std::get_if<double>(&value);
  // 2^63 is the first that an int64 does not hold; not a number is never below it.
  constexpr double kLimit = 9223372036854775808.0;
  if (real == nullptr || *real < -kLimit || !(*real < kLimit) || std::trunc(*real) != *real) return {};
  return static_cast<int64_t>(*real);
}

std::optional<Value> as_real(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return read_number<double>(*text);
  // Beyond 2^53 not every whole number is a real one.
  constexpr int64_t kExactMost = int64_t{1} << 53U;
  const auto* whole = std::get_if<int64_t>(&value);
  if (whole == nullptr || *whole > kExactMost || *whole < -kExactMost) return {};
  return static_cast<double>(*whole);
}

std::optional<Value> as_flag(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  if (same_ignoring_case(*text, "true")) return true;
  if (same_ignoring_case(*text, "false")) return false;
  return {};
}

std::optional<Value> as_time(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {};
  const auto time = parse_rfc3339(*text);
  if (!time) return {};
  return *time;
}

/// By the type of what was there; null takes anything.
struct Convert {
  const Value& value;
  std::optional<Value> operator()(std::monostate) const { return {}; }
  std::optional<Value> operator()(bool) const { return as_flag(value); }
  std::optional<Value> operator()(int64_t) const { return as_whole(value); }
  std::optional<Value> operator()(double) const { return as_real(value); }
  std::optional<Value> operator()(const std::string&) const { return text_of(value); }
  std::optional<Value> operator()(WallTime) const { return as_time(value); }
};

}  // namespace

std::optional<std::string> text_of(const Value& value) {
  return std::visit(ToText{}, value);
}

Value as_type_of(const Value& before, Value value) {
  if (before.index() == value.index()) return value;
  auto converted = std::visit(Convert{value}, before);
  return converted ? std::move(*converted) : std::move(value);
}

}  // namespace millrace::bus

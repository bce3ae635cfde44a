#include "emulator/entities/duration.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace millrace::bus {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Unit {
  char letter;
  bool is_time;  ///< stands behind the T
  Millis length;
};
constexpr std::array<Unit, 4> kUnits{
    {{'D', false, days{1}}, {'H', true, hours{1}}, {'M', true, minutes{1}}, {'S', true, seconds{1}}}};

/// The largest duration of .NET, which official files use for "for ever".
constexpr double kMostMs = 922'337'203'685'478.0;

}  // namespace

Result<Millis> parse_duration(std::string_view text) {
  const auto wrong = [&] {
    return fail(
        ErrorKind::invalid_input,
        fmt::format("'{}' is not a duration: write days, hours, minutes and seconds like P7D, PT1M or "
                    "P1DT12H30M5S",
                    text));
  };
  if (!text.starts_with('P')) return wrong();
  size_t at = 1;
  size_t next_unit = 0;
  bool in_time = false;
  bool any = false;
  double total_ms = 0;
  while (at < text.size()) {
    if (text[at] == 'T' && !in_time) {
      in_time = true;
      any = false;
      ++at;
      continue;
    }
    double number = 0;
    const auto* end = text.data() + text.size();
    if (text[at] < '0' || text[at] > '9') return wrong();
    const auto read = std::from_chars(text.data() + at, end, number, std::chars_format::fixed);
    if (read.ec != std::errc{} || read.ptr == end) return wrong();
    size_t unit = next_unit;
    while (unit < kUnits.size() && (kUnits[unit].letter != *read.ptr || kUnits[unit].is_time != in_time))
      ++unit;
    if (unit == kUnits.size()) return wrong();
    total_ms += number * static_cast<double>(kUnits[unit].length.count());
    next_unit = unit + 1;
    at = static_cast<size_t>(read.ptr - text.data()) + 1;
    any = true;
  }
  if (!any || total_ms > kMostMs) return wrong();
  return Millis{std::llround(total_ms)};
}

std::string format_duration(Millis duration) {
  const auto whole_days = std::chrono::duration_cast<days>(duration);
  auto rest = duration - whole_days;
  std::string text = "P";
  if (whole_days.count() > 0) text += fmt::format("{}D", whole_days.count());
  if (rest.count() == 0 && whole_days.count() > 0) return text;
  text += 'T';
  const auto take = [&](Millis unit, char letter) {
    if (const auto count = rest / unit; count > 0) text += fmt::format("{}{}", count, letter);
    rest %= unit;
  };
  take(hours{1}, 'H');
  take(minutes{1}, 'M');
  if (rest.count() % 1000 != 0) {
    text += fmt::format("{}.{:03}S", rest.count() / 1000, rest.count() % 1000);
  } else if (rest.count() > 0 || text.ends_with('T')) {
    text += fmt::format("{}S", rest.count() / 1000);
  }
  return text;
}

}  // namespace millrace::bus

#include "core/base/clock.hpp"

#include <sys/timex.h>

#include <cstdio>
#include <fstream>

#include <fmt/format.h>

namespace millrace {
namespace {

bool digits(std::string_view text, size_t from, size_t count, int& out) {
  if (from + count > text.size()) return false;
  out = 0;
  for (size_t i = from; i < from + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  return true;
}

}  // namespace

std::string_view to_string(ClockState state) {
  switch (state) {
    case ClockState::synced:
      return "synced";
    case ClockState::holdover:
      return "holdover";
    case ClockState::untrusted:
      return "untrusted";
  }
  return "untrusted";
}

WallTime SystemClock::wall() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

MonoTime SystemClock::mono() const {
  return std::chrono::time_point_cast<Millis>(std::chrono::steady_clock::now());
}

ClockState SystemClock::state() const {
  if (wall() < kEarliestBelievable) return ClockState::untrusted;
  timex query{};
  const int state = adjtimex(&query);
  if (state == -1) return ClockState::untrusted;
  return (query.status & STA_UNSYNC) != 0 ? ClockState::holdover : ClockState::synced;
}

std::string rfc3339(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorKind::invalid_input,
                fmt::format("'{}' is not an RFC 3339 time such as 2026-01-05T06:00:00.000Z", text));
  };
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!digits(text, 0, 4, year) || !digits(text, 5, 2, month) || !digits(text, 8, 2, day) ||
      !digits(text, 11, 2, hour) || !digits(text, 14, 2, minute) || !digits(text, 17, 2, second) ||
      text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':') {
    return bad();
  }
  size_t at = 19;
  int64_t fraction_ms = 0;
  if (at < text.size() && text[at] == '.') {
    int64_t scale = 100;
    size_t count = 0;
    for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, ++count) {
      fraction_ms += scale * (text[at] - '0');
      scale /= 10;
    }
    if (count == 0 || count > 9) return bad();
  }
  std::chrono::minutes offset{0};
  if (at >= text.size()) return bad();
  if (text[at] == 'Z' || text[at] == 'z') {
    ++at;
  } else if (text[at] == '+' || text[at] == '-') {
    int hours = 0, minutes = 0;
    if (!digits(text, at + 1, 2, hours) || at + 3 >= text.size() || text[at + 3] != ':' ||
        !digits(text, at + 4, 2, minutes) || hours > 23 || minutes > 59) {
      return bad();
    }
    offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    if (text[at] == '-') offset = -offset;
    at += 6;
  }
  if (at != text.size() || hour > 23 || minute > 59 || second > 60) return bad();
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return bad();
  return WallTime{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + Millis{fraction_ms} - offset;
}

std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
}

}  // namespace millrace

#include "core/base/clock.hpp"
#include "core/base/backoff.hpp"

namespace millrace {
namespace {

using namespace std::chrono_literals;

TEST(Clock, rfc3339_is_written_with_milliseconds_and_comes_back) {
  const WallTime time{std::chrono::sys_days{std::chrono::year{2026} / 2 / 28} + 23h + 59min + 58s + 7ms};
  EXPECT_EQ(rfc3339(time), "2026-02-28T23:59:58.007Z");
  EXPECT_EQ(parse_rfc3339(rfc3339(time)).value(), time);
}

TEST(Clock, offsets_and_fractions_are_understood) {
  EXPECT_EQ(rfc3339(parse_rfc3339("2026-01-05T06:00:00+02:00").value()), "2026-01-05T04:00:00.000Z");
  EXPECT_EQ(rfc3339(parse_rfc3339("2026-01-05T06:00:00.123456789Z").value()), "2026-01-05T06:00:00.123Z");
  EXPECT_EQ(rfc3339(parse_rfc3339("2026-01-05T06:00:00.5-00:30").value()), "2026-01-05T06:30:00.500Z");
}

class BadTime : public testing::TestWithParam<const char*> {};
TEST_P(BadTime, is_refused) {
  EXPECT_FALSE(parse_rfc3339(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Texts, BadTime,
                         testing::Values("", "2026-01-05", "2026-01-05T06:00:00", "2026-02-30T06:00:00Z",
                                         "2026-01-05T24:00:00Z", "2026-01-05T06:00:00.Z",
                                         "2026-01-05T06:00:00ZZ", "2026-01-05 06:00:00Z",
                                         "2026-01-05T06:00:00+2", "26-01-05T06:00:00Z"));

TEST(Backoff, doubles_to_its_bound_and_keeps_at_least_half_of_each_step) {
  Backoff backoff(100ms, 1s);
  for (const auto step : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    const auto wait = backoff.next(0x9e3779b97f4a7c15ULL);
    EXPECT_GE(wait, step / 2);
    EXPECT_LE(wait, step);
  }
  backoff.reset();
  EXPECT_LE(backoff.next(1), 100ms);
}

}  // namespace
}  // namespace millrace

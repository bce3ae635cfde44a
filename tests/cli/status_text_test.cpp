// `millrace status`, from what a box says.
#include "cli/status_text.hpp"

#include <gmock/gmock.h>

namespace millrace::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kBox = R"({"now":"2026-01-05T06:00:00.000Z","started_at":"2026-01-01T06:00:00.000Z",
"site":"demo","edge":"box-1","station":"st-1","versions":{"edge":"0.1.0","app":"0.1.0+ab","schema":7},
"clock_state":"holdover",
"alarms":[{"name":"records-parked","reason":"2 records could not be delivered\u001b[2J","since":"2026-01-05T03:00:00.000Z"}],
"links":{"plant":{"state":"up","since":"2026-01-05T05:57:00.000Z"},"centre":{"state":"down","since":"2026-01-02T06:00:00.000Z"}},
"relays":[{"name":"relay-1","through":false,"since":"2026-01-05T04:00:00.000Z"}],
"outbox":{"depth":12,"oldest":"2026-01-05T05:00:00.000Z","parked":2,"conflicts":1,"bytes":1048576,"quota_bytes":1073741824,
"last_receipt":"2026-01-05T05:59:30.000Z","bytes_per_day":1048576.0,"days_until_full":1023.9},
"disk":{"total_bytes":1073741824,"free_bytes":536870912,"database_bytes":2097152,"bytes_per_day":null,"days_until_full":null},
"certificates":[{"of":"kiosks","names":["box-1"],"until":"2027-02-05T06:00:00.000Z"}],
"kiosks":[{"name":"gate-3","address":"10.0.0.7","app":"0.1.0+ab","last_seen":"2026-01-05T05:59:55.000Z"}],
"sessions":3,"content":{"operators":40,"assignments":80,"packages":6}})";

TEST(StatusText, says_what_a_box_says) {
  const auto text = status_text(kBox);
  for (const auto* part :
       {"demo / box-1, 0.1.0, up 4 days\n",
        "ALARM        records-parked for 3 h: 2 records could not be delivered?[2J\n",
        "plant        up, since 3 min\n", "centre       down, since 3 days\n",
        "relay        relay-1: not through, since 2 h\n",
        "outbox       12 waiting, the oldest for 60 min; 2 parked; last receipt 30 s ago; 1.0 of 1024 MiB; "
        "without receipts full in 1023 days\n",
        "conflicts    1, of submissions", "disk         512 of 1024 MiB free, the database has 2.0 MiB\n",
        "certificate  of kiosks: until 2027-02-05\n",
        "kiosk        gate-3 at 10.0.0.7, app 0.1.0+ab, heard of 5 s ago\n"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b"))) << "a terminal obeys nobody's reasons";
}

TEST(StatusText, says_nothing_of_what_is_no_box) {
  EXPECT_EQ(status_text("{}"), "");
  EXPECT_EQ(status_text("nonsense"), "");
}

TEST(AgeText, changes_its_unit_after_two_of_the_next) {
  using namespace std::chrono_literals;
  EXPECT_EQ(age_text(-5s), "0 s");
  EXPECT_EQ(age_text(119s), "119 s");
  EXPECT_EQ(age_text(120s), "2 min");
  EXPECT_EQ(age_text(119min), "119 min");
  EXPECT_EQ(age_text(2h), "2 h");
  EXPECT_EQ(age_text(47h), "47 h");
  EXPECT_EQ(age_text(48h), "2 days");
}

}  // namespace
}  // namespace millrace::cli

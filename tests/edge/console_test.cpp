// Who gets into the console, which kiosks it shows, and how long there is room.
#include <gtest/gtest.h>

#include "core/store/database.hpp"
#include "edge/admin/box_report.hpp"
#include "edge/admin/console_access.hpp"
#include "edge/api/kiosks.hpp"
#include "edge/capture/edge_schema.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

const MonoTime kNow{Millis{1'000}};
const WallTime kToday{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5}};

TEST(ConsoleAccess, a_pass_lets_one_browser_in_under_the_name_of_who_asked_for_it) {
  ConsoleAccess access;
  const auto code = access.issue("root for anna", kNow);
  const auto begun = access.begin(code, kNow);
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->session->actor, "root for anna");
  EXPECT_EQ(access.find(begun->token, kNow), begun->session);
  EXPECT_FALSE(access.begin(code, kNow)) << "it was used";
  EXPECT_EQ(access.find(code, kNow), nullptr) << "a code is no session";
  EXPECT_EQ(access.find("", kNow), nullptr);
}

TEST(ConsoleAccess, a_pass_is_good_for_ten_minutes) {
  ConsoleAccess access;
  const auto code = access.issue("root", kNow);
  const auto other = access.issue("root", kNow);
  EXPECT_FALSE(access.begin(code, kNow + kPassLasts));
  EXPECT_TRUE(access.begin(other, kNow + kPassLasts - Millis{1}));
}

TEST(ConsoleAccess, a_session_ends_unused_after_half_an_hour_and_used_after_a_shift) {
  ConsoleAccess access;
  auto now = kNow;
  const auto begun = access.begin(access.issue("root", now), now);
  for (; now < kNow + kConsoleMost; now += kConsoleIdle - Millis{1})
    EXPECT_NE(access.find(begun->token, now), nullptr);
  EXPECT_EQ(access.find(begun->token, kNow + kConsoleMost), nullptr);
  const auto idle = access.begin(access.issue("root", now), now);
  EXPECT_EQ(access.find(idle->token, now + kConsoleIdle), nullptr);
}

TEST(ConsoleAccess, whoever_signed_out_is_out) {
  ConsoleAccess access;
  const auto begun = access.begin(access.issue("root", kNow), kNow);
  access.end(*begun->session);
  EXPECT_EQ(access.find(begun->token, kNow), nullptr);
}

TEST(ConsoleAccess, of_too_many_the_oldest_pass_and_the_session_that_idled_longest_give_way) {
  ConsoleAccess access;
  const auto first = access.issue("root", kNow);
  const auto second = access.issue("root", kNow + Millis{1});
  for (size_t i = 1; i < kMostPasses; ++i) access.issue("root", kNow + Millis{2});
  EXPECT_FALSE(access.begin(first, kNow + Millis{2}));
  EXPECT_TRUE(access.begin(second, kNow + Millis{2}));

  std::vector<ConsoleAccess::Begun> begun;
  ConsoleAccess crowded;
  for (size_t i = 0; i < kMostConsoles; ++i) {
    const auto now = kNow + Millis{static_cast<int64_t>(i)};
    begun.push_back(*crowded.begin(crowded.issue("root", now), now));
  }
  const auto now = kNow + Millis{kMostConsoles};
  EXPECT_NE(crowded.find(begun[0].token, now), nullptr);  // used: no longer the one that idled longest
  ASSERT_TRUE(crowded.begin(crowded.issue("root", now), now));
  EXPECT_NE(crowded.find(begun[0].token, now), nullptr);
  EXPECT_EQ(crowded.find(begun[1].token, now), nullptr);
}

TEST(Kiosks, the_one_that_was_heard_of_last_is_the_first) {
  Kiosks kiosks;
  kiosks.heard("gate-1", "10.0.0.1", "0.1.0", kToday);
  kiosks.heard("gate-2", "10.0.0.2", "0.1.0", kToday + Millis{1});
  kiosks.heard("gate-1", "10.0.0.1", "0.1.0", kToday + Millis{2});
  const auto all = kiosks.all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "gate-1");
  EXPECT_EQ(all[0].last_seen, kToday + Millis{2});
}

TEST(Kiosks, are_known_after_a_restart_and_written_when_there_is_news_of_them) {
  const test::TempFolder folder;
  auto db = store::Connection::open(folder.path() / "edge.db", store::Connection::Mode::writer).value();
  ASSERT_TRUE(store::migrate(*db, kEdgeMigrations));
  Kiosks kiosks;
  EXPECT_FALSE(kiosks.has_news());
  kiosks.heard("Tor 3 – Süd", "10.0.0.1", "0.1.0+12ab34cd", kToday);
  EXPECT_TRUE(kiosks.has_news());
  ASSERT_TRUE(store::read(*db, [&](store::Connection& on) { Kiosks::store(on, kiosks.take()); }));
  EXPECT_FALSE(kiosks.has_news());
  kiosks.heard("Tor 3 – Süd", "10.0.0.1", "0.1.0+12ab34cd", kToday + Millis{5});
  EXPECT_FALSE(kiosks.has_news()) << "that it is still there is told now and then";
  kiosks.heard("Tor 3 – Süd", "10.0.0.1", "0.2.0", kToday + Millis{5});
  EXPECT_TRUE(kiosks.has_news());

  Kiosks after_restart;
  ASSERT_TRUE(store::read(*db, [&](store::Connection& on) { after_restart.load(on); }));
  ASSERT_EQ(after_restart.all().size(), 1U);
  const auto kiosk = after_restart.all()[0];
  EXPECT_EQ(kiosk.name, "Tor 3 – Süd");
  EXPECT_EQ(kiosk.app, "0.1.0+12ab34cd");
  EXPECT_EQ(kiosk.last_seen, kToday);
}

TEST(Kiosks, what_cannot_be_shown_is_left_out) {
  Kiosks kiosks;
  for (const auto* name : {"", "a\nb", "\x7f", "\xff\xfe", "a\xc2\x9b", "\xe2\x80\xae"})
    kiosks.heard(name, "10.0.0.1", "0.1.0", kToday);
  kiosks.heard(std::string(kMostKioskBytes + 1, 'k'), "10.0.0.1", "0.1.0", kToday);
  EXPECT_TRUE(kiosks.all().empty());
  kiosks.heard(std::string(kMostKioskBytes, 'k'), "10.0.0.1", "<script>", kToday);
  ASSERT_EQ(kiosks.all().size(), 1U);
  EXPECT_EQ(kiosks.all()[0].app, "");
}

TEST(Kiosks, of_too_many_the_one_that_was_not_heard_of_for_longest_gives_way) {
  Kiosks kiosks;
  for (size_t i = 0; i <= kMostKiosks; ++i) {
    kiosks.heard("k" + std::to_string(i), "10.0.0.1", "", kToday + Millis{static_cast<int64_t>(i)});
  }
  EXPECT_EQ(kiosks.all().size(), kMostKiosks);
  EXPECT_EQ(kiosks.all().back().name, "k1");
}

TEST(Room, lasts_as_long_as_it_does_at_the_pace_of_the_past) {
  const auto room = room_at_pace({200, std::chrono::days{2}}, 1'000);
  EXPECT_DOUBLE_EQ(room.bytes_per_day.value(), 100);
  EXPECT_DOUBLE_EQ(room.days_until_full.value(), 10);
}

TEST(Room, nobody_says_how_long_after_less_than_a_day_or_when_nothing_came) {
  EXPECT_FALSE(room_at_pace({200, std::chrono::hours{23}}, 1'000).days_until_full);
  EXPECT_FALSE(room_at_pace({0, std::chrono::days{2}}, 1'000).days_until_full);
}

}  // namespace
}  // namespace millrace::edge

// Whose word is taken for when an answer was given: the screen's, for as long as the box heard nothing of it.
#include "edge/api/silences.hpp"

#include <gtest/gtest.h>

#include "edge/api/sessions.hpp"

namespace millrace::edge {
namespace {

using std::chrono::seconds;

MonoTime at(int64_t second) {
  return MonoTime{seconds{second}};
}

class AnAttemptsSilence : public ::testing::Test {
 protected:
  Millis ran_since(Millis age, int64_t now) const { return silences_.ran_since(attempt_, age, at(now)); }

  Uuid attempt_ = Uuid::v7(WallTime{Millis{1}});
  Silences silences_;
};

TEST_F(AnAttemptsSilence, is_the_only_time_about_which_the_screen_is_believed) {
  EXPECT_EQ(ran_since(seconds{20}, 100), Millis{0}) << "there was none";
  silences_.ended(attempt_, at(100), at(200));
  EXPECT_EQ(ran_since(seconds{50}, 210), seconds{50}) << "in it";
  EXPECT_EQ(ran_since(seconds{110}, 210), seconds{110}) << "at its beginning";
  EXPECT_EQ(ran_since(seconds{111}, 210), seconds{110}) << "before it";
  EXPECT_EQ(ran_since(kMostSilence * 99, 210), seconds{110}) << "no age makes more of it";
  EXPECT_EQ(ran_since(seconds{10}, 210), seconds{10}) << "at its end";
  EXPECT_EQ(ran_since(seconds{9}, 210), Millis{0}) << "after it";
  EXPECT_EQ(ran_since(Millis{0}, 210), Millis{0}) << "without an age";
  EXPECT_EQ(silences_.ran_since(Uuid::v7(WallTime{Millis{2}}), seconds{50}, at(210)), Millis{0});
}

TEST_F(AnAttemptsSilence, is_no_store_of_time) {
  silences_.ended(attempt_, at(100), at(200));
  EXPECT_EQ(ran_since(seconds{100}, 260), seconds{100});
  EXPECT_EQ(ran_since(seconds{100}, 261), Millis{0}) << "what waits has come in by now";
  silences_.forget(attempt_);
  EXPECT_EQ(ran_since(seconds{50}, 210), Millis{0});
}

TEST_F(AnAttemptsSilence, ends_only_once_the_plug_holds) {
  silences_.ended(attempt_, at(100), at(200));
  silences_.ended(attempt_, at(201), at(230));
  EXPECT_EQ(ran_since(seconds{120}, 231), seconds{120}) << "nothing had time to come in";
  silences_.ended(attempt_, at(300), at(320));
  EXPECT_EQ(ran_since(seconds{120}, 321), seconds{21}) << "another one";
  silences_.ended(attempt_, at(321), at(320 + 600));
  EXPECT_EQ(ran_since(seconds{700}, 920), seconds{599}) << "none lasts longer than a session does";
}

TEST_F(AnAttemptsSilence, does_not_count_how_long_the_clock_stood) {
  silences_.ended(attempt_, at(100), at(200));
  silences_.stands(attempt_, at(150));  // locked, which was heard of when the screen was back
  silences_.runs(attempt_, at(5'000));
  EXPECT_EQ(ran_since(seconds{5'010 - 120}, 5'010), seconds{40}) << "30 s until it stood, 10 s since";
  silences_.stands(attempt_, at(5'020));
  EXPECT_EQ(ran_since(seconds{6'000 - 120}, 6'000), seconds{50});
  silences_.runs(attempt_, at(7'000));
  EXPECT_EQ(ran_since(seconds{7'030 - 120}, 7'030), seconds{80});
}

TEST_F(AnAttemptsSilence, is_kept_of_so_many_and_the_one_that_ended_first_gives_way) {
  silences_.ended(attempt_, at(100), at(200));
  for (size_t i = 1; i <= kMostSilences; ++i) {
    EXPECT_EQ(ran_since(seconds{50}, 210), seconds{50});
    silences_.ended(Uuid::v7(WallTime{Millis{static_cast<int64_t>(i) + 1}}), at(150), at(201));
  }
  EXPECT_EQ(ran_since(seconds{50}, 210), Millis{0});
}

class AScreen : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(sessions_.sit(begun_.session, attempt_, 7, at(0))); }
  void is_refused(int64_t now, uint64_t lease = 7) {
    sessions_.could_not_store(*begun_.session, attempt_, lease, at(now));
  }
  /// As a screen does that has something to be stored; is heard meanwhile.
  void is_refused_from_to(int64_t from, int64_t to) {
    constexpr int64_t kLongestRetry_s = 8;
    for (auto now = from; now < to; now += kLongestRetry_s) is_refused(now);
    is_refused(to);
  }
  Millis ran_since(int64_t age, int64_t now) const {
    return sessions_.ran_since(attempt_, seconds{age}, at(now));
  }

  Uuid attempt_ = Uuid::v7(WallTime{Millis{1}});
  Sessions sessions_;
  Sessions::Begun begun_ = sessions_.begin("op-1", "k1", at(0));
};

TEST_F(AScreen, whose_answers_the_box_could_not_store_is_believed_about_when_they_were_given) {
  is_refused_from_to(300, 1'860);
  EXPECT_EQ(ran_since(100, 1'865), seconds{100}) << "given while the box was full";
  EXPECT_EQ(ran_since(1'500, 1'865), seconds{1'500}) << "however long that was";
  EXPECT_EQ(ran_since(1'600, 1'865), seconds{1'565}) << "before it: at its beginning";
  EXPECT_EQ(ran_since(4, 1'865), seconds{4}) << "after the last refusal: as always";
  EXPECT_EQ(ran_since(100, 1'921), kScreenSilent) << "what waits has come in by now";
}

TEST_F(AScreen, makes_no_time_by_keeping_back_what_was_refused) {
  is_refused(300);
  EXPECT_EQ(ran_since(100, 361), kScreenSilent);
  is_refused(900);
  EXPECT_EQ(ran_since(500, 905), kScreenSilent) << "the box could store in between, for all it knows";
}

TEST_F(AScreen, that_does_not_sit_there_gets_no_time_from_a_box_that_is_full) {
  const auto other = sessions_.begin("op-2", "k2", at(0));
  sessions_.could_not_store(*other.session, attempt_, 7, at(300));
  is_refused(300, 6);
  EXPECT_EQ(ran_since(50, 310), kScreenSilent);
  is_refused(310);
  EXPECT_EQ(ran_since(60, 340), seconds{30});
  sessions_.rise(attempt_);
  EXPECT_EQ(ran_since(60, 340), kScreenSilent) << "handed in";
}

TEST_F(AScreen, that_was_locked_while_the_box_was_full_is_not_charged_for_it) {
  is_refused_from_to(300, 320);
  sessions_.leave(begun_.session, at(330));
  EXPECT_TRUE(sessions_.sit(begun_.session, attempt_, 8, at(1'000)));
  EXPECT_EQ(ran_since(1'010 - 310, 1'010), seconds{30}) << "20 s until it stood, 10 s since";
}

TEST_F(AScreen, that_was_silent_is_believed_although_the_box_was_full_when_it_came_back) {
  ASSERT_NE(sessions_.find(begun_.token, at(100)), nullptr);
  ASSERT_NE(sessions_.find(begun_.token, at(200)), nullptr);
  is_refused(201);
  EXPECT_EQ(ran_since(50, 210), seconds{50});
}

TEST(ASession, was_left_when_its_screen_says_so_but_not_before_it_was_last_heard_of) {
  Sessions sessions;
  const auto begun = sessions.begin("op-1", "k1", at(90));
  const auto left = [&](int64_t ago, int64_t now) {
    return Sessions::left_at(*begun.session, seconds{ago}, at(now));
  };
  const auto heard = [&](int64_t now) { ASSERT_NE(sessions.find(begun.token, at(now)), nullptr); };
  heard(100);
  heard(110);  // brings the news
  EXPECT_EQ(left(0, 110), at(110));
  EXPECT_EQ(left(4, 110), at(106));
  EXPECT_EQ(left(1'000, 110), at(100));
  heard(110 + 300);
  EXPECT_EQ(left(200, 410), at(210));
  EXPECT_EQ(left(1'000, 410), at(110));
  heard(411);  // an old request came first
  EXPECT_EQ(left(200, 411), at(211));
  heard(440);
  EXPECT_EQ(left(200, 440), at(411)) << "that silence is long over";
}

TEST(ASession, whose_page_is_gone_was_left_when_the_silence_began) {
  Sessions sessions;
  const auto begun = sessions.begin("op-1", "k1", at(0));
  EXPECT_EQ(Sessions::silent_since(*begun.session, at(14)), std::nullopt);
  EXPECT_EQ(Sessions::silent_since(*begun.session, at(15)), at(0)) << "still silent";
  ASSERT_NE(sessions.find(begun.token, at(20)), nullptr);
  EXPECT_EQ(Sessions::silent_since(*begun.session, at(21)), at(0))
      << "looked at by the page that came after it";
  ASSERT_NE(sessions.find(begun.token, at(30)), nullptr);
  ASSERT_NE(sessions.find(begun.token, at(40)), nullptr);
  EXPECT_EQ(Sessions::silent_since(*begun.session, at(40)), std::nullopt);
}

}  // namespace
}  // namespace millrace::edge

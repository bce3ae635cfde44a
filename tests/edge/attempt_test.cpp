// What an attempt allows: one screen at a time, its own timer, one end.
#include "edge/testing/attempt.hpp"

#include <gtest/gtest.h>

namespace millrace::edge {
namespace {

using std::chrono::seconds;

class AttemptRules : public ::testing::Test {
 protected:
  Moment now() const { return moment(clock_); }
  /// As stored and loaded again by the same run of the daemon.
  void reload() { attempt_ = Attempt(kLimit, attempt_.state()); }
  seconds left() const { return std::chrono::duration_cast<seconds>(*attempt_.remaining(clock_.mono())); }

  static constexpr uint32_t kLimit = 600;
  ManualClock clock_;
  Attempt attempt_ = Attempt::begin(kLimit, "k1", "en", moment(clock_));
};

TEST_F(AttemptRules, only_the_holder_of_the_lease_writes) {
  const auto first = attempt_.state().lease;
  ASSERT_TRUE(attempt_.save(first, "k1", now()));
  ASSERT_TRUE(attempt_.take_up("k2", "de", now()));
  EXPECT_EQ(attempt_.save(first, "k1", now()).error().reason, Reason::stale_lease);
  EXPECT_EQ(attempt_.submit(first, "k1", now()).error().reason, Reason::stale_lease);
  EXPECT_TRUE(attempt_.save(attempt_.state().lease, "k2", now()));
  EXPECT_EQ(attempt_.state().language, "de");
}

TEST_F(AttemptRules, a_lease_is_never_given_twice) {
  auto before = attempt_.state().lease;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(attempt_.take_up("k1", "en", now()));
    EXPECT_GT(attempt_.state().lease, before);
    before = attempt_.state().lease;
    reload();
  }
}

TEST_F(AttemptRules, what_is_handed_in_is_closed) {
  const auto lease = attempt_.state().lease;
  EXPECT_EQ(attempt_.submit(lease, "k1", now()).value(), EndReason::submitted);
  EXPECT_EQ(attempt_.submit(lease, "k1", now()).error().reason, Reason::attempt_closed);
  EXPECT_EQ(attempt_.save(lease, "k1", now()).error().reason, Reason::attempt_closed);
  EXPECT_EQ(attempt_.take_up("k1", "en", now()).error().reason, Reason::attempt_closed);
  const auto used = attempt_.state().active;
  clock_.advance(seconds{50});
  attempt_.pause(Pause::signed_out, now());
  attempt_.count(now());
  EXPECT_EQ(attempt_.state().active, used);
}

TEST_F(AttemptRules, the_timer_runs_while_somebody_sits_at_it) {
  clock_.advance(seconds{100});
  EXPECT_EQ(left(), seconds{500});
  attempt_.pause(Pause::signed_out, now());
  clock_.advance(seconds{3600});
  EXPECT_EQ(left(), seconds{500}) << "nobody is there";
  reload();
  ASSERT_TRUE(attempt_.take_up("k1", "en", now()));
  clock_.advance(seconds{50});
  EXPECT_EQ(left(), seconds{450});
}

TEST_F(AttemptRules, a_change_of_the_wall_clock_changes_no_timer) {
  clock_.set_wall(clock_.wall() + std::chrono::hours{48});
  EXPECT_EQ(left(), seconds{600});
  clock_.set_wall(clock_.wall() - std::chrono::hours{96});
  EXPECT_EQ(left(), seconds{600});
}

TEST_F(AttemptRules, after_a_crash_the_timer_goes_on_from_what_was_stored) {
  clock_.advance(seconds{100});
  ASSERT_TRUE(attempt_.save(1, "k1", now()));
  clock_.advance(seconds{20});  // not stored any more
  auto state = attempt_.state();
  state.running_since.reset();
  state.paused = Pause::power_or_crash;  // as the store finds it under another run
  attempt_ = Attempt(kLimit, state);
  clock_.advance(seconds{900});
  EXPECT_EQ(left(), seconds{500});
  ASSERT_TRUE(attempt_.save(1, "k1", now())) << "the lease outlives the crash";
  ASSERT_EQ(attempt_.ended().size(), 1U);
  EXPECT_EQ(attempt_.ended()[0].kind, Pause::power_or_crash);
  EXPECT_EQ(attempt_.ended()[0].to - attempt_.ended()[0].from, seconds{920});
}

TEST_F(AttemptRules, no_answer_is_taken_once_the_time_is_up_but_it_waits_for_its_signature) {
  clock_.advance(seconds{600} + kAnswerGrace);
  EXPECT_TRUE(attempt_.save(1, "k1", now())) << "tapped in time, still on its way";
  clock_.advance(Millis{1});
  EXPECT_EQ(attempt_.save(1, "k1", now()).error().reason, Reason::attempt_closed);
  EXPECT_EQ(left(), seconds{0}) << "never below zero";
  clock_.advance(std::chrono::hours{1});
  EXPECT_EQ(attempt_.submit(1, "k1", now()).value(), EndReason::time_up);
}

TEST_F(AttemptRules, an_answer_that_was_given_before_the_time_was_up_is_taken_after_it) {
  clock_.advance(seconds{700});
  EXPECT_TRUE(attempt_.save(1, "k1", now(), seconds{100})) << "given in the last moment";
  EXPECT_EQ(attempt_.save(1, "k1", now(), seconds{100} - kAnswerGrace - Millis{1}).error().reason,
            Reason::attempt_closed);
  EXPECT_EQ(left(), seconds{0}) << "it gives no time back";
  EXPECT_EQ(attempt_.submit(1, "k1", now()).value(), EndReason::time_up);
}

TEST_F(AttemptRules, without_a_limit_there_is_no_time_to_be_up) {
  auto attempt = Attempt::begin({}, "k1", "en", now());
  clock_.advance(std::chrono::hours{100});
  EXPECT_FALSE(attempt.remaining(clock_.mono()));
  EXPECT_TRUE(attempt.save(1, "k1", now()));
  EXPECT_EQ(attempt.submit(1, "k1", now()).value(), EndReason::submitted);
}

TEST_F(AttemptRules, a_screen_that_died_used_no_time_since_it_was_last_heard_of) {
  clock_.advance(seconds{10});
  const auto heard = now();
  clock_.advance(seconds{40});
  attempt_.count(now());
  clock_.advance(seconds{10});
  attempt_.pause(Pause::power_or_crash, heard);
  EXPECT_EQ(attempt_.state().active, seconds{10});
  ASSERT_TRUE(attempt_.take_up("k2", "en", now()));
  EXPECT_EQ(attempt_.ended(),
            (std::vector{Interruption{Pause::power_or_crash, heard.wall, now().wall, "k2"}}));
  clock_.advance(seconds{5});
  attempt_.count(now());
  EXPECT_EQ(attempt_.state().active, seconds{15});
}

TEST_F(AttemptRules, interruptions_say_why_how_long_and_where_it_went_on) {
  clock_.advance(seconds{10});
  attempt_.pause(Pause::idle_lock, now());
  const auto from = clock_.wall();
  clock_.advance(seconds{30});
  ASSERT_TRUE(attempt_.take_up("k2", "en", now()));
  clock_.advance(seconds{5});
  ASSERT_TRUE(attempt_.take_up("k2", "en", now())) << "the same screen again is no interruption";
  ASSERT_TRUE(attempt_.take_up("k3", "en", now()));
  ASSERT_EQ(attempt_.ended().size(), 2U);
  EXPECT_EQ(attempt_.ended()[0], (Interruption{Pause::idle_lock, from, from + seconds{30}, "k2"}));
  EXPECT_EQ(attempt_.ended()[1].kind, Pause::moved_kiosk);
  EXPECT_EQ(attempt_.ended()[1].resumed_on, "k3");
}

}  // namespace
}  // namespace millrace::edge

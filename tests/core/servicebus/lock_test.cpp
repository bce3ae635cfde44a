// When a lock is asked for again.
#include <gtest/gtest.h>

#include "core/servicebus/lock.hpp"

namespace millrace::servicebus {
namespace {

using std::chrono::seconds;

class LockTest : public testing::Test {
 protected:
  void grant(Millis lasts) { lock.granted(clock.wall() + lasts, clock); }
  /// From now until it is asked for.
  Millis pause() const { return lock.renew_at() - clock.mono(); }

  ManualClock clock;
  Lock lock;
};

TEST_F(LockTest, is_asked_for_when_half_of_it_is_left) {
  EXPECT_FALSE(lock.is_kept());
  grant(seconds{20});
  EXPECT_EQ(pause(), seconds{10});
  grant(seconds{300});
  EXPECT_EQ(pause(), kRenewAtLeast);
  grant(seconds{1});
  EXPECT_EQ(pause(), kRenewAtMost);
  lock.let_be();
  EXPECT_FALSE(lock.is_kept());
}

TEST_F(LockTest, leaves_a_busy_service_alone_as_long_as_it_asks) {
  grant(seconds{60});
  lock.not_renewed(clock.mono(), seconds{40});
  EXPECT_EQ(pause(), seconds{40});
}

TEST_F(LockTest, is_asked_for_once_more_before_it_ends_however_long_the_service_wants_to_be_left_alone) {
  grant(seconds{60});
  lock.not_renewed(clock.mono(), seconds{300});
  EXPECT_EQ(pause(), seconds{57});
  clock.advance(seconds{57});
  EXPECT_TRUE(lock.is_pressing(clock.mono()));
  lock.not_renewed(clock.mono(), seconds{300});
  EXPECT_EQ(pause(), seconds{300}) << "that was the last try";
  clock.advance(seconds{3});
  EXPECT_FALSE(lock.is_pressing(clock.mono())) << "nothing can be saved any more";
}

TEST_F(LockTest, is_asked_for_ever_faster_when_no_wait_is_named_and_slowly_when_it_has_ended) {
  grant(seconds{20});
  clock.advance(seconds{10});
  lock.not_renewed(clock.mono(), Millis{0});
  EXPECT_EQ(pause(), seconds{5});
  clock.advance(seconds{9});
  lock.not_renewed(clock.mono(), Millis{0});
  EXPECT_EQ(pause(), kRenewAtMost);
  clock.advance(seconds{2});
  lock.not_renewed(clock.mono(), Millis{0});
  EXPECT_EQ(pause(), kRenewAtLeast);
}

TEST_F(LockTest, whose_end_nobody_says_is_asked_for_soon_and_then_now_and_then) {
  lock.granted(std::nullopt, clock);
  EXPECT_EQ(pause(), kRenewAtMost);
  lock.not_renewed(clock.mono(), seconds{300});
  EXPECT_EQ(pause(), kRenewAtLeast) << "it may end at any time";
}

TEST_F(LockTest, that_is_over_when_it_is_granted_speaks_of_a_clock_that_is_wrong) {
  grant(-seconds{60});
  EXPECT_EQ(lock.ends(), MonoTime::max());
  EXPECT_EQ(pause(), kRenewAtMost);
}

}  // namespace
}  // namespace millrace::servicebus

// Wrong PINs cost time, and neither a restart nor a clock gives it back.
#include "edge/roster/lockout.hpp"
#include "edge/roster/try_budget.hpp"

#include <gtest/gtest.h>

#include "core/base/clock.hpp"
#include "core/delivery/outbox_schema.hpp"
#include "edge/capture/edge_schema.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

using std::chrono::seconds;

class LockoutRules : public ::testing::Test {
 protected:
  void SetUp() override { open(); }
  /// A start of the daemon.
  void open(std::string boot = "boot-1") {
    db_.reset();
    db_ = store::Connection::open(folder_.path() / "edge.db", store::Connection::Mode::writer).value();
    ASSERT_TRUE(store::migrate(*db_, kEdgeMigrations));
    lockout_.emplace(std::move(boot));
    lockout_->start(*db_, clock_.mono());
  }
  Outcome<Millis> fail_once(std::string_view badge = "100", bool known = true) {
    return lockout_->take_try(*db_, badge, known, clock_.mono());
  }
  unsigned wait(std::string_view badge = "100") {
    const auto refused = fail_once(badge);
    return refused ? 0 : refused.error().retry_after_s;
  }

  millrace::test::TempFolder folder_;
  ManualClock clock_;
  std::unique_ptr<store::Connection> db_;
  std::optional<Lockout> lockout_;
};

TEST(TryBudget, so_many_wrong_pins_are_free_then_one_a_minute) {
  TryBudget budget;
  MonoTime now{Millis{1'000}};
  for (int i = 1; i < kWrongPinsAtOnce; ++i) EXPECT_FALSE(budget.wrong("a", now)) << i;
  EXPECT_EQ(budget.wait("a", now), Millis{0});
  EXPECT_TRUE(budget.wrong("a", now));
  EXPECT_EQ(budget.wait("a", now), kWrongPinForgivenAfter);
  EXPECT_EQ(budget.wait("b", now), Millis{0}) << "another machine";
  now += kWrongPinForgivenAfter;
  EXPECT_EQ(budget.wait("a", now), Millis{0});
  EXPECT_TRUE(budget.wrong("a", now));
  now += kWrongPinsAtOnce * kWrongPinForgivenAfter;
  EXPECT_FALSE(budget.wrong("a", now)) << "all is forgiven";
}

TEST(TryBudget, has_no_more_tries_under_way_than_may_still_be_wrong) {
  TryBudget budget;
  MonoTime now{Millis{1'000}};
  EXPECT_FALSE(budget.wrong("a", now));
  for (int i = 1; i < kWrongPinsAtOnce; ++i) EXPECT_TRUE(budget.begin("a", now)) << i;
  EXPECT_FALSE(budget.begin("a", now));
  EXPECT_TRUE(budget.begin("b", now)) << "another machine";
  EXPECT_EQ(budget.wait("a", now), Millis{0}) << "they may all be right";
  budget.end("a");
  EXPECT_TRUE(budget.begin("a", now)) << "one was right";
  budget.end("a");
  budget.wrong("a", now);
  EXPECT_FALSE(budget.begin("a", now)) << "one was wrong";
  now += kWrongPinForgivenAfter;
  EXPECT_TRUE(budget.begin("a", now)) << "one is forgiven";
}

TEST(TryBudget, knows_so_many_machines_and_lets_those_go_that_have_least_to_wait) {
  TryBudget budget;
  const MonoTime now{Millis{1'000}};
  for (int i = 0; i < kWrongPinsAtOnce; ++i) budget.wrong("guesses", now);
  for (size_t i = 0; i < 2 * kMostMachines; ++i) budget.wrong(fmt::format("m{}", i), now);
  EXPECT_GT(budget.wait("guesses", now), Millis{0});
  EXPECT_EQ(budget.machines(), kMostMachines);
}

TEST_F(LockoutRules, five_tries_are_free_then_each_costs_twice_as_long) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fail_once()) << i;
  for (const unsigned expected : {30U, 60U, 120U, 240U, 480U, 900U, 900U}) {
    const auto refused = fail_once();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::locked_out);
    EXPECT_EQ(refused.error().retry_after_s, expected);
    clock_.advance(seconds{expected} - Millis{1});
    EXPECT_EQ(wait(), 1U);
    clock_.advance(Millis{1});
    ASSERT_TRUE(fail_once()) << "one more try after the wait";
  }
}

TEST_F(LockoutRules, the_wrong_pin_tells_the_wait_that_it_costs) {
  for (const unsigned expected : {0U, 0U, 0U, 0U, 30U, 60U}) {
    EXPECT_EQ(fail_once().value(), seconds{expected});
    EXPECT_EQ(fail_once("nobody", false).value(), seconds{expected});
    clock_.advance(seconds{expected});
  }
}

TEST_F(LockoutRules, asking_while_locked_out_does_not_make_it_longer) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fail_once());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(wait(), 30U);
}

TEST_F(LockoutRules, the_right_pin_clears_the_count) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(fail_once());
  lockout_->clear(*db_, "100");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fail_once());
  EXPECT_EQ(wait(), 30U);
}

TEST_F(LockoutRules, a_try_whose_pin_was_not_checked_does_not_count) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(fail_once());
    lockout_->give_back(*db_, "100");
  }
}

TEST_F(LockoutRules, a_restart_of_the_daemon_changes_nothing) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fail_once());
  clock_.advance(seconds{10});
  open();
  EXPECT_EQ(wait(), 20U);
}

TEST_F(LockoutRules, after_a_reboot_the_wait_begins_anew) {
  for (int i = 0; i < 6; ++i) {
    (void)fail_once();
    if (i == 4) clock_.advance(seconds{30});
  }
  open("boot-2");
  EXPECT_EQ(wait(), 60U) << "six failures";
  clock_.advance(seconds{60});
  EXPECT_EQ(wait(), 0U);
}

TEST_F(LockoutRules, a_change_of_the_wall_clock_shortens_nothing) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fail_once());
  clock_.set_wall(clock_.wall() + std::chrono::hours{24 * 365});
  EXPECT_EQ(wait(), 30U);
  open();
  EXPECT_EQ(wait(), 30U);
}

TEST_F(LockoutRules, badges_that_nobody_has_are_locked_out_alike_and_never_push_out_a_known_one) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fail_once("100", true));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fail_once("nobody", false));
  EXPECT_EQ(wait("nobody"), 30U);
  db_->execute("BEGIN");
  for (int64_t i = 0; i < kMostUnknownBadges + 2 * kPrunedEvery; ++i) {
    ASSERT_TRUE(fail_once("other-" + std::to_string(i), false));
  }
  db_->execute("COMMIT");
  auto& count = db_->statement("SELECT count(*) FROM lockout WHERE known = 0").bind();
  ASSERT_TRUE(count.step());
  EXPECT_GE(count.integer(0), kMostUnknownBadges);
  EXPECT_LT(count.integer(0), kMostUnknownBadges + kPrunedEvery);
  count.reset();
  EXPECT_EQ(wait("100"), 30U);
}

}  // namespace
}  // namespace millrace::edge

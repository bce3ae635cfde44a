// When the sender goes back, and what it then does.
#include "sender_fixture.hpp"

namespace millrace::delivery {
namespace {

// Rule 3.

TEST_F(SenderTest, rule_3_a_new_connection_goes_back_to_the_first_unsettled_record) {
  restart(8);
  sender.connected(clock.mono());
  publish();
  settle(2);
  sender.disconnected();
  sender.connected(clock.mono());
  EXPECT_EQ(sender.next()->from, sender.base());
  EXPECT_EQ(publish(), range(3, 8));
}

TEST_F(SenderTest, rule_3_a_connection_forgets_the_pubacks_that_never_came) {
  limits.most_unacknowledged = 2;
  sender = Sender(limits, [] { return kNoJitter; });
  acknowledge = false;
  restart(8);
  sender.connected(clock.mono());
  publish();
  sender.disconnected();
  sender.connected(clock.mono());
  EXPECT_EQ(publish(), range(1, 2));
}

TEST_F(SenderTest, rule_3_a_relay_instance_goes_back_only_when_it_is_new) {
  restart(4);
  sender.connected(clock.mono());
  sender.relay_seen("a", clock.mono());
  publish();
  sender.relay_seen("a", clock.mono());
  EXPECT_EQ(publish(), range(1, 0));
  sender.relay_seen("b", clock.mono());
  EXPECT_EQ(publish(), range(1, 4));
  sender.relay_seen("a", clock.mono());
  EXPECT_EQ(publish(), range(1, 0)) << "two relays side by side do not make it go back for ever";
}

TEST_F(SenderTest, rule_3_resend_from_goes_back_and_skips_nothing) {
  restart(8);
  sender.connected(clock.mono());
  publish();
  auto asks = receipt(0);
  asks.resend_from = 5;
  take(asks);
  EXPECT_EQ(publish(), range(1, 8)) << "it begins with a record whose base is its own sequence";
  take(asks);
  EXPECT_EQ(publish(), range(1, 0)) << "the same request again, while the records are under way";
  clock.advance(kResendRequestQuiet);
  take(asks);
  EXPECT_EQ(publish(), range(1, 8));
}

TEST_F(SenderTest, rule_3_resend_from_of_what_was_not_sent_yet_asks_for_nothing) {
  restart(100);
  sender.connected(clock.mono());
  publish();
  auto asks = receipt(0);
  asks.resend_from = 50;
  take(asks);
  EXPECT_EQ(sender.rewinds(Sender::Rewind::resend_from), 0U);
}

TEST_F(SenderTest, rule_3_the_timer_goes_back_doubling_up_to_the_most) {
  restart(2);
  sender.connected(clock.mono());
  publish();
  for (const int seconds : {5, 10, 20, 40, 60, 60}) {
    const auto half = Millis{seconds * 500};
    ASSERT_EQ(sender.deadline(), clock.mono() + half);
    clock.advance(half - Millis{1});
    sender.tick(clock.mono());
    EXPECT_EQ(publish(), range(1, 0));
    clock.advance(Millis{1});
    sender.tick(clock.mono());
    EXPECT_EQ(publish(), range(1, 2));
  }
  EXPECT_EQ(sender.rewinds(Sender::Rewind::timer), 6U);
}

TEST_F(SenderTest, rule_3_progress_resets_the_timer_and_nothing_pending_stops_it) {
  restart(2);
  sender.connected(clock.mono());
  publish();
  clock.advance(Millis{2'500});
  sender.tick(clock.mono());
  publish();
  settle(1);
  EXPECT_EQ(sender.deadline(), clock.mono() + Millis{2'500});
  settle(2);
  EXPECT_FALSE(sender.deadline());
  sender.appended(3, clock.mono());
  publish();
  EXPECT_EQ(sender.deadline(), clock.mono() + Millis{2'500});
}

TEST_F(SenderTest, rule_3_a_backlog_drains_by_timers_alone) {
  restart(100);
  sender.connected(clock.mono());
  // The relay misses every first try and nobody appends anything.
  while (sender.unsettled() > 0) {
    publish();
    ASSERT_TRUE(sender.deadline());
    clock.advance(*sender.deadline() - clock.mono());
    sender.tick(clock.mono());
    const auto again = publish();
    ASSERT_FALSE(again.empty());
    settle(again.back());
  }
}

TEST_F(SenderTest, rule_3_jitter_spreads_the_wait_over_the_upper_half) {
  uint64_t random = 0;
  sender = Sender(limits, [&] { return random; });
  for (random = 0; random < 5'000; random += 500) {
    restart(1);
    sender.connected(clock.mono());
    const auto wait = *sender.deadline() - clock.mono();
    EXPECT_GE(wait, Millis{2'500});
    EXPECT_LE(wait, Millis{5'000});
  }
}

TEST_F(SenderTest, rule_3_what_settles_beyond_the_cursor_after_a_rewind_is_not_sent_again) {
  restart(8);
  sender.connected(clock.mono());
  publish();
  sender.connected(clock.mono());
  settle(6);
  EXPECT_EQ(publish(), range(7, 8));
}

// Rule 4.

TEST_F(SenderTest, rule_4_a_box_that_found_another_past_publishes_nothing_until_the_new_stream) {
  restart(5);
  sender.connected(clock.mono());
  ASSERT_TRUE(std::holds_alternative<Sender::OpenNewStream>(take(receipt(6))));
  EXPECT_FALSE(sender.next());
  EXPECT_FALSE(sender.deadline());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(receipt(7)))) << "found once";
  sender.connected(clock.mono());
  EXPECT_FALSE(sender.next());
  stream = id_of(100);
  restart(6);
  EXPECT_EQ(publish(), range(1, 6));
}

// Rule 5.

TEST_F(SenderTest, rule_5_health_is_how_long_base_has_not_moved_while_something_is_pending) {
  restart(0);
  clock.advance(Millis{90'000});
  EXPECT_EQ(sender.stalled_for(clock.mono()), Millis{0}) << "nothing is pending";
  sender.appended(2, clock.mono());
  clock.advance(Millis{1'000});
  EXPECT_EQ(sender.stalled_for(clock.mono()), Millis{1'000}) << "whatever the connection says";
  sender.connected(clock.mono());
  publish();
  clock.advance(Millis{1'000});
  EXPECT_EQ(sender.stalled_for(clock.mono()), Millis{2'000}) << "a PUBACK is no progress";
  settle(1);
  EXPECT_EQ(sender.stalled_for(clock.mono()), Millis{0});
}

}  // namespace
}  // namespace millrace::delivery

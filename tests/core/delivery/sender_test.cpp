#include "core/delivery/sender.hpp"

#include <gtest/gtest.h>

namespace millrace::delivery {
namespace {

constexpr uint64_t kNoJitter = 0;  // the shortest wait of each step: half of it
constexpr size_t kSize = 1'000;

Hash hash_of(uint64_t sequence) {
  Hash hash{};
  hash[0] = static_cast<uint8_t>(sequence);
  hash[1] = static_cast<uint8_t>(sequence >> 8);
  hash[31] = sequence == 0 ? 0 : 1;
  return hash;
}

Uuid id_of(uint64_t sequence) {
  Uuid id;
  id.bytes[15] = static_cast<uint8_t>(sequence);
  return id;
}

class SenderTest : public testing::Test {
 protected:
  void restart(uint64_t last, uint64_t settled = 0) {
    sender.restart({.stream_id = stream, .last_sequence = last, .settled_through = settled}, clock.mono());
  }
  /// Publishes all that the sender wants to, records of kSize bytes.
  std::vector<uint64_t> publish() {
    std::vector<uint64_t> sent;
    while (const auto range = sender.next()) {
      const auto fit = std::min(range->most_records, range->most_bytes / kSize);
      if (fit == 0) break;
      for (size_t i = 0; i < fit; ++i) {
        sent.push_back(range->from + i);
        sender.sent(range->from + i, kSize, clock.mono());
      }
      for (size_t i = 0; i < fit && acknowledge; ++i) sender.acknowledged();
    }
    return sent;
  }
  static std::vector<uint64_t> range(uint64_t from, uint64_t to) {
    std::vector<uint64_t> all;
    for (; from <= to; ++from) all.push_back(from);
    return all;
  }
  Receipt receipt(uint64_t through) const {
    Receipt made;
    made.stream_id = stream;
    made.settled_through = through;
    made.settled_hash = hash_of(through);
    made.base_seen = 1;
    return made;
  }
  /// The receipt against a log whose hashes are hash_of.
  Sender::Verdict take(const Receipt& given) {
    const auto own = given.settled_through < sender.next_sequence()
                         ? std::optional(hash_of(given.settled_through))
                         : std::nullopt;
    return sender.receipt(given, own, clock.mono());
  }
  void settle(uint64_t through) {
    const auto verdict = take(receipt(through));
    ASSERT_TRUE(std::holds_alternative<Sender::Settle>(verdict)) << through;
    sender.settled({through, 0, {}}, clock.mono());
  }

  ManualClock clock;
  Uuid stream = id_of(99);
  SenderLimits limits{.window_records = 8,
                      .window_bytes = 1'000'000,
                      .most_unacknowledged = 1'000,
                      .resend_first = Millis{5'000},
                      .resend_most = Millis{60'000}};
  Sender sender{limits, [] { return kNoJitter; }};
  bool acknowledge = true;
};

// Rule 1.

TEST_F(SenderTest, rule_1_records_go_out_in_order_and_only_once_connected) {
  restart(3);
  EXPECT_EQ(publish(), range(1, 0));
  sender.connected(clock.mono());
  EXPECT_EQ(publish(), range(1, 3));
  EXPECT_EQ(publish(), range(1, 0));
  sender.appended(4, clock.mono());
  EXPECT_EQ(publish(), range(4, 4));
}

TEST_F(SenderTest, rule_1_never_more_records_than_the_window_beyond_what_is_settled) {
  restart(100);
  sender.connected(clock.mono());
  EXPECT_EQ(publish(), range(1, 8));
  settle(3);
  EXPECT_EQ(publish(), range(9, 11));
}

TEST_F(SenderTest, rule_1_never_more_bytes_than_the_window_beyond_what_is_settled) {
  limits.window_bytes = 3 * kSize + kSize / 2;
  sender = Sender(limits, [] { return kNoJitter; });
  restart(100);
  sender.connected(clock.mono());
  EXPECT_EQ(publish(), range(1, 3));
  settle(1);
  EXPECT_EQ(publish(), range(4, 4));
}

TEST_F(SenderTest, rule_1_a_puback_paces_and_changes_no_row) {
  limits.most_unacknowledged = 2;
  sender = Sender(limits, [] { return kNoJitter; });
  restart(100);
  acknowledge = false;
  sender.connected(clock.mono());
  EXPECT_EQ(publish(), range(1, 2));
  sender.acknowledged();
  EXPECT_EQ(publish(), range(3, 3));
  EXPECT_EQ(sender.base(), 1U);
  EXPECT_EQ(sender.unsettled(), 100U);
}

// Rule 2.

TEST_F(SenderTest, rule_2_a_receipt_settles_and_base_moves_only_after_the_commit) {
  restart(5);
  sender.connected(clock.mono());
  publish();
  const auto verdict = take(receipt(4));
  const auto* settle = std::get_if<Sender::Settle>(&verdict);
  ASSERT_NE(settle, nullptr);
  EXPECT_EQ(settle->through, 4U);
  EXPECT_EQ(settle->hash, hash_of(4));
  EXPECT_EQ(sender.base(), 1U);
  sender.settled({4, 0, {}}, clock.mono());
  EXPECT_EQ(sender.base(), 5U);
}

TEST_F(SenderTest, rule_2_the_newest_receipt_that_comes_during_a_commit_is_taken_after_it) {
  restart(5);
  sender.connected(clock.mono());
  publish();
  ASSERT_TRUE(std::holds_alternative<Sender::Settle>(take(receipt(1))));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(receipt(3))));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(receipt(5))));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(receipt(4)))) << "late";
  const auto verdict = sender.settled({1, 0, {}}, clock.mono());
  ASSERT_TRUE(std::holds_alternative<Sender::Settle>(verdict));
  EXPECT_EQ(std::get<Sender::Settle>(verdict).through, 5U);
}

TEST_F(SenderTest, rule_2_a_failed_commit_leaves_all_as_it_was_and_the_next_receipt_settles) {
  restart(5);
  sender.connected(clock.mono());
  publish();
  ASSERT_TRUE(std::holds_alternative<Sender::Settle>(take(receipt(2))));
  sender.settle_failed();
  EXPECT_EQ(sender.base(), 1U);
  settle(2);
  EXPECT_EQ(sender.base(), 3U);
}

TEST_F(SenderTest, rule_2_a_receipt_of_another_stream_or_from_behind_means_nothing) {
  restart(5, 3);
  auto other = receipt(99);
  other.stream_id = id_of(1);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(other)));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(receipt(2))));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(receipt(3)))) << "nothing new";
  auto behind = receipt(1);
  behind.settled_hash = hash_of(77);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(behind))) << "below mine the hash is not looked at";
}

TEST_F(SenderTest, rule_2_a_receipt_without_a_hash_moves_nothing) {
  restart(5);
  auto bare = receipt(4);
  bare.settled_hash.reset();
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(bare)));
}

TEST_F(SenderTest, rule_2_settled_through_that_i_never_gave_out_is_not_my_past) {
  restart(5);
  EXPECT_TRUE(std::holds_alternative<Sender::OpenNewStream>(take(receipt(6))));
}

TEST_F(SenderTest, rule_2_resend_from_that_i_never_gave_out_is_not_my_past) {
  restart(5);
  auto asks = receipt(2);
  asks.resend_from = 6;
  EXPECT_TRUE(std::holds_alternative<Sender::OpenNewStream>(take(asks)));
}

TEST_F(SenderTest, rule_2_a_base_beyond_mine_is_not_my_past) {
  restart(5, 3);
  auto seen = receipt(3);
  seen.base_seen = 4;
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(seen)));
  seen.base_seen = 5;
  EXPECT_TRUE(std::holds_alternative<Sender::OpenNewStream>(take(seen)));
}

TEST_F(SenderTest, rule_2_another_hash_beyond_mine_is_not_my_past) {
  restart(5, 3);
  auto other = receipt(4);
  other.settled_hash = hash_of(77);
  EXPECT_TRUE(std::holds_alternative<Sender::OpenNewStream>(take(other)));
}

TEST_F(SenderTest, rule_2_another_hash_at_mine_is_not_my_past_either) {
  restart(5, 3);
  auto other = receipt(3);
  other.settled_hash = hash_of(77);
  EXPECT_TRUE(std::holds_alternative<Sender::OpenNewStream>(take(other)));
}

TEST_F(SenderTest, rule_2_a_parking_is_committed_once_and_only_beyond_what_is_settled) {
  restart(5, 1);
  auto parks = receipt(1);
  parks.parked = {
      {1, id_of(1), "too large", false}, {3, id_of(3), "too large", true}, {9, id_of(9), "?", false}};
  const auto verdict = take(parks);
  ASSERT_TRUE(std::holds_alternative<Sender::Settle>(verdict));
  EXPECT_EQ(std::get<Sender::Settle>(verdict).parkings, std::vector<Parking>{parks.parked[1]});
  sender.settled({1, 0, {parks.parked[1]}}, clock.mono());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(take(parks))) << "said again, known already";
}

// The log that a backup took back may have had another record in this place, and the relay remembers that
// one.
TEST_F(SenderTest, rule_2_a_parking_of_another_record_does_not_hide_the_one_of_this) {
  restart(5, 1);
  auto parks = receipt(1);
  parks.parked = {{3, id_of(77), "too large", false}};
  ASSERT_TRUE(std::holds_alternative<Sender::Settle>(take(parks)));
  sender.settled({1, 0, {}}, clock.mono());  // the log finds another event id there
  auto right = receipt(4);
  right.parked = {{3, id_of(3), "too large", false}};
  const auto verdict = take(right);
  ASSERT_TRUE(std::holds_alternative<Sender::Settle>(verdict));
  EXPECT_EQ(std::get<Sender::Settle>(verdict).parkings, right.parked);
}

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

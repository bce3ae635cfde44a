#include "core/delivery/sender.hpp"

#include "sender_fixture.hpp"

namespace millrace::delivery {
namespace {

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

}  // namespace
}  // namespace millrace::delivery

// Rules 4 and 6 of the relay: what is settled, committed and said.
#include "receiver_fixture.hpp"

namespace millrace::delivery {
namespace {

using ReceiverReportTest = ReceiverFixture;

TEST_F(ReceiverReportTest, rule_4_a_stream_that_cannot_settle_is_seen_to_stall) {
  chain.append(1);
  clock.advance(Millis{10'000});
  EXPECT_EQ(receiver.stalled_for(clock.mono()), Millis{0});
  arrive(1);
  clock.advance(Millis{7'000});
  EXPECT_EQ(receiver.stalled_for(clock.mono()), Millis{7'000});
  settle(1);
  EXPECT_EQ(receiver.stalled_for(clock.mono()), Millis{0});
}

TEST_F(ReceiverReportTest, rule_6_settled_through_is_the_contiguous_prefix) {
  chain.append(4);
  for (const uint64_t sequence : {1, 2, 3, 4}) arrive(sequence);
  settle(2);
  settle(4);
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->commit);
  EXPECT_EQ(said->cursor.settled_through, 0u);
  EXPECT_EQ(said->cursor.beyond, (std::vector<StreamCursor::Beyond>{{2, chain.hash(2)}, {4, chain.hash(4)}}));
  settle(1);
  clock.advance(kReceiptInterval);
  said = report();
  ASSERT_TRUE(said);
  EXPECT_EQ(said->cursor.settled_through, 2u);
  EXPECT_EQ(said->cursor.settled_hash, chain.hash(2));
  EXPECT_EQ(said->cursor.beyond, (std::vector<StreamCursor::Beyond>{{4, chain.hash(4)}}));
}

TEST_F(ReceiverReportTest, rule_6_what_was_settled_beyond_counts_after_a_restart_only_with_the_same_hash) {
  chain.append(3);
  const StreamCursor stored{
      chain.stream_id(), 1, chain.hash(1), 1, {}, {{2, chain.hash(2)}, {3, Hash{0xbd}}}};
  restart_from(stored);
  arrive(2, 2);
  EXPECT_EQ(receiver.settled_through(), 2u) << "the same hash: not sent again";
  arrive(3, 2);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{3})) << "another hash: sent";
}

TEST_F(ReceiverReportTest, rule_6_what_has_not_come_again_is_kept_over_a_second_restart) {
  chain.append(4);
  const StreamCursor stored{chain.stream_id(), 1, chain.hash(1), 1, {}, {{3, chain.hash(3)}, {4, Hash{1}}}};
  restart_from(stored);
  arrive(2, 2);
  arrive(3, 2);
  settle(2);
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_EQ(said->cursor.settled_through, 3u);
  EXPECT_EQ(said->cursor.beyond, (std::vector<StreamCursor::Beyond>{{4, Hash{1}}}));
}

TEST_F(ReceiverReportTest, rule_6_a_parking_beyond_goes_when_another_record_comes_in_its_place) {
  chain.append(2);
  const Parking parking{2, testing::uuid_from(1, 1), "too large", false};
  restart_from({chain.stream_id(), 1, chain.hash(1), 1, {parking}, {{2, Hash{1}}}});
  arrive(2, 2);
  settle(2);
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->cursor.parked.empty());
}

TEST_F(ReceiverReportTest, rule_6_receipts_of_a_busy_stream_keep_their_interval) {
  chain.append(4);
  for (const uint64_t sequence : {1, 2, 3, 4}) arrive(sequence);
  settle(1);
  ASSERT_TRUE(report()) << "the first goes out at once";
  settle(2);
  EXPECT_FALSE(report());
  EXPECT_EQ(receiver.deadline(), clock.mono() + kReceiptInterval);
  clock.advance(Millis{20});
  settle(3);
  EXPECT_FALSE(report());
  clock.advance(kReceiptInterval - Millis{20});
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_EQ(said->cursor.settled_through, 3u) << "one receipt for both";
}

TEST_F(ReceiverReportTest, rule_6_a_stream_that_falls_idle_is_receipted_at_once) {
  chain.append(2);
  arrive(1);
  settle(1);
  ASSERT_TRUE(report());
  arrive(2);
  settle(2);
  auto said = report();
  ASSERT_TRUE(said);
  EXPECT_EQ(said->cursor.settled_through, 2u);
}

TEST_F(ReceiverReportTest, rule_6_one_report_at_a_time_and_the_next_one_says_what_changed_meanwhile) {
  chain.append(2);
  arrive(1);
  arrive(2);
  settle(1);
  auto first = receiver.report(clock.mono());
  ASSERT_TRUE(first);
  settle(2);
  EXPECT_FALSE(receiver.report(clock.mono())) << "the first is not committed yet";
  receiver.reported(*first, true, clock.mono());
  auto second = receiver.report(clock.mono());
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->commit);
  EXPECT_EQ(second->cursor.settled_through, 2u);
}

TEST_F(ReceiverReportTest, rule_6_a_report_that_failed_becomes_due_again) {
  chain.append(1);
  arrive(1);
  settle(1);
  auto first = receiver.report(clock.mono());
  ASSERT_TRUE(first);
  receiver.reported(*first, false, clock.mono());
  EXPECT_FALSE(receiver.report(clock.mono())) << "not in a hot loop";
  clock.advance(kReceiptInterval);
  auto again = report();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->commit);
  EXPECT_TRUE(again->publish);
}

TEST_F(ReceiverReportTest, rule_6_a_cursor_read_back_says_the_same) {
  chain.append(4);
  for (const uint64_t sequence : {1, 2, 3, 4}) arrive(sequence);
  settle(1);
  settle(3, Parking{3, chain.record(3)->event_id(), "too large", true});
  auto said = report();
  ASSERT_TRUE(said);
  restart_from(said->cursor);
  delivered.clear();
  for (const uint64_t sequence : {2, 3, 4}) arrive(sequence, 2);
  EXPECT_EQ(delivered, (std::vector<uint64_t>{2, 4}));
  settle(2);
  auto after = report();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->cursor.settled_through, 3u);
  EXPECT_EQ(after->cursor.parked, said->cursor.parked);
}

}  // namespace
}  // namespace millrace::delivery

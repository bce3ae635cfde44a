// What people see of the log's past: how much was recorded, received, and waited.
#include "core/delivery/log_history.hpp"

#include "outbox_fixture.hpp"

namespace millrace::delivery {
namespace {

constexpr std::chrono::minutes kStep{10};

class LogHistoryTest : public OutboxTest {
 protected:
  const WallTime from = clock.wall();
  LogHistory history(size_t steps, size_t most = kMostRecordsCounted) {
    return history_of(read_recent(*db, from, most), from, kStep, steps);
  }
};

using Figures = std::vector<uint64_t>;

TEST_F(LogHistoryTest, tells_for_each_step_what_came_what_left_and_what_waited_for_how_long) {
  clock.advance(std::chrono::minutes{1});
  append();
  append();
  clock.advance(kStep);
  append();
  ASSERT_TRUE(settle(2));
  clock.advance(2 * kStep);
  ASSERT_TRUE(settle(3));
  const auto told = history(4);
  EXPECT_EQ(told.recorded, (Figures{2, 1, 0, 0}));
  EXPECT_EQ(told.received, (Figures{0, 2, 0, 1}));
  EXPECT_EQ(told.waiting, (Figures{2, 1, 1, 0}));
  EXPECT_EQ(
      told.oldest_age,
      (std::vector<Millis>{std::chrono::minutes{9}, std::chrono::minutes{9}, std::chrono::minutes{19}, {}}));
}

TEST_F(LogHistoryTest, what_was_parked_waits_no_more_and_was_not_received) {
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  clock.advance(kStep);
  ASSERT_TRUE(settle(1, {{1, id_of(event), "too large", false}}));
  const auto told = history(2);
  EXPECT_EQ(told.received, (Figures{0, 0}));
  EXPECT_EQ(told.waiting, (Figures{1, 0}));
}

TEST_F(LogHistoryTest, what_waits_since_before_the_first_step_is_counted_in_all_of_them) {
  append();
  clock.advance(std::chrono::days{3});
  const auto now = clock.wall();
  const auto told = history_of(read_recent(*db, now), now, kStep, 2);
  EXPECT_EQ(told.recorded, (Figures{0, 0}));
  EXPECT_EQ(told.waiting, (Figures{1, 1}));
  EXPECT_EQ(told.oldest_age[0], std::chrono::days{3} + kStep);
}

TEST_F(LogHistoryTest, says_from_when_on_it_knows_everything) {
  clock.advance(std::chrono::hours{1});
  append();
  EXPECT_EQ(read_recent(*db, from).complete_from, clock.wall()) << "the box is as young as that";
  EXPECT_EQ(read_recent(*db, clock.wall() + kStep).complete_from, clock.wall() + kStep);
}

TEST_F(LogHistoryTest, with_more_records_than_are_read_it_begins_later_and_still_counts_what_waits) {
  append();
  append();
  clock.advance(kStep);
  append();
  const auto read = read_recent(*db, from, 1);
  EXPECT_EQ(read.complete_from, clock.wall());
  EXPECT_EQ(read.older_waiting, 2U);
  const auto told = history(2, 1);
  EXPECT_EQ(told.waiting.back(), 3U);
  EXPECT_EQ(told.oldest_age.back(), 2 * kStep);
}

TEST_F(LogHistoryTest, with_more_records_than_are_read_it_begins_when_all_receipts_are_told) {
  append();
  append();
  clock.advance(3 * kStep);
  ASSERT_TRUE(settle(1));
  clock.advance(kStep);
  ASSERT_TRUE(settle(2));
  EXPECT_EQ(read_recent(*db, from, 2).complete_from, from);
  EXPECT_EQ(read_recent(*db, from, 1).complete_from, from + 3 * kStep)
      << "the receipt of the first is not told";
  append();
  EXPECT_EQ(read_recent(*db, from, 1).complete_from, clock.wall());
}

TEST_F(LogHistoryTest, a_replayed_record_is_one_and_waits_from_when_it_was_replayed) {
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  ASSERT_TRUE(settle(1, {{1, id_of(event), "too large", false}}));
  clock.advance(2 * kStep);
  ASSERT_TRUE(outbox.replay(*db, {read_position(*db)->stream_id, 1}, {"root", "it fits now"}));
  clock.advance(kStep);
  const auto told = history(4);
  EXPECT_EQ(told.recorded, (Figures{1, 0, 0, 0}));
  EXPECT_EQ(told.waiting, (Figures{0, 0, 1, 1}));
  EXPECT_EQ(told.oldest_age[3], 2 * kStep);
}

TEST_F(LogHistoryTest, a_receipt_that_is_dated_before_its_record_leaves_nothing_waiting) {
  clock.advance(3 * kStep);
  append();
  clock.set_wall(from + kStep);
  ASSERT_TRUE(settle(1));
  EXPECT_EQ(history(5).waiting, (Figures{0, 0, 0, 0, 0}));
  EXPECT_EQ(history(5).received, (Figures{0, 1, 0, 0, 0}));
}

TEST_F(LogHistoryTest, where_old_rows_are_pruned_it_begins_with_the_first_that_is_there) {
  const auto event = draft();
  ASSERT_TRUE(outbox.append(*db, event));
  append();
  clock.advance(std::chrono::days{3});
  auto checkpoint = draft("checkpoint");
  checkpoint.attributes["type"] = kCheckpointType;
  ASSERT_TRUE(outbox.append(*db, checkpoint));
  ASSERT_TRUE(settle(3, {{1, id_of(event), "too large", false}}));
  const auto begun = clock.wall();
  clock.advance(std::chrono::days{2});
  ASSERT_GT(outbox.prune(*db, begun + kStep, 100), 0U);
  EXPECT_EQ(read_recent(*db, from).complete_from, begun) << "the parked one of before stands alone";
}

TEST_F(LogHistoryTest, a_stream_that_was_opened_without_a_clock_says_nothing_of_when_the_box_began) {
  clock.set_wall(WallTime{});
  append();
  EXPECT_FALSE(first_opened(*db));
  EXPECT_EQ(read_recent(*db, from).complete_from, from);
}

TEST_F(LogHistoryTest, a_wrong_clock_s_dates_do_not_end_the_reading) {
  append();
  const auto right = clock.wall();
  clock.set_wall(WallTime{});
  append();
  ASSERT_TRUE(settle(2));
  clock.set_wall(right + kStep);
  EXPECT_EQ(history(2).recorded, (Figures{1, 0}));
}

TEST_F(LogHistoryTest, behind_many_old_records_nothing_is_looked_for) {
  clock.set_wall(from - std::chrono::days{2});
  for (size_t i = 0; i < kOldRecordsInARow; ++i) append();
  ASSERT_TRUE(settle(kOldRecordsInARow));
  clock.set_wall(from);
  append();
  const auto read = read_recent(*db, from);
  EXPECT_EQ(read.moments.size(), 1U);
  EXPECT_EQ(read.complete_from, from);
}

}  // namespace
}  // namespace millrace::delivery

#include "edge/publish/caretaker.hpp"

#include <optional>

#include <gtest/gtest.h>

#include "millrace/events/v1/stream.pb.h"
#include "tests/support/loop.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

constexpr store::Migration kMigrations[] = {{1, delivery::kOutboxSchema1}, {2, delivery::kOutboxSchema2}};
constexpr std::chrono::days kRetention{7};

class CaretakerTest : public testing::Test {
 protected:
  CaretakerTest() {
    auto db = store::Connection::open(file(), store::Connection::Mode::writer).value();
    EXPECT_TRUE(store::migrate(*db, kMigrations));
    writer.emplace(std::move(db), loop.context().get_executor());
    reader = store::Connection::open(file(), store::Connection::Mode::reader).value();
    caretaker.emplace(Caretaker::Parts{.writer = *writer,
                                       .reader = *reader,
                                       .outbox = outbox,
                                       .clock = clock,
                                       .site = "demo",
                                       .edge = "box-1",
                                       .retention = kRetention,
                                       .recorded = [this] { ++recorded; },
                                       .prune_answers =
                                           [this](store::Connection&, uint64_t most) {
                                             const auto now = std::min(old_attempts, most);
                                             old_attempts -= now;
                                             return now;
                                           }});
  }
  std::filesystem::path file() const { return folder.path() / "edge.db"; }

  void commit(const store::Writer::Job& job) {
    bool done = false;
    writer->submit(job, [&done](const Result<>& result) {
      EXPECT_TRUE(result);
      done = true;
    });
    ASSERT_TRUE(loop.until([&] { return done; }));
  }
  void append() {
    commit([this](store::Connection& db) -> Result<> {
      delivery::Event event;
      event.attributes = {{"id", Uuid::v7(clock.wall()).string()},
                          {"source", "/sites/demo/edges/box-1"},
                          {"type", "millrace.test.completed.v1"},
                          {"partitionkey", "operator:op-1"}};
      const auto appended = outbox.append(db, std::move(event));
      return appended ? Result<>() : std::unexpected(appended.error());
    });
  }
  void settle_all() {
    commit([this](store::Connection& db) -> Result<> {
      const auto at = delivery::read_position(db).value();
      const auto settled = outbox.settle(db, at.stream_id, at.last_sequence, at.last_hash, {});
      return settled ? Result<>() : std::unexpected(settled.error());
    });
  }
  /// Whatever the looks started is committed: the writer is first come, first served.
  void look() {
    caretaker->look();
    commit([](store::Connection&) -> Result<> { return {}; });
  }
  std::vector<delivery::StoredRecord> records() {
    return delivery::read_records(*reader, first, 1'000, 10'000'000);
  }
  delivery::StreamPosition position() { return delivery::read_position(*reader).value(); }

  test::Loop loop;
  test::TempFolder folder;
  ManualClock clock;
  delivery::Outbox outbox{SigningKey::generate(), clock};
  std::unique_ptr<store::Connection> reader;
  std::optional<Caretaker> caretaker;
  std::optional<store::Writer> writer;
  uint64_t first = 1;
  int recorded = 0;
  uint64_t old_attempts = 0;  // the writer's
};

TEST_F(CaretakerTest, a_stream_vouches_for_its_position_once_a_day_also_when_nothing_happens) {
  look();
  EXPECT_EQ(recorded, 0) << "there is no stream yet";
  append();
  const auto before = position();
  look();
  EXPECT_EQ(recorded, 0) << "the day is not over";
  clock.advance(kCheckpointEvery);
  look();
  look();
  ASSERT_EQ(recorded, 1);
  const auto checkpoint = records().back().event;
  EXPECT_EQ(checkpoint.get("type"), delivery::kCheckpointType);
  EXPECT_EQ(checkpoint.get("partitionkey"), "stream:" + before.stream_id.string());
  events::v1::StreamCheckpoint message;
  ASSERT_TRUE(message.ParseFromArray(checkpoint.data.data(), static_cast<int>(checkpoint.data.size())));
  EXPECT_EQ(message.sequence(), before.last_sequence);
  EXPECT_EQ(Bytes(message.hash().begin(), message.hash().end()),
            Bytes(before.last_hash.begin(), before.last_hash.end()));
  EXPECT_TRUE(message.previous_stream_id().empty());
  clock.advance(kCheckpointEvery);
  look();
  EXPECT_EQ(recorded, 2);
}

TEST_F(CaretakerTest, a_clock_that_went_back_does_not_put_the_next_checkpoint_off) {
  const delivery::Checkpoint last{3, clock.wall()};
  EXPECT_FALSE(is_checkpoint_due(last, clock.wall()));
  EXPECT_FALSE(is_checkpoint_due(last, clock.wall() + kCheckpointEvery - Millis{1}));
  EXPECT_TRUE(is_checkpoint_due(last, clock.wall() + kCheckpointEvery));
  EXPECT_TRUE(is_checkpoint_due(last, clock.wall() - Millis{1}));
}

TEST_F(CaretakerTest, old_settled_records_go_when_their_time_is_over_a_little_at_a_time) {
  const auto old = kMostRowsPrunedAtOnce + 10;
  for (uint64_t i = 0; i < old; ++i) append();
  clock.advance(kCheckpointEvery);
  look();
  settle_all();
  clock.advance(kRetention + std::chrono::hours{1});
  look();  // the first of the old ones, and another checkpoint
  settle_all();
  look();
  EXPECT_EQ(delivery::read_hash(*reader, old), std::nullopt);
  first = old + 2;
  EXPECT_EQ(records().size(), 1U) << "the newest checkpoint stays";
}

TEST_F(CaretakerTest, old_answers_go_a_few_attempts_at_a_time_and_not_by_a_clock_that_nobody_keeps_right) {
  old_attempts = 2 * kMostAttemptsPrunedAtOnce + 1;
  clock.set_state(ClockState::holdover);
  look();
  EXPECT_EQ(old_attempts, 2 * kMostAttemptsPrunedAtOnce + 1);
  clock.set_state(ClockState::synced);
  clock.advance(std::chrono::hours{1});
  look();
  EXPECT_EQ(old_attempts, kMostAttemptsPrunedAtOnce + 1);
  look();
  look();
  EXPECT_EQ(old_attempts, 0U);
}

}  // namespace
}  // namespace millrace::edge

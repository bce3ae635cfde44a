// The simulator's disk and the real one are the same log: whatever is done to both, both show the same.
#include "tests/simulation/log_model.hpp"

#include <filesystem>

#include <unistd.h>

#include <gtest/gtest.h>

#include "core/delivery/outbox_reader.hpp"

namespace millrace::simulation {
namespace {

using delivery::find_record;
using delivery::read_hash;
using delivery::read_position;
using delivery::read_records;

constexpr store::Migration kMigrations[] = {{1, delivery::kOutboxSchema1}, {2, delivery::kOutboxSchema2}};
constexpr uint64_t kSeeds = 12;
constexpr int kSteps = 120;

class BothLogs {
 public:
  explicit BothLogs(uint64_t seed) : random_(seed) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    db_ = store::Connection::open(folder_ / "edge.db", store::Connection::Mode::writer).value();
    EXPECT_TRUE(store::migrate(*db_, kMigrations));
  }
  ~BothLogs() {
    db_.reset();
    std::filesystem::remove_all(folder_);
  }
  BothLogs(const BothLogs&) = delete;
  BothLogs& operator=(const BothLogs&) = delete;

  void step() {
    clock_.advance(Millis{10});
    switch (random_.below(12)) {
      case 10:
      case 11:
        return decide();
      case 0:
        return leave();
      case 1:
      case 2:
      case 3:
        return settle();
      case 4:
        return append(ids_.empty() ? new_id() : ids_[random_.below(ids_.size())]);
      default:
        return append(new_id());
    }
  }

  void compare() {
    const auto real = read_position(*db_);
    ASSERT_EQ(real.has_value(), !model_.position().stream_id.is_nil());
    if (!real) return;
    ASSERT_EQ(real->last_sequence, model_.position().last_sequence);
    ASSERT_EQ(real->settled_through, model_.position().settled_through);
    const auto records = read_records(*db_, 1, 10'000, 100'000'000);
    ASSERT_EQ(records.size(), real->last_sequence);
    for (const auto& record : records) {
      const auto& row = model_.row(record.sequence);
      const auto& id = row.truth->record->event_id();
      ASSERT_EQ(record.event.get("id"), id.string());
      ASSERT_EQ(record.event.get("recordedtime"), row.truth->record->event().get("recordedtime"));
      if (row.state == delivery::RecordState::replayed) continue;  // the event lives in another row
      const auto status = find_record(*db_, id);
      ASSERT_TRUE(status);
      ASSERT_EQ(to_string(status->state), to_string(row.state)) << "record " << record.sequence;
    }
    for (const auto& id : ids_) ASSERT_EQ(find_record(*db_, id).has_value(), model_.is_recorded(id));
  }

 private:
  Uuid new_id() {
    const auto id = Uuid::v7(clock_.wall());
    ids_.push_back(id);
    return id;
  }
  Draft draft(const Uuid& id) const {
    return {id, 1, 1, false, false, clock_.wall(), ClockState::synced, {}};
  }
  static delivery::Event event_of(const Uuid& id) {
    delivery::Event event;
    event.attributes = {{"id", id.string()},
                        {"source", "/sites/sim/edges/box"},
                        {"type", "millrace.test.completed.v1"},
                        {"partitionkey", "operator:op-1"}};
    event.data.assign(id.bytes.begin(), id.bytes.end());
    return event;
  }

  void append(const Uuid& id) {
    const auto real = outbox_.append(*db_, event_of(id));
    if (!real) ASSERT_EQ(real.error().kind, ErrorKind::conflict);
    ASSERT_EQ(real.has_value(), model_.append(draft(id), random_, ledger_));
  }

  /// A receipt, as often as not one that is wrong in some way.
  void settle() {
    const auto position = read_position(*db_);
    if (!position) return;
    const auto through = random_.below(position->last_sequence + 3);
    std::vector<delivery::Parking> parkings;
    for (auto left = random_.below(3); left > 0; --left) {
      const auto sequence = 1 + random_.below(position->last_sequence);
      auto id = model_.row(sequence).truth->record->event_id();
      if (random_.chance(200)) id = new_id();
      parkings.push_back({sequence, id, "refused", false});
    }
    const auto wrong_hash = random_.chance(200);
    const auto hash = [&](const std::optional<delivery::Hash>& own) {
      return wrong_hash || !own ? delivery::Hash{9} : *own;
    };
    const auto wrong_stream = random_.chance(100);
    const auto real = outbox_.settle(*db_, wrong_stream ? Uuid{} : position->stream_id, through,
                                     hash(read_hash(*db_, through)), parkings);
    const auto model = model_.settle(wrong_stream ? Uuid{} : model_.position().stream_id, through,
                                     hash(model_.hash_at(through)), parkings);
    ASSERT_EQ(real.has_value(), model.has_value());
    if (!real) return;
    ASSERT_EQ(real->settled, model->settled.size());
    ASSERT_EQ(real->parked, model->parkings);
    ASSERT_EQ(real->through, model->through);
  }

  void decide() {
    const auto position = read_position(*db_);
    if (!position) return;
    const delivery::RecordPlace place{position->stream_id, random_.below(position->last_sequence + 2)};
    const delivery::Decision decision{"root", "why"};
    if (random_.chance(300)) {
      ASSERT_EQ(outbox_.discard(*db_, place, decision).has_value(),
                model_.discard(place.sequence) != nullptr);
    } else {
      const auto real = outbox_.replay(*db_, place, decision);
      ASSERT_EQ(real.has_value(), model_.replay(place.sequence, false, ledger_) != nullptr);
    }
  }

  void leave() {
    const auto opening = new_id();
    const auto real = outbox_.open_new_stream(
        *db_, [&](const auto& /*old*/, const auto& /*fresh*/) { return event_of(opening); });
    ASSERT_EQ(real.has_value(), !model_.position().stream_id.is_nil());
    if (real) model_.open_new_stream(draft(opening), random_, ledger_);
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("logs-" + std::to_string(::getpid()));
  Random random_;
  World world_{1, false};
  Ledger ledger_{world_};
  ManualClock clock_;
  std::unique_ptr<store::Connection> db_;
  delivery::Outbox outbox_{SigningKey::generate(), clock_};
  LogModel model_;
  std::vector<Uuid> ids_;
};

TEST(LogModel, is_what_the_outbox_is) {
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    BothLogs logs(seed);
    for (int step = 0; step < kSteps; ++step) {
      logs.step();
      logs.compare();
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace millrace::simulation

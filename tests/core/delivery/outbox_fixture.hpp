// An outbox on a disk of its own, with a clock turned by hand.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include "core/delivery/outbox_reader.hpp"

namespace millrace::delivery {

inline constexpr store::Migration kMigrations[] = {{1, kOutboxSchema1}, {2, kOutboxSchema2}};

class OutboxTest : public testing::Test {
 public:
  ~OutboxTest() override {
    db.reset();
    std::filesystem::remove_all(folder);
  }

 protected:
  OutboxTest()
      : folder(std::filesystem::path(testing::TempDir()) / ("outbox-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    open();
  }
  void open() {
    db.reset();
    db = store::Connection::open(folder / "edge.db", store::Connection::Mode::writer).value();
    ASSERT_TRUE(store::migrate(*db, kMigrations));
  }
  Event draft(std::string data = "data") {
    Event event;
    event.attributes = {{"id", Uuid::v7(clock.wall()).string()},
                        {"source", "/sites/demo/edges/box-1"},
                        {"type", "millrace.test.completed.v1"},
                        {"partitionkey", "operator:op-1"}};
    event.data.assign(data.begin(), data.end());
    return event;
  }
  Appended append() { return outbox.append(*db, draft()).value(); }
  Result<Settled> settle(uint64_t through, const std::vector<Parking>& parkings = {}) {
    return outbox.settle(*db, read_position(*db)->stream_id, through, *read_hash(*db, through), parkings);
  }
  RecordState state_of(const Event& event) { return find_record(*db, id_of(event))->state; }
  static Uuid id_of(const Event& event) { return Uuid::parse(event.get("id")).value(); }
  std::vector<StoredRecord> records(uint64_t from = 1) { return read_records(*db, from, 1'000, 100'000'000); }

  std::filesystem::path folder;
  ManualClock clock;
  std::unique_ptr<store::Connection> db;
  Outbox outbox{SigningKey::generate(), clock};
};

}  // namespace millrace::delivery

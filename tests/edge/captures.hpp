// Captures over a real database, with a clock turned by hand.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>

#include "core/delivery/outbox_reader.hpp"
#include "edge/capture/capture.hpp"
#include "edge/capture/edge_schema.hpp"
#include "edge/capture/query.hpp"
#include "millrace/events/v1/test.pb.h"
#include "tests/edge/support/test_content.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {

namespace pb = millrace::events::v1;

class Captures : public ::testing::Test {
 protected:
  void SetUp() override {
    test::write_content(folder_.path());
    content_.emplace(ContentFolder::load(test::content_paths(folder_.path())).value());
    start();
  }
  void TearDown() override { stop(); }

  void start(uint64_t quota = delivery::kDefaultOutboxQuotaBytes) {
    auto db = store::Connection::open(file(), store::Connection::Mode::writer).value();
    ASSERT_TRUE(store::migrate(*db, kEdgeMigrations));
    writer_ = std::make_unique<store::Writer>(std::move(db), loop_.executor());
    reader_ = store::Connection::open(file(), store::Connection::Mode::reader).value();
    outbox_.emplace(SigningKey::load_or_create(folder_.path() / "edge.key").value(), clock_, quota);
    attempts_.emplace(Uuid::v7(clock_.wall()));
    const Place place{"demo", "box-1", "area", "line", "st-1"};
    capture_.emplace(Capture::Parts{*writer_, *outbox_, clock_, *attempts_, place, "boot",
                                    [this] { return has_room_; }, tells_times_});
  }
  void stop() {
    capture_.reset();
    writer_.reset();
    reader_.reset();
  }
  /// The process ends and comes back.
  void restart(uint64_t quota = delivery::kDefaultOutboxQuotaBytes) {
    stop();
    start(quota);
  }

  template <class T>
  T await(boost::asio::awaitable<T> work) {
    std::optional<T> result;
    boost::asio::co_spawn(loop_.context(), std::move(work), [&](const std::exception_ptr& failed, T value) {
      if (failed) std::rethrow_exception(failed);
      result = std::move(value);
    });
    EXPECT_TRUE(loop_.until([&] { return result.has_value(); }));
    return std::move(*result);
  }
  void await(boost::asio::awaitable<void> work) {
    bool done = false;
    boost::asio::co_spawn(loop_.context(), std::move(work), [&](const std::exception_ptr&) { done = true; });
    EXPECT_TRUE(loop_.until([&] { return done; }));
  }

  std::filesystem::path file() const { return folder_.path() / "edge.db"; }
  Uuid key() {
    clock_.advance(Millis{1});
    return Uuid::v7(clock_.wall());
  }
  Write write(const Uuid& with_key, const std::string& who = "op-1", const std::string& kiosk = "k1") const {
    return {who, kiosk, with_key, content_->current().packages};
  }
  Outcome<Opened> open(const Uuid& with_key, const std::string& assignment = "as-1",
                       const std::string& language = "en", const std::string& who = "op-1",
                       const std::string& kiosk = "k1") {
    std::optional<Assignment> found;
    const auto* known = content_->current().assignments->find(assignment);
    if (known != nullptr && known->operator_id == who) found = *known;
    return await(capture_->open(write(with_key, who, kiosk), assignment, found, language));
  }
  Outcome<Saved> save(const Uuid& with_key, const Opened& at, const std::string& item, Response response,
                      bool flagged = false) {
    return await(
        capture_->save(write(with_key), at.attempt_id, at.lease, item, std::move(response), flagged));
  }
  /// As `save`, where the screen says how long the question was shown.
  Outcome<Saved> save_shown(const Uuid& with_key, const Opened& at, const std::string& item,
                            Response response, Millis shown) {
    return await(capture_->save(write(with_key), at.attempt_id, at.lease, item, std::move(response), false,
                                {.shown_ms = shown}));
  }
  Outcome<Submitted> submit(const Uuid& with_key, const Opened& at, const std::string& who = "op-1") {
    return await(capture_->submit(write(with_key, who), at.attempt_id, at.lease));
  }
  void answer_all(const Opened& at) {
    ASSERT_TRUE(save(key(), at, "valve", Choice{"a"}));
    ASSERT_TRUE(save(key(), at, "signs", Choices{{"a"}}));
    ASSERT_TRUE(save(key(), at, "dry", Truth{false}));
    ASSERT_TRUE(save(key(), at, "pressure", Number{"6.2"}));
  }
  int64_t count(std::string_view sql) {
    Query row(*reader_, sql);
    row->step();
    return row->integer(0);
  }
  std::vector<delivery::StoredRecord> records() {
    return delivery::read_records(*reader_, 1, 100, 1024 * 1024);
  }
  pb::TestCompleted completion(size_t number = 0) {
    pb::TestCompleted message;
    const auto data = records().at(number).event.data;
    EXPECT_TRUE(message.ParseFromArray(data.data(), static_cast<int>(data.size())));
    return message;
  }

  millrace::test::TempFolder folder_;
  ManualClock clock_;
  millrace::test::Loop loop_;
  std::optional<ContentFolder> content_;
  std::optional<delivery::Outbox> outbox_;
  std::optional<AttemptStore> attempts_;
  std::unique_ptr<store::Writer> writer_;
  std::unique_ptr<store::Connection> reader_;
  std::optional<Capture> capture_;
  bool has_room_ = true;
  bool tells_times_ = true;
};

}  // namespace millrace::edge

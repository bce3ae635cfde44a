#include "edge/publish/publisher.hpp"

#include <filesystem>
#include <ranges>
#include <set>

#include <unistd.h>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "millrace/delivery/v1/delivery.pb.h"
#include "relay_stand_in.hpp"
#include "tests/support/mosquitto.hpp"

namespace millrace::edge {
namespace {

constexpr store::Migration kOutboxOnly[] = {{1, delivery::kOutboxSchema1}, {2, delivery::kOutboxSchema2}};

/// A plant box without its kiosk: log, writer and publisher, against a real broker.
class PublisherTest : public testing::Test {
 public:
  ~PublisherTest() override {
    publisher.reset();
    relay.reset();
    writer.reset();
    reader.reset();
    std::filesystem::remove_all(folder);
  }

 protected:
  PublisherTest()
      : folder(std::filesystem::path(testing::TempDir()) / ("box-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    auto db = store::Connection::open(folder / "edge.db", store::Connection::Mode::writer).value();
    EXPECT_TRUE(store::migrate(*db, kOutboxOnly));
    writer.emplace(std::move(db), loop.executor());
    reader = store::Connection::open(folder / "edge.db", store::Connection::Mode::reader).value();
    options.site = "demo";
    options.edge = "box-1";
    options.version = "0.1.0";
    options.broker.host = "127.0.0.1";
    options.broker.reconnect_first = Millis{50};
    options.broker.reconnect_most = Millis{200};
    options.limits.window_records = 32;
    options.limits.resend_first = Millis{600};
    options.limits.resend_most = Millis{1'200};
  }

  void start_relay(const std::string& instance = "first") {
    relay.emplace(loop, broker.port(), outbox.public_key(), instance);
    if (silent) relay->answer = [](const RelayStandIn::Receipt&) {};
    ASSERT_TRUE(relay->start());
  }
  void start() {
    options.broker.port = broker.port();
    publisher.emplace(Publisher::Parts{loop.executor(), *writer, *reader, outbox, clock, registry, alarms},
                      options,
                      Publisher::Listeners{
                          .on_settled = [this](const delivery::Settled& settled) { told.push_back(settled); },
                          .on_links = [this] { ++link_changes; }});
    ASSERT_TRUE(publisher->start());
  }
  /// Records events as the capture does, in one commit, and wakes the publisher.
  void record(size_t count, bool wake = true) {
    bool done = false;
    std::vector<delivery::Event> events;
    for (size_t i = 0; i < count; ++i) {
      delivery::Event event;
      event.attributes = {{"id", Uuid::v7(clock.wall()).string()},
                          {"source", "/sites/demo/edges/box-1"},
                          {"type", "millrace.test.completed.v1"},
                          {"time", rfc3339(clock.wall())},
                          {"datacontenttype", "application/protobuf"},
                          {"dataschema", "millrace.events.v1.TestCompleted"},
                          {"partitionkey", "operator:op-" + std::to_string(i % 5)}};
      event.data = Bytes(200, static_cast<uint8_t>(i));
      events.push_back(std::move(event));
    }
    recorded.insert(recorded.end(), events.begin(), events.end());
    writer->submit(
        [this, events](store::Connection& db) -> Result<> {
          for (const auto& event : events) {
            if (auto appended = outbox.append(db, event); !appended) return std::unexpected(appended.error());
          }
          return {};
        },
        [&](const Result<>& result) {
          EXPECT_TRUE(result);
          done = true;
        });
    ASSERT_TRUE(loop.until([&] { return done; }));
    if (wake && publisher) publisher->wake();
  }
  delivery::Backlog backlog() { return store::read(*reader, delivery::read_backlog).value(); }
  bool drains() {
    return loop.until([this] { return backlog().depth == 0; });
  }
  delivery::RecordState state_of(size_t index) {
    const auto id = Uuid::parse(recorded[index].get("id")).value();
    return store::read(*reader, [&](store::Connection& db) { return delivery::find_record(db, id); })
        .value()
        ->state;
  }
  static std::vector<std::string> ids(const std::vector<delivery::Event>& events) {
    std::vector<std::string> all;
    all.reserve(events.size());
    for (const auto& event : events) all.emplace_back(event.get("id"));
    return all;
  }

  test::Mosquitto broker{"set_tcp_nodelay true"};
  test::Loop loop;
  std::filesystem::path folder;
  SystemClock clock;
  delivery::Outbox outbox{SigningKey::generate(), clock};
  metrics::Registry registry;
  metrics::Alarms alarms{registry, clock};
  std::optional<store::Writer> writer;
  std::unique_ptr<store::Connection> reader;
  PublisherOptions options;
  std::vector<delivery::Settled> told;
  int link_changes = 0;
  std::vector<delivery::Event> recorded;
  bool silent = false;  // the relay answers nothing until it is told what
  std::optional<RelayStandIn> relay;
  std::optional<Publisher> publisher;
};

TEST_F(PublisherTest, what_is_recorded_arrives_in_order_byte_for_byte_and_settles) {
  start_relay();
  start();
  record(100);
  record(100);
  ASSERT_TRUE(drains());
  EXPECT_EQ(ids(relay->taken()), ids(recorded));
  for (size_t i = 0; i < recorded.size(); ++i) {
    EXPECT_EQ(relay->taken()[i].data, recorded[i].data);
    EXPECT_EQ(state_of(i), delivery::RecordState::settled);
  }
  EXPECT_TRUE(relay->complaints().empty()) << relay->complaints().front();
  // The disk has it a moment before the loop is told.
  EXPECT_TRUE(loop.until([&] { return !told.empty() && told.back().through == 200; }));
}

TEST_F(PublisherTest, a_row_leaves_only_on_a_receipt) {
  start();
  record(5);
  silent = true;
  start_relay();
  ASSERT_TRUE(loop.until([&] { return relay->taken().size() == 5; })) << "the relay has them all";
  loop.run_for(std::chrono::milliseconds{300});
  EXPECT_EQ(backlog().depth, 5U) << "and the broker has acknowledged them";
  EXPECT_TRUE(told.empty());
  relay->send(relay->receipt());
  EXPECT_TRUE(drains());
}

TEST_F(PublisherTest, a_backlog_drains_without_new_traffic_and_without_being_told) {
  record(150);
  start();
  record(150, false);
  start_relay();
  ASSERT_TRUE(drains());
  EXPECT_EQ(ids(relay->taken()), ids(recorded));
}

TEST_F(PublisherTest, lost_receipts_are_made_good_by_the_timer) {
  start_relay();
  int receipts = 0;
  relay->answer = [&](const RelayStandIn::Receipt& receipt) {
    if (++receipts % 11 == 0) relay->send(receipt);
  };
  start();
  record(100);
  ASSERT_TRUE(drains());
  EXPECT_EQ(ids(relay->taken()), ids(recorded));
  EXPECT_GT(relay->arrivals(), 100U);
  EXPECT_TRUE(relay->complaints().empty()) << relay->complaints().front();
}

TEST_F(PublisherTest, receipts_that_overtake_each_other_never_take_a_row_back) {
  start_relay();
  std::vector<RelayStandIn::Receipt> held;
  relay->answer = [&](const RelayStandIn::Receipt& receipt) {
    held.push_back(receipt);
    if (held.size() < 8) return;
    // The newest first, and an old one again at the end.
    for (const auto& one : std::views::reverse(held)) relay->send(one);
    held.clear();
  };
  start();
  record(96);
  ASSERT_TRUE(drains());
  uint64_t last = 0;
  for (const auto& settled : told) {
    EXPECT_GT(settled.through, last);
    last = settled.through;
  }
  loop.run_for(std::chrono::milliseconds{300});
  EXPECT_EQ(backlog().depth, 0U);
  EXPECT_TRUE(alarms.active().empty());
}

TEST_F(PublisherTest, a_broker_killed_and_restarted_empty_loses_nothing) {
  start_relay();
  int left = 60;
  relay->answer = [&](const RelayStandIn::Receipt& receipt) {
    if (left-- > 0) relay->send(receipt);
  };
  start();
  record(200);
  ASSERT_TRUE(loop.until([&] { return left <= 0; }));
  broker.kill();
  ASSERT_TRUE(loop.until([&] { return publisher->plant_link().state == LinkState::down; }));
  EXPECT_GE(backlog().depth, 100U);
  record(50);
  left = 1'000'000;
  broker.start();
  ASSERT_TRUE(drains());
  EXPECT_EQ(ids(relay->taken()), ids(recorded));
  EXPECT_TRUE(relay->complaints().empty()) << relay->complaints().front();
}

TEST_F(PublisherTest, a_relay_that_forgot_everything_gets_what_is_unsettled_again) {
  start_relay("first");
  int left = 20;
  relay->answer = [&](const RelayStandIn::Receipt& receipt) {
    if (left-- > 0) relay->send(receipt);
  };
  start();
  record(60);
  ASSERT_TRUE(loop.until([&] { return left <= 0 && backlog().depth == 40; }));
  options.limits.resend_first = Millis{60'000};
  start_relay("second");
  ASSERT_TRUE(drains());
  const auto all = ids(recorded);
  EXPECT_EQ(ids(relay->taken()), std::vector<std::string>(all.begin() + 20, all.end()));
}

TEST_F(PublisherTest, a_box_that_starts_again_goes_on_where_its_receipts_ended) {
  start_relay();
  relay->answer = [&](const RelayStandIn::Receipt& receipt) {
    if (receipt.settled_through() <= 10) relay->send(receipt);
  };
  start();
  record(30);
  ASSERT_TRUE(loop.until([&] { return backlog().depth == 20; }));
  publisher.reset();
  relay->answer = [&](const RelayStandIn::Receipt& receipt) { relay->send(receipt); };
  start();
  ASSERT_TRUE(drains());
  EXPECT_EQ(ids(relay->taken()), ids(recorded));
  EXPECT_TRUE(alarms.active().empty());
}

TEST_F(PublisherTest, a_parked_record_is_told_with_its_reason_and_the_rest_goes_on) {
  start_relay();
  relay->answer = [&](RelayStandIn::Receipt receipt) {
    if (receipt.settled_through() >= 2) {
      auto& parking = *receipt.add_parked();
      parking.set_sequence(2);
      const auto id = Uuid::parse(recorded[1].get("id")).value();
      parking.set_event_id(std::string(as_text(id.bytes)));
      parking.set_reason("larger than the entity allows");
    }
    relay->send(receipt);
  };
  start();
  record(4);
  ASSERT_TRUE(drains());
  EXPECT_EQ(state_of(0), delivery::RecordState::settled);
  EXPECT_EQ(state_of(1), delivery::RecordState::parked);
  EXPECT_EQ(state_of(3), delivery::RecordState::settled);
  // The disk has it a moment before the loop is told.
  ASSERT_TRUE(loop.until([&] { return !told.empty() && told.back().through == 4; }));
  std::vector<delivery::Parking> parked;
  for (const auto& settled : told) parked.insert(parked.end(), settled.parked.begin(), settled.parked.end());
  ASSERT_EQ(parked.size(), 1U);
  EXPECT_EQ(parked.front().reason, "larger than the entity allows");
  EXPECT_TRUE(loop.until([&] { return alarms.active().contains("records-parked"); }));
}

TEST_F(PublisherTest, a_receipt_about_another_past_opens_a_new_stream_and_everything_pending_arrives_there) {
  silent = true;
  start_relay();
  start();
  record(10);
  ASSERT_TRUE(loop.until([&] { return relay->taken().size() == 10; }));
  const auto old_stream = std::string(relay->taken().front().get("streamid"));
  relay->answer = [&](const RelayStandIn::Receipt& receipt) { relay->send(receipt); };
  auto forward = relay->receipt();
  forward.set_settled_through(500);  // this disk is an old backup: the relay has seen more
  relay->send(forward);
  ASSERT_TRUE(loop.until([&] { return relay->taken().size() >= 21; }));
  ASSERT_TRUE(drains());
  const auto& opening = relay->taken()[10];
  EXPECT_EQ(opening.get("type"), "millrace.stream.checkpoint.v1");
  EXPECT_NE(opening.get("streamid"), old_stream);
  EXPECT_EQ(opening.get("sequence"), "00000000000000000001");
  const std::vector<delivery::Event> moved(relay->taken().begin() + 11, relay->taken().end());
  EXPECT_EQ(ids(moved), ids(recorded)) << "under their old event ids";
  EXPECT_TRUE(relay->complaints().empty()) << relay->complaints().front();
  EXPECT_TRUE(alarms.active().contains("stream-replaced"));
}

TEST_F(PublisherTest, an_unreadable_receipt_changes_nothing) {
  silent = true;
  start_relay();
  start();
  record(3);
  ASSERT_TRUE(loop.until([&] { return relay->taken().size() == 3; }));
  auto bad = relay->receipt();
  bad.set_settled_hash("short");
  relay->send(bad);
  loop.run_for(std::chrono::milliseconds{200});
  EXPECT_EQ(backlog().depth, 3U);
  EXPECT_NE(registry.text().find("millrace_edge_unreadable_messages_total 1"), std::string::npos);
}

TEST_F(PublisherTest, the_links_say_how_far_the_way_is_open) {
  start();
  EXPECT_EQ(publisher->plant_link().state, LinkState::down);
  EXPECT_EQ(publisher->centre_link().state, LinkState::unknown);
  ASSERT_TRUE(loop.until([&] { return publisher->plant_link().state == LinkState::up; }));
  EXPECT_EQ(publisher->centre_link().state, LinkState::unknown);
  start_relay();
  ASSERT_TRUE(loop.until([&] { return publisher->centre_link().state == LinkState::up; }));
  relay->say(true, false);
  ASSERT_TRUE(loop.until([&] { return publisher->centre_link().state == LinkState::down; }));
  broker.kill();
  ASSERT_TRUE(loop.until([&] { return publisher->plant_link().state == LinkState::down; }));
  EXPECT_EQ(publisher->centre_link().state, LinkState::unknown);
  EXPECT_GE(link_changes, 4);
}

TEST_F(PublisherTest, the_box_says_where_it_stands_and_goodbye) {
  start_relay();
  start();
  record(3);
  ASSERT_TRUE(drains());
  const auto last_state = [&] {
    delivery::v1::EdgeState state;
    const auto& payload = relay->box_states().back().payload;
    EXPECT_TRUE(state.ParseFromArray(payload.data(), static_cast<int>(payload.size())));
    return state;
  };
  ASSERT_TRUE(loop.until([&] { return !relay->box_states().empty(); }));
  EXPECT_TRUE(last_state().online());
  EXPECT_EQ(last_state().version(), "0.1.0");
  bool stopped = false;
  boost::asio::co_spawn(
      loop.context(),
      [&]() -> boost::asio::awaitable<void> {
        co_await publisher->stop();
        stopped = true;
      },
      boost::asio::detached);
  ASSERT_TRUE(loop.until([&] { return stopped && !last_state().online(); }));
  EXPECT_EQ(last_state().connection_number(), 1U);
}

}  // namespace
}  // namespace millrace::edge

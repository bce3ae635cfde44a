// The relay's whole path with a real Mosquitto and a scripted sink.
#include <fstream>
#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "fake_box.hpp"
#include "relay/cloud_relay.hpp"
#include "scripted_sink.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::relay {
namespace {

using delivery::Outcome;
using delivery::testing::Chain;

class RelayPathTest : public ::testing::Test {
 protected:
  RelayPathTest() { trust(chain, "box-1"); }
  ~RelayPathTest() override { crash(); }

  void trust(const Chain& whose, const std::string& edge) const {
    const auto [id, key] = *whose.keys().begin();
    std::filesystem::create_directories(folder.path() / "boxes.d");
    std::ofstream(folder.path() / "boxes.d" / ("demo-" + edge + ".toml"))
        << "site = \"demo\"\nedge = \"" << edge << "\"\n[[key]]\nid = \"" << id << "\"\npublic_key = \""
        << base64url(key) << "\"\n";
  }
  void start(bool sink_up = true) {
    RelayConfig config;
    config.name = "relay-1";
    config.data_dir = folder.path() / "data";
    config.boxes_dir = folder.path() / "boxes.d";
    config.brokers.push_back({"127.0.0.1", broker.port(), std::nullopt});
    config.sink.events = "millrace-events";
    config.sink.duplicate_window = std::chrono::hours{24};
    config.http.address = "127.0.0.1";
    auto trusted = Trust::load(config.boxes_dir);
    ASSERT_TRUE(trusted) << trusted.error().message;
    auto made = std::make_unique<ScriptedSink>(loop.executor(), bus, sink_up);
    sink = made.get();
    relay = std::make_unique<CloudRelay>(loop.context(), std::move(config), std::move(*trusted), clock,
                                         std::move(made), "test");
    const auto started = relay->start();
    ASSERT_TRUE(started) << started.error().message;
    const auto instance = relay->instance();
    ASSERT_TRUE(loop.until([&] {
      return box.connected() && !box.states.empty() && box.states.back().online() &&
             box.states.back().instance_id() == instance;
    })) << "the relay says that it is there";
  }
  void stop() {
    if (!relay) return;
    bool stopped = false;
    boost::asio::co_spawn(loop.context(), relay->stop(), [&](const std::exception_ptr&) { stopped = true; });
    EXPECT_TRUE(loop.until([&] { return stopped; }));
    relay.reset();
  }
  /// As a crash: what was on the way is gone, what was committed is on disk.
  void crash() { relay.reset(); }
  bool settled(uint64_t through) {
    return loop.until([&] { return box.settled_through() == through; });
  }
  std::vector<std::string> ids(uint64_t from, uint64_t to) const {
    std::vector<std::string> out;
    for (auto sequence = from; sequence <= to; ++sequence) {
      out.emplace_back(chain.event(sequence).get(delivery::attr::id));
    }
    return out;
  }

  SystemClock clock;
  Chain chain;
  test::TempFolder folder;
  test::Mosquitto broker;
  test::Loop loop;
  ScriptedBus bus;
  FakeBox box{loop, broker.port()};
  ScriptedSink* sink = nullptr;
  std::unique_ptr<CloudRelay> relay;
};

TEST_F(RelayPathTest, records_reach_the_sink_in_order_and_are_receipted_with_their_hash) {
  chain.append(20);
  start();
  box.publish(chain, 1, 20);
  ASSERT_TRUE(settled(20));
  EXPECT_EQ(bus.stored_ids("operator:op-1"), ids(1, 20));
  EXPECT_EQ(box.receipts.back().settled_hash(), as_text(chain.hash(20)));
  EXPECT_EQ(box.receipts.back().relay_instance(), relay->instance());
  const auto& last = bus.stored.back();
  EXPECT_EQ(last.entity, "millrace-events");
  EXPECT_EQ(last.message.body, chain.event(20).data) << "the bytes that the box signed";
  EXPECT_TRUE(last.possible_duplicate) << "recorded long before the duplicate window";
}

TEST_F(RelayPathTest, sessions_run_side_by_side_and_each_keeps_its_order) {
  for (int round = 0; round < 30; ++round) chain.append("operator:op-" + std::to_string(round % 3));
  start();
  box.publish(chain, 1, 30);
  ASSERT_TRUE(settled(30));
  for (int session = 0; session < 3; ++session) {
    std::vector<std::string> expected;
    for (uint64_t sequence = 1; sequence <= 30; ++sequence) {
      if (static_cast<int>((sequence - 1) % 3) == session) expected.push_back(ids(sequence, sequence)[0]);
    }
    EXPECT_EQ(bus.stored_ids("operator:op-" + std::to_string(session)), expected);
  }
}

TEST_F(RelayPathTest, a_busy_sink_pauses_everything_and_nothing_is_lost_or_parked) {
  chain.append(10);
  int busy = 3;
  bus.answer = [&](const Outbound&) -> std::optional<Outcome> {
    if (busy > 0 && busy-- > 0) return Outcome{Outcome::Kind::sink_trouble, "server busy", Millis{0}};
    return Outcome{Outcome::Kind::accepted, "", Millis{0}};
  };
  start();
  box.publish(chain, 1, 10);
  ASSERT_TRUE(settled(10));
  EXPECT_EQ(bus.stored_ids("operator:op-1"), ids(1, 10));
  EXPECT_EQ(box.receipts.back().parked_size(), 0);
  EXPECT_TRUE(std::ranges::any_of(box.states, [](const auto& state) {
    return state.sink() == millrace::delivery::v1::SINK_STATE_PAUSED && state.sink_reason() == "server busy";
  }));
}

TEST_F(RelayPathTest, a_record_refused_for_good_is_withheld_in_its_place_and_the_session_goes_on) {
  chain.append(3);
  const auto poison = ids(2, 2)[0];
  bus.answer = [&](const Outbound& outbound) -> std::optional<Outcome> {
    if (outbound.message.message_id == poison) return Outcome{Outcome::Kind::refused, "too large", Millis{0}};
    return Outcome{Outcome::Kind::accepted, "", Millis{0}};
  };
  start();
  box.publish(chain, 1, 3);
  ASSERT_TRUE(settled(3));
  EXPECT_EQ(bus.stored_ids("operator:op-1"),
            (std::vector<std::string>{ids(1, 1)[0], poison + "/withheld", ids(3, 3)[0]}));
  ASSERT_EQ(box.receipts.back().parked_size(), 1);
  const auto& parked = box.receipts.back().parked(0);
  EXPECT_EQ(parked.sequence(), 2u);
  EXPECT_EQ(parked.reason(), "too large");
  EXPECT_EQ(parked.event_id(), as_text(chain.record(2)->event_id().bytes));
}

TEST_F(RelayPathTest, a_detach_leaves_sends_in_doubt_and_they_are_made_again) {
  chain.append(5);
  start();
  bool mute = true;
  bus.answer = [&](const Outbound&) -> std::optional<Outcome> {
    if (mute) return std::nullopt;
    return Outcome{Outcome::Kind::accepted, "", Millis{0}};
  };
  box.publish(chain, 1, 5);
  ASSERT_TRUE(loop.until([&] { return sink->unanswered() == 1; })) << "one unsettled send in the lane";
  mute = false;
  sink->go_down(true);
  loop.run_for(std::chrono::milliseconds{100});
  EXPECT_EQ(box.settled_through(), 0u);
  sink->come_up();
  ASSERT_TRUE(settled(5));
  EXPECT_EQ(bus.stored_ids("operator:op-1"), ids(1, 5)) << "the same MessageId: stored once";
  EXPECT_EQ(bus.sends, 6u);
}

TEST_F(RelayPathTest, a_relay_that_starts_without_its_sink_waits_for_it) {
  chain.append(4);
  start(false);
  box.publish(chain, 1, 4);
  loop.run_for(std::chrono::milliseconds{300});
  EXPECT_EQ(bus.sends, 0u);
  sink->come_up();
  ASSERT_TRUE(settled(4));
}

TEST_F(RelayPathTest, a_wrong_key_is_refused_and_the_box_is_told_why) {
  chain.append(1);
  const Chain other(1, 8);
  trust(other, "box-1");  // the administrator entered another key
  start();
  box.publish(chain, 1, 1);
  ASSERT_TRUE(loop.until([&] { return !box.receipts.empty(); }));
  EXPECT_THAT(box.receipts.back().halted_reason(), ::testing::HasSubstr("boxes.d/demo-box-1.toml"));
  EXPECT_TRUE(box.receipts.back().settled_hash().empty()) << "it moves nothing";
  EXPECT_EQ(bus.sends, 0u);
}

TEST_F(RelayPathTest, a_key_that_is_entered_later_lets_the_box_go_on_without_a_restart) {
  chain.append(2);
  trust(Chain(1, 8), "box-1");
  start();
  box.publish(chain, 1, 2);
  ASSERT_TRUE(loop.until([&] { return !box.receipts.empty(); }));
  trust(chain, "box-1");
  ASSERT_TRUE(loop.until([&] {
    box.publish(chain, 1, 2);  // as a box does on its timer
    loop.run_for(std::chrono::milliseconds{500});
    return box.settled_through() == 2;
  }));
  EXPECT_TRUE(box.receipts.back().halted_reason().empty());
}

TEST_F(RelayPathTest, a_forged_message_changes_nothing_and_does_not_stop_the_box) {
  chain.append(3);
  start();
  box.publish(chain, 1, 1);
  auto forged = chain.event(2);
  forged.data[0] ^= 1;
  box.publish(forged);
  box.publish(chain, 2, 3);
  ASSERT_TRUE(settled(3));
  EXPECT_EQ(bus.stored_ids("operator:op-1"), ids(1, 3));
  EXPECT_EQ(bus.stored[1].message.body, chain.event(2).data);
}

TEST_F(RelayPathTest, a_restarted_relay_goes_on_where_it_stood) {
  chain.append(10);
  start();
  box.publish(chain, 1, 6);
  ASSERT_TRUE(settled(6));
  const auto before = relay->instance();
  stop();
  start();
  EXPECT_NE(relay->instance(), before);
  box.publish(chain, 7, 10, 7);
  ASSERT_TRUE(settled(10));
  EXPECT_EQ(bus.sends, 10u) << "nothing was sent twice";
}

TEST_F(RelayPathTest, a_crashed_relay_does_not_send_again_what_it_knows_to_be_settled_beyond) {
  chain.append("operator:first");
  chain.append("operator:slow");
  for (int left = 4; left > 0; --left) chain.append("operator:quick");
  bus.answer = [&](const Outbound& outbound) -> std::optional<Outcome> {
    if (outbound.message.group_id == "operator:slow") return std::nullopt;
    return Outcome{Outcome::Kind::accepted, "", Millis{0}};
  };
  start();
  box.publish(chain, 1, 1);
  ASSERT_TRUE(settled(1));
  box.publish(chain, 2, 6, 2);
  ASSERT_TRUE(loop.until([&] { return bus.stored.size() == 5; }));
  loop.run_for(std::chrono::milliseconds{200});  // the commit of what is settled beyond record 2
  crash();
  bus.answer = {};
  bus.sends = 0;
  start();
  box.publish(chain, 2, 6, 2);
  ASSERT_TRUE(settled(6));
  EXPECT_EQ(bus.sends, 1u) << "only the one that had no answer";
  EXPECT_EQ(bus.stored.size(), 6u);
}

TEST_F(RelayPathTest, a_broker_that_comes_back_empty_is_greeted_again) {
  chain.append(4);
  start();
  box.publish(chain, 1, 2);
  ASSERT_TRUE(settled(2));
  broker.kill();
  ASSERT_TRUE(loop.until([&] { return !box.connected(); }));
  box.states.clear();
  broker.start();
  ASSERT_TRUE(
      loop.until([&] { return box.connected() && !box.states.empty() && box.states.back().online(); }));
  box.publish(chain, 3, 4, 3);
  ASSERT_TRUE(settled(4));
  EXPECT_EQ(bus.stored_ids("operator:op-1"), ids(1, 4));
}

TEST_F(RelayPathTest, a_relay_that_stops_says_so) {
  start();
  stop();
  ASSERT_TRUE(loop.until([&] { return !box.states.back().online(); }));
}

}  // namespace
}  // namespace millrace::relay

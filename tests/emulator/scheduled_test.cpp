#include <gtest/gtest.h>

#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

using std::chrono::seconds;

class ScheduledTest : public BrokerTest {
 protected:
  ScheduledTest() {
    definitions.topics.push_back(
        {"events",
         {},
         {},
         {{"all", {}, {Rule::everything()}}, {"none", {}, {{"f", *SqlFilter::parse("1=0")}}}}});
  }
  Incoming later(const std::string& id, seconds in, const std::string& session = "") {
    auto incoming = message(id, session);
    incoming.scheduled = clock.wall() + in;
    return incoming;
  }
  Sequence schedule(const std::string& path, Incoming incoming) {
    return send(path, std::move(incoming))->sequences.at(0);
  }
  Answer<> cancel(const std::string& path, const std::vector<Sequence>& sequences) {
    return run([&](Change& change) { return bus().schedule(path)->cancel_scheduled(sequences, change); });
  }
};

TEST_F(ScheduledTest, a_message_waits_for_its_time_and_is_then_a_new_one) {
  EXPECT_EQ(schedule("plain", later("a", seconds{30})), 1);
  ASSERT_TRUE(send("plain", message("b")));
  EXPECT_EQ(take_id("plain"), "b");
  pass(seconds{29});
  EXPECT_FALSE(take("plain"));
  EXPECT_EQ(bus().next_deadline(now()), clock.mono() + seconds{1}) << "the lock of b runs out later";
  pass(seconds{1});
  const auto taken = take("plain");
  ASSERT_TRUE(taken);
  EXPECT_EQ(id_of(taken->message), "a");
  EXPECT_EQ(taken->message.sequence, 3);
  EXPECT_EQ(taken->message.enqueued, clock.wall());
  EXPECT_EQ(taken->message.scheduled, clock.wall());
  EXPECT_EQ(taken->message.state, MessageState::active);
}

TEST_F(ScheduledTest, the_time_that_has_come_is_now) {
  ASSERT_TRUE(send("plain", later("a", seconds{0})));
  ASSERT_TRUE(send("plain", later("b", seconds{-5})));
  EXPECT_EQ(take_id("plain"), "a");
  EXPECT_EQ(take_id("plain"), "b");
}

TEST_F(ScheduledTest, they_come_by_their_time_and_not_by_their_number) {
  schedule("plain", later("late", seconds{20}));
  schedule("plain", later("early", seconds{10}));
  pass(seconds{30});
  EXPECT_EQ(take_id("plain"), "early");
  EXPECT_EQ(take_id("plain"), "late");
}

TEST_F(ScheduledTest, peek_sees_them_and_nobody_defers_or_receives_them) {
  schedule("plain", later("a", seconds{60}));
  const auto seen = queue("plain").peek(1, 10, std::nullopt);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0]->state, MessageState::scheduled);
  Change change;
  EXPECT_FALSE(queue("plain").take_deferred({1}, std::nullopt, false, now(), change));
  EXPECT_FALSE(queue("plain").take_and_delete(1, nullptr, now(), change));
}

TEST_F(ScheduledTest, what_is_cancelled_never_comes_and_all_or_none_is) {
  const auto a = schedule("plain", later("a", seconds{60}));
  const auto b = schedule("plain", later("b", seconds{60}));
  ASSERT_TRUE(send("plain", message("c")));
  EXPECT_EQ(cancel("plain", {a, 3}).error().reason, Reason::message_not_found) << "c is not scheduled";
  EXPECT_EQ(cancel("plain", {a, 99}).error().reason, Reason::message_not_found);
  EXPECT_EQ(queue("plain").size(), 3U);
  EXPECT_TRUE(cancel("plain", {a, a}));
  EXPECT_EQ(count<RemoveMessage>(last), 1U);
  EXPECT_FALSE(cancel("plain", {a}));
  pass(seconds{60});
  EXPECT_EQ(take_id("plain"), "c");
  EXPECT_EQ(take_id("plain"), "b");
  EXPECT_FALSE(take("plain"));
  EXPECT_FALSE(cancel("plain", {b})) << "it has come";
}

TEST_F(ScheduledTest, a_topic_keeps_them_and_its_rules_see_them_when_they_come) {
  const auto number = schedule("events", later("a", seconds{60}));
  EXPECT_EQ(number, 1);
  EXPECT_EQ(queue("events/Subscriptions/all").size(), 0U);
  ASSERT_EQ(bus().schedule("events")->peek(1, 10, std::nullopt).size(), 1U);
  EXPECT_EQ(bus().queue("events"), nullptr) << "nobody receives from a topic";
  pass(seconds{60});
  EXPECT_EQ(bus().schedule("events")->size(), 0U);
  EXPECT_EQ(queue("events/Subscriptions/none").size(), 0U);
  const auto taken = take("events/Subscriptions/all");
  ASSERT_TRUE(taken);
  EXPECT_EQ(id_of(taken->message), "a");
  EXPECT_EQ(taken->message.enqueue_sequence, 2);
  EXPECT_EQ(bus().schedule("events/Subscriptions/all"), nullptr);
}

TEST_F(ScheduledTest, the_rules_of_a_topic_see_its_partition_key) {
  definitions.topics.push_back(
      {"keyed", {}, {}, {{"s", {}, {{"f", *SqlFilter::parse("sys.PartitionKey = 'p'")}}}}});
  auto incoming = later("a", seconds{60});
  incoming.partition_key = "p";
  schedule("keyed", std::move(incoming));
  schedule("keyed", later("b", seconds{60}));
  pass(seconds{60});
  EXPECT_EQ(take_id("keyed/Subscriptions/s"), "a");
  EXPECT_FALSE(take("keyed/Subscriptions/s"));
}

TEST_F(ScheduledTest, the_payload_stays_in_the_store_on_its_way) {
  schedule("plain", later("a", seconds{60}));
  pass(seconds{60});
  // A removal deletes the bytes that nobody else holds: the new message must be there first.
  const auto put = std::ranges::find_if(
      last.effects, [](const Effect& effect) { return std::holds_alternative<PutMessage>(effect); });
  const auto removed = std::ranges::find_if(
      last.effects, [](const Effect& effect) { return std::holds_alternative<RemoveMessage>(effect); });
  ASSERT_NE(removed, last.effects.end());
  EXPECT_LT(put, removed);
}

TEST_F(ScheduledTest, its_life_begins_when_it_comes) {
  auto incoming = later("a", seconds{60});
  incoming.time_to_live = seconds{10};
  schedule("plain", std::move(incoming));
  pass(seconds{60});
  pass(seconds{9});
  EXPECT_EQ(queue("plain").size(), 1U);
  pass(seconds{1});
  EXPECT_EQ(queue("plain").size(), 0U);
}

TEST_F(ScheduledTest, in_a_session_it_comes_to_who_holds_it) {
  schedule("sessions", later("a", seconds{30}, "s"));
  ASSERT_TRUE(queue("sessions").lock_session("s", 1, now()));
  EXPECT_FALSE(take("sessions", "s"));
  EXPECT_FALSE(queue("sessions").lock_next_session(2, now())) << "nothing is there yet";
  pass(seconds{30});
  EXPECT_EQ(take_id("sessions", "s"), "a");
}

TEST_F(ScheduledTest, a_duplicate_of_a_scheduled_message_is_dropped) {
  schedule("unique", later("a", seconds{60}));
  const auto sent = send("unique", message("a"));
  EXPECT_EQ(sent->duplicates, 1U);
  EXPECT_EQ(sent->sequences, std::vector<Sequence>{0});
}

}  // namespace
}  // namespace millrace::bus

#include <gtest/gtest.h>

#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

Rule sql(const std::string& text) {
  return {"rule", *SqlFilter::parse(text)};
}

class TopicTest : public BrokerTest {
 protected:
  TopicTest() {
    CorrelationFilter completions;
    completions.properties["cloudEvents_type"] = std::string("millrace.test.completed.v1");
    QueueSettings sessions;
    sessions.requires_session = true;
    definitions.topics.push_back({"events",
                                  DuplicateDetection{},
                                  {},
                                  {{"all", {}, {Rule::everything()}},
                                   {"completions", {}, {{"c", completions}}},
                                   {"either", {}, {sql("color = 'red'"), sql("sys.Label = 'x'")}},
                                   {"ordered", sessions, {sql("EXISTS(ordered)")}}}});
  }
};

TEST_F(TopicTest, each_matching_subscription_gets_one_copy_with_its_own_number) {
  auto red = message("a");
  red.properties["color"] = std::string("red");
  red.subject = "x";  // both rules of `either` match, and it still gets one copy
  ASSERT_TRUE(send("events", message("0")));
  ASSERT_TRUE(send("events", std::move(red)));
  EXPECT_EQ(queue("events/Subscriptions/all").size(), 2U);
  EXPECT_EQ(queue("events/Subscriptions/completions").size(), 0U);
  ASSERT_EQ(queue("events/Subscriptions/either").size(), 1U);
  const auto delivery = take("EVENTS/subscriptions/Either");
  EXPECT_EQ(delivery->message.sequence, 1);
  EXPECT_EQ(delivery->message.enqueue_sequence, 2);
}

TEST_F(TopicTest, copies_share_their_payload) {
  auto both = message("a");
  both.properties["cloudEvents_type"] = std::string("millrace.test.completed.v1");
  ASSERT_TRUE(send("events", std::move(both)));
  const auto all = take("events/Subscriptions/all");
  const auto completions = take("events/Subscriptions/completions");
  ASSERT_TRUE(all && completions);
  EXPECT_EQ(all->message.payload, completions->message.payload);
}

TEST_F(TopicTest, duplicates_are_found_at_the_topic) {
  ASSERT_TRUE(send("events", message("a")));
  EXPECT_EQ(send("events", message("a"))->duplicates, 1U);
  EXPECT_EQ(queue("events/Subscriptions/all").size(), 1U);
}

TEST_F(TopicTest, a_message_without_session_is_dead_lettered_where_sessions_are_required) {
  auto incoming = message("a");
  incoming.properties["ordered"] = true;
  ASSERT_TRUE(send("events", std::move(incoming)));
  EXPECT_EQ(queue("events/Subscriptions/ordered").size(), 0U);
  EXPECT_EQ(take_id("events/Subscriptions/ordered/$DeadLetterQueue"), "a");
}

TEST_F(TopicTest, a_disabled_subscription_gets_its_copies_and_gives_none) {
  auto changed = bus().subscription("events/Subscriptions/all")->definition;
  changed.info.status = EntityStatus::disabled;
  ASSERT_TRUE(
      run([&](Change& change) { return bus().update(SubscriptionOf{"events", changed}, now(), change); }));
  ASSERT_TRUE(send("events", message("a")));
  EXPECT_FALSE(bus().accepts_receivers("events/Subscriptions/all"));
  EXPECT_EQ(queue("events/Subscriptions/all").size(), 1U);
}

TEST_F(TopicTest, a_changed_lock_holds_for_the_dead_letters_of_a_subscription) {
  auto changed = bus().subscription("events/Subscriptions/all")->definition;
  changed.settings.lock_duration = std::chrono::minutes{4};
  ASSERT_TRUE(
      run([&](Change& change) { return bus().update(SubscriptionOf{"events", changed}, now(), change); }));
  EXPECT_EQ(queue("events/Subscriptions/all/$DeadLetterQueue").settings().lock_duration,
            std::chrono::minutes{4});
}

TEST_F(TopicTest, only_topics_and_queues_can_be_sent_to) {
  EXPECT_FALSE(send("events/Subscriptions/all", message("a")));
  EXPECT_FALSE(send("plain/$DeadLetterQueue", message("a")));
  EXPECT_TRUE(bus().is_topic("Events"));
}

}  // namespace
}  // namespace millrace::bus

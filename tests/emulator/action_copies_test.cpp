// What a subscription gets from rules with actions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

using testing::ElementsAre;

Rule rule(const std::string& name, const std::string& filter, const std::string& action = "") {
  Rule made{name, *SqlFilter::parse(filter)};
  if (!action.empty()) made.action = *SqlAction::parse(action);
  return made;
}

class ActionCopiesTest : public BrokerTest {
 protected:
  ActionCopiesTest() {
    QueueSettings sessions;
    sessions.requires_session = true;
    definitions.topics.push_back(
        {"events",
         DuplicateDetection{},
         {},
         {{"five",
           {},
           {rule("plain-1", "1=1"), rule("first", "1=1", "SET a = 'x'"), rule("plain-2", "1=1"),
            rule("second", "color = 'red'", "SET b = 'y'; REMOVE color"), rule("plain-3", "1=1")}},
          {"one", {}, {rule("r", "color = 'red'", "SET sys.MessageId = 'other'")}},
          {"fails",
           {},
           {rule("no-id", "1=1", "SET sys.MessageId = absent"),
            rule("long", "1=1", "SET sys.SessionId = long"),
            rule("keys", "EXISTS(keyed)", "SET sys.SessionId = 'a'; SET sys.PartitionKey = 'b'")}},
          {"ordered", sessions, {rule("s", "EXISTS(ordered)", "SET sys.SessionId = ordered")}}}});
  }
  /// What is there, in its order; it is taken away.
  std::vector<std::string> all(const std::string& subscription) {
    std::vector<std::string> ids;
    while (const auto delivery = take("events/Subscriptions/" + subscription)) {
      ids.push_back(id_of(delivery->message));
      EXPECT_TRUE(complete("events/Subscriptions/" + subscription, delivery->lock_token));
    }
    return ids;
  }
};

TEST_F(ActionCopiesTest, rules_without_an_action_make_one_copy_and_each_with_one_its_own) {
  auto red = message("m");
  red.properties["color"] = std::string("red");
  ASSERT_TRUE(send("events", std::move(red)));
  EXPECT_THAT(all("five"), ElementsAre("m", "m;RuleName=first;a=x", "m;RuleName=second;b=y;color gone"));
}

TEST_F(ActionCopiesTest, a_rule_that_does_not_match_makes_none) {
  ASSERT_TRUE(send("events", message("m")));
  EXPECT_THAT(all("five"), ElementsAre("m", "m;RuleName=first;a=x"));
  EXPECT_THAT(all("one"), ElementsAre());
}

TEST_F(ActionCopiesTest, the_name_of_the_rule_stands_whatever_the_message_or_the_action_says) {
  definitions.topics[0].subscriptions = {{"s", {}, {rule("r", "1=1", "SET RuleName = 'mine'")}}};
  auto sent = message("m");
  sent.properties["RuleName"] = std::string("theirs");
  ASSERT_TRUE(send("events", std::move(sent)));
  EXPECT_THAT(all("s"), ElementsAre("m;RuleName=r"));
}

TEST_F(ActionCopiesTest, each_copy_has_its_number_in_the_subscription_and_the_topics) {
  ASSERT_TRUE(send("events", message("m")));
  const auto plain = take("events/Subscriptions/five");
  const auto first = take("events/Subscriptions/five");
  ASSERT_TRUE(plain && first);
  EXPECT_EQ(plain->message.sequence, 1);
  EXPECT_EQ(first->message.sequence, 2);
  EXPECT_EQ(first->message.enqueue_sequence, plain->message.enqueue_sequence);
  EXPECT_NE(first->message.payload->id, plain->message.payload->id) << "the store keeps both";
}

TEST_F(ActionCopiesTest, what_an_action_changes_other_rules_and_subscriptions_do_not_see) {
  definitions.topics[0].subscriptions = {
      {"a", {}, {rule("r", "1=1", "SET color = 'blue'"), rule("sees", "color = 'blue'", "SET x = 'y'")}},
      {"b", {}, {rule("plain", "color = 'blue'")}}};
  auto red = message("m");
  red.properties["color"] = std::string("red");
  ASSERT_TRUE(send("events", std::move(red)));
  EXPECT_THAT(all("a"), ElementsAre("m;RuleName=r;color=blue"));
  EXPECT_THAT(all("b"), ElementsAre());
}

TEST_F(ActionCopiesTest, an_id_that_an_action_wrote_is_no_duplicate) {
  for (const auto* id : {"1", "2"}) {
    auto red = message(id);
    red.properties["color"] = std::string("red");
    ASSERT_TRUE(send("events", std::move(red)));
  }
  EXPECT_THAT(all("one"), ElementsAre("other;RuleName=r", "other;RuleName=r"));
}

TEST_F(ActionCopiesTest, an_action_that_fails_makes_no_copy_and_the_message_is_accepted) {
  auto sent = message("m");
  sent.properties["long"] = std::string(kIdCharactersMost + 1, 'x');
  sent.properties["keyed"] = true;
  EXPECT_EQ(send("events", std::move(sent))->accepted, 1U);
  EXPECT_THAT(all("fails"), ElementsAre());
  auto within = message("n");
  within.properties["long"] = std::string(kIdCharactersMost, 'x');
  ASSERT_TRUE(send("events", std::move(within)));
  EXPECT_THAT(all("fails"), ElementsAre("n;RuleName=long"));
}

TEST_F(ActionCopiesTest, a_copy_that_would_be_larger_than_any_message_is_not_made) {
  definitions.topics[0].subscriptions = {{"s", {}, {rule("r", "1=1", "SET copy = big")}}};
  const std::string around = "m;RuleName=r;copy=";
  auto sent = message("m");
  sent.properties["big"] = std::string(kMessageBytesMost - around.size(), 'x');
  ASSERT_TRUE(send("events", std::move(sent)));
  EXPECT_EQ(all("s").size(), 1U);
  auto larger = message("n");
  larger.properties["big"] = std::string(kMessageBytesMost - around.size() + 1, 'x');
  ASSERT_TRUE(send("events", std::move(larger)));
  EXPECT_EQ(all("s").size(), 0U);
}

TEST_F(ActionCopiesTest, the_session_that_an_action_gives_counts) {
  auto sent = message("m");
  sent.properties["ordered"] = std::string("s1");
  ASSERT_TRUE(send("events", std::move(sent)));
  ASSERT_TRUE(queue("events/Subscriptions/ordered").lock_session("s1", 1, now()));
  EXPECT_EQ(take_id("events/Subscriptions/ordered", "s1"), "m;RuleName=s");

  auto without = message("n");
  without.properties["ordered"] = Value{};
  ASSERT_TRUE(send("events", std::move(without)));
  EXPECT_EQ(take_id("events/Subscriptions/ordered/$DeadLetterQueue"), "n;RuleName=s");
}

TEST_F(ActionCopiesTest, a_scheduled_message_is_acted_on_when_its_time_comes) {
  auto later = message("m");
  later.scheduled = clock.wall() + std::chrono::minutes{1};
  ASSERT_TRUE(send("events", std::move(later)));
  EXPECT_THAT(all("five"), ElementsAre());
  pass(std::chrono::minutes{1});
  EXPECT_THAT(all("five"), ElementsAre("m", "m;RuleName=first;a=x"));
}

TEST_F(ActionCopiesTest, room_is_asked_for_all_copies_that_may_come) {
  EXPECT_EQ(copies_most({rule("a", "1=1"), rule("b", "1=1")}), 1U);
  EXPECT_EQ(copies_most({rule("a", "1=1", "SET a = 1"), rule("b", "1=1"), rule("c", "1=1", "REMOVE a")}), 3U);
  definitions.topics[0].subscriptions = {{"s", {}, {rule("plain", "1=1"), rule("r", "1=1", "SET a = 'x'")}}};
  constexpr size_t kSize = 1000;
  fill("events/Subscriptions/s", 2 * kSize - 1);
  auto sent = message("m");
  sent.encoded.resize(kSize);
  const auto refused = send("events", sent);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::quota_exceeded);
  sent.encoded.resize(kSize - 1);
  EXPECT_TRUE(send("events", sent));
}

TEST_F(ActionCopiesTest, a_copy_that_an_action_made_too_large_for_the_room_is_not_made) {
  definitions.topics[0].subscriptions = {{"s", {}, {rule("r", "1=1", "SET copy = big")}}};
  const auto size = std::string("m;RuleName=r;copy=").size() + 100;
  fill("events/Subscriptions/s", size);
  for (const size_t more : {1, 0}) {
    auto sent = message(more == 0 ? "n" : "m");
    sent.properties["big"] = std::string(100 + more, 'x');
    const auto before = queue("events/Subscriptions/s").size();
    ASSERT_TRUE(send("events", std::move(sent)));
    EXPECT_EQ(queue("events/Subscriptions/s").size(), before + (more == 0 ? 1 : 0));
  }
}

}  // namespace
}  // namespace millrace::bus

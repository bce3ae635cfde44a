// What an entity may hold, and what goes on when it is full.
#include <gtest/gtest.h>

#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

class BoundsTest : public BrokerTest {
 protected:
  BoundsTest() {
    QueueSettings sessions;
    sessions.requires_session = true;
    definitions.topics.push_back({"events", {}, {}, {{"ordered", sessions, {Rule::everything()}}}});
  }
  static Incoming of_size(size_t size) {
    auto incoming = message("m");
    incoming.encoded.resize(size);
    return incoming;
  }
  Answer<> dead_letter(const std::string& path, const Uuid& token, const DeadLetter& why) {
    return run([&](Change& change) { return queue(path).dead_letter(token, why, change); });
  }
};

TEST_F(BoundsTest, dead_letters_count_to_what_a_queue_may_hold) {
  fill("plain/$DeadLetterQueue", 1000);
  const auto refused = send("plain", of_size(1001));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::quota_exceeded);
  EXPECT_TRUE(send("plain", of_size(1000)));
}

TEST_F(BoundsTest, what_a_queue_holds_counts_to_what_its_dead_letters_may_grow_by) {
  ASSERT_TRUE(send("plain", message("a")));
  ASSERT_TRUE(dead_letter("plain", take("plain")->lock_token, {"Broken", "", {}}));
  fill("plain", 1000);
  const auto token = take("plain/$DeadLetterQueue")->lock_token;
  const Properties more{{"n", Value{std::string(1000, 'x')}}};
  EXPECT_EQ(abandon("plain/$DeadLetterQueue", token, more).error().reason, Reason::quota_exceeded);
  const auto held = queue("plain/$DeadLetterQueue").weak_from_this().lock();  // as a receiver's link does
  ASSERT_TRUE(run([&](Change& change) { return bus().remove("plain", change); }));
  EXPECT_TRUE(held->has_room(1001));
}

TEST_F(BoundsTest, messages_that_go_straight_to_the_dead_letters_want_room_too) {
  fill("events/Subscriptions/ordered/$DeadLetterQueue", 1000);
  const auto refused = send("events", of_size(1001));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::quota_exceeded);
  ASSERT_TRUE(send("events", of_size(1000)));
  EXPECT_FALSE(send("events", of_size(1000)));
}

TEST_F(BoundsTest, a_full_queue_still_moves_its_messages_to_its_dead_letters) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto token = take("plain")->lock_token;
  fill("plain/$DeadLetterQueue", 100);  // less than the reason takes
  EXPECT_TRUE(dead_letter("plain", token, {"Broken", "no such operator", {}}));
  EXPECT_EQ(queue("plain").size(), 0U);
}

/// So many bytes of name and value.
Properties properties(size_t bytes) {
  return {{"n", Value{std::string(bytes - 1, 'x')}}};
}

TEST_F(BoundsTest, properties_that_a_settlement_adds_count_to_what_a_queue_may_hold) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto before = queue("plain").bytes();
  ASSERT_TRUE(abandon("plain", take("plain")->lock_token, properties(5000)));
  const auto with_them = queue("plain").bytes();
  EXPECT_GE(with_them, before + 5000);
  ASSERT_TRUE(abandon("plain", take("plain")->lock_token, properties(2000)));
  EXPECT_EQ(queue("plain").bytes(), with_them - 3000) << "those of that name before are gone";
  const auto token = take("plain")->lock_token;
  ASSERT_TRUE(run([&](Change& change) { return queue("plain").defer(token, properties(5000), change); }));
  EXPECT_EQ(queue("plain").bytes(), with_them);
  const auto deferred =
      run([&](Change& change) { return queue("plain").take_deferred({1}, {}, false, now(), change); });
  ASSERT_TRUE(dead_letter("plain", deferred->front().lock_token, {"Broken", "", {}}));
  EXPECT_EQ(queue("plain").bytes(), 0U);
  EXPECT_GT(queue("plain/$DeadLetterQueue").bytes(), with_them);
  ASSERT_TRUE(complete("plain/$DeadLetterQueue", take("plain/$DeadLetterQueue")->lock_token));
  EXPECT_EQ(queue("plain/$DeadLetterQueue").bytes(), 0U);
}

TEST_F(BoundsTest, a_settlement_that_adds_too_many_properties_is_refused_and_the_message_stays) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto token = take("plain")->lock_token;
  const auto too_many = properties(kAddedBytesMost + 1);
  const auto defer = [&](const Properties& added) {
    return run([&](Change& change) { return queue("plain").defer(token, added, change); });
  };
  for (const auto& refused :
       {abandon("plain", token, too_many), defer(too_many), dead_letter("plain", token, {"", "", too_many}),
        dead_letter("plain", token, {"", std::string(kAddedBytesMost, 'x'), {}}),
        queue("plain").require_locks({token}, too_many)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::argument);
  }
  EXPECT_EQ(queue("plain").locked(), 1U);
  EXPECT_EQ(queue("plain/$DeadLetterQueue").size(), 0U);
  ASSERT_TRUE(abandon("plain", token, properties(kAddedBytesMost)));

  const auto again = take("plain");
  EXPECT_EQ(again->message.delivery_count, 1U);
  EXPECT_EQ(abandon("plain", again->lock_token, {{"m", Value{true}}}).error().reason, Reason::argument)
      << "what it has already counts";
  EXPECT_TRUE(abandon("plain", again->lock_token));
  EXPECT_TRUE(abandon("plain", take("plain")->lock_token)) << "the last failure, which adds a reason";
  const auto dead = take("plain/$DeadLetterQueue");
  ASSERT_TRUE(dead);
  EXPECT_TRUE(abandon("plain/$DeadLetterQueue", dead->lock_token));
}

TEST_F(BoundsTest, a_full_queue_takes_no_more_properties_but_the_reason_of_a_dead_letter) {
  ASSERT_TRUE(send("plain", message("a")));
  fill("plain", 1000);
  const auto token = take("plain")->lock_token;
  const auto long_text = std::string(kReasonBytesAlways, 'x');
  EXPECT_EQ(abandon("plain", token, properties(1000)).error().reason, Reason::quota_exceeded);
  EXPECT_EQ(dead_letter("plain", token, {"Broken", long_text, {}}).error().reason, Reason::quota_exceeded);
  ASSERT_TRUE(dead_letter("plain", token, {"Broken", long_text.substr(1000), {}}));
  EXPECT_EQ(queue("plain/$DeadLetterQueue").size(), 1U);
}

TEST_F(BoundsTest, properties_for_several_messages_want_room_for_all_of_them_or_get_none) {
  for (const auto* id : {"a", "b", "c"}) ASSERT_TRUE(send("plain", message(id)));
  ASSERT_TRUE(abandon("plain", take("plain")->lock_token, properties(1000)));
  const auto has_it = take("plain")->lock_token;
  const auto lacks_it = take("plain")->lock_token;
  const auto lacks_it_too = take("plain")->lock_token;
  fill("plain", 100);
  const auto room_for = [&](const std::vector<Uuid>& tokens, const Properties& added, size_t always = 0) {
    return queue("plain").require_locks(tokens, added, {}, always);
  };
  EXPECT_TRUE(room_for({has_it}, properties(1000)));
  EXPECT_EQ(room_for({has_it, lacks_it}, properties(1000)).error().reason, Reason::quota_exceeded);
  EXPECT_TRUE(room_for({has_it, lacks_it}, properties(1000), kReasonBytesAlways)) << "dead letters";
  EXPECT_TRUE(room_for({has_it, lacks_it}, {}));

  ASSERT_TRUE(complete("plain", has_it));  // leaves more room than one needs, and less than two
  EXPECT_TRUE(room_for({lacks_it}, properties(1000)));
  EXPECT_TRUE(room_for({lacks_it, lacks_it}, properties(1000)));
  EXPECT_EQ(room_for({lacks_it, lacks_it_too}, properties(1000)).error().reason, Reason::quota_exceeded);
}

class NoDiskTest : public BoundsTest {
 protected:
  /// Runs a command while the disk has no room.
  template <class Command>
  auto without_disk(Command command) {
    return run([&](Change& change) {
      change.disk_has_room = false;
      return command(change);
    });
  }
  template <class Command>
  void expect_refused(Command command) {
    const auto answer = without_disk(command);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::quota_exceeded);
  }
};

TEST_F(NoDiskTest, nothing_is_taken_that_grows) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto token = take("plain")->lock_token;
  ASSERT_TRUE(queue("sessions").lock_session("s1", 1, now()));
  const auto set_state = [&](size_t size) {
    return [this, size](Change& change) {
      return queue("sessions").set_session_state("s1", 1, Bytes(size), change);
    };
  };
  ASSERT_TRUE(run(set_state(10)));
  const std::string subscription = "events/Subscriptions/ordered";
  expect_refused([&](Change& change) { return bus().send("plain", {message("b")}, now(), change); });
  expect_refused(set_state(11));
  expect_refused([&](Change& change) { return queue("plain").abandon(token, properties(100), change); });
  expect_refused([&](Change& change) { return bus().create(QueueDefinition{"new", {}, {}}, now(), change); });
  expect_refused([&](Change& change) { return bus().update(*bus().find_queue("plain"), now(), change); });
  expect_refused([&](Change& change) {
    return bus().add_rule(subscription, {"more", CorrelationFilter{}}, now(), change);
  });
  expect_refused(
      [&](Change& change) { return bus().replace_rule(subscription, Rule::everything(), now(), change); });
  EXPECT_TRUE(without_disk(set_state(10)));
}

TEST_F(NoDiskTest, settling_and_removing_go_on) {
  for (const auto* id : {"a", "b", "c", "d"}) ASSERT_TRUE(send("plain", message(id)));
  const auto next = [&] { return take("plain")->lock_token; };
  EXPECT_TRUE(without_disk([&](Change& change) { return queue("plain").complete(next(), change); }));
  EXPECT_TRUE(without_disk([&](Change& change) {
    return queue("plain").dead_letter(next(), {"Broken", "no such operator", {}}, change);
  }));
  EXPECT_TRUE(without_disk([&](Change& change) { return queue("plain").abandon(next(), {}, change); }));
  EXPECT_TRUE(without_disk([&](Change& change) { return queue("plain").defer(next(), {}, change); }));
  EXPECT_TRUE(without_disk([&](Change& change) {
    return bus().remove_rule("events/Subscriptions/ordered", "$Default", now(), change);
  }));
  EXPECT_TRUE(without_disk([&](Change& change) { return bus().remove("plain", change); }));
}

}  // namespace
}  // namespace millrace::bus

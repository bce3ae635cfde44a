#include <gtest/gtest.h>

#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class SessionsTest : public BrokerTest {
 protected:
  Queue& sessions() { return queue("sessions"); }
  void release(const std::string& session, ReceiverId receiver) {
    Change change;
    sessions().release_session(session, receiver, change);
    commit(change);
  }
};

TEST_F(SessionsTest, a_session_belongs_to_one_receiver) {
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  const auto second = sessions().lock_session("s1", 2, now());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, Reason::session_not_available);
  EXPECT_FALSE(take("sessions", "s1", 2));
  EXPECT_EQ(take_id("sessions", "s1", 1), "a");
}

TEST_F(SessionsTest, an_empty_session_can_be_locked_before_its_first_message) {
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  EXPECT_FALSE(sessions().lock_next_session(2, now()));
  EXPECT_EQ(take_id("sessions", "s1"), "a");
}

TEST_F(SessionsTest, the_next_session_is_the_free_one_with_the_oldest_message) {
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  ASSERT_TRUE(send("sessions", message("b", "s2")));
  EXPECT_EQ(sessions().lock_next_session(1, now())->session_id, "s1");
  EXPECT_EQ(sessions().lock_next_session(2, now())->session_id, "s2");
  EXPECT_FALSE(sessions().lock_next_session(3, now()));
  release("s1", 1);
  EXPECT_TRUE(last.awake.contains(sessions().id()));
  EXPECT_EQ(sessions().lock_next_session(3, now())->session_id, "s1");
}

TEST_F(SessionsTest, order_holds_within_the_session_and_an_abandoned_message_is_next) {
  for (const auto* id : {"a", "b", "c"}) ASSERT_TRUE(send("sessions", message(id, "s1")));
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  const auto first = take("sessions", "s1");
  ASSERT_TRUE(abandon("sessions", first->lock_token));
  EXPECT_EQ(take_id("sessions", "s1"), "a");
  EXPECT_EQ(take_id("sessions", "s1"), "b");
  EXPECT_EQ(take_id("sessions", "s1"), "c");
}

TEST_F(SessionsTest, closing_a_session_gives_its_messages_back_uncounted) {
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  const auto first = take("sessions", "s1");
  release("s1", 1);
  EXPECT_TRUE(last.effects.empty());
  EXPECT_FALSE(complete("sessions", first->lock_token));
  ASSERT_TRUE(sessions().lock_session("s1", 2, now()));
  const auto again = take("sessions", "s1", 2);
  EXPECT_EQ(again->message.delivery_count, 0U);
}

TEST_F(SessionsTest, a_session_lock_that_expires_is_lost_and_counts_a_delivery) {
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  ASSERT_TRUE(sessions().lock_session("s1", 7, now()));
  const auto first = take("sessions", "s1", 7);
  ASSERT_TRUE(first);
  pass(minutes{1});
  ASSERT_EQ(last.lost.size(), 1U);
  EXPECT_EQ(last.lost.front().receiver, 7U);
  const auto late = complete("sessions", first->lock_token);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, Reason::session_lock_lost);
  ASSERT_TRUE(sessions().lock_session("s1", 8, now()));
  EXPECT_EQ(take("sessions", "s1", 8)->message.delivery_count, 1U);
}

TEST_F(SessionsTest, renewing_moves_the_end_of_the_lock) {
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  pass(seconds{45});
  EXPECT_EQ(*sessions().renew_session("s1", 1, now()), clock.wall() + minutes{1});
  pass(seconds{45});
  EXPECT_TRUE(sessions().holds_session("s1", 1));
  pass(seconds{15});
  EXPECT_FALSE(sessions().holds_session("s1", 1));
  EXPECT_FALSE(sessions().renew_session("s1", 1, now()));
}

TEST_F(SessionsTest, the_state_needs_the_lock_and_outlives_the_messages) {
  EXPECT_FALSE(sessions().session_state("s1", 1));
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  EXPECT_EQ(*sessions().session_state("s1", 1), std::nullopt);
  ASSERT_TRUE(
      run([&](Change& change) { return sessions().set_session_state("s1", 1, Bytes{1, 2}, change); }));
  EXPECT_EQ(count<SetSessionState>(last), 1U);
  release("s1", 1);
  ASSERT_TRUE(sessions().lock_session("s1", 2, now()));
  EXPECT_EQ(*sessions().session_state("s1", 2), (Bytes{1, 2}));
}

TEST_F(SessionsTest, listed_are_those_with_active_messages_or_a_state) {
  for (const auto* session : {"waiting", "in-hand", "deferred"})
    ASSERT_TRUE(send("sessions", message("a", session)));
  auto later = message("b", "scheduled");
  later.scheduled = clock.wall() + minutes{5};
  ASSERT_TRUE(send("sessions", std::move(later)));
  for (const auto* session : {"in-hand", "deferred", "empty", "with-state"})
    ASSERT_TRUE(sessions().lock_session(session, 1, now()));
  ASSERT_TRUE(take("sessions", "in-hand"));
  const auto token = take("sessions", "deferred")->lock_token;
  ASSERT_TRUE(run([&](Change& change) { return sessions().defer(token, {}, change); }));
  ASSERT_TRUE(
      run([&](Change& change) { return sessions().set_session_state("with-state", 1, Bytes{1}, change); }));
  EXPECT_EQ(sessions().session_ids(), (std::vector<std::string>{"in-hand", "waiting", "with-state"}));
}

TEST_F(SessionsTest, a_deferred_message_is_taken_by_who_holds_its_session) {
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  ASSERT_TRUE(sessions().lock_session("s2", 2, now()));
  const auto token = take("sessions", "s1")->lock_token;
  ASSERT_TRUE(run([&](Change& change) { return sessions().defer(token, {}, change); }));
  const auto deferred = [&](const SessionUse& by) {
    return run([&](Change& change) { return sessions().take_deferred({1}, by, false, now(), change); });
  };
  EXPECT_EQ(deferred({"s2", 2}).error().reason, Reason::message_not_found);
  EXPECT_TRUE(deferred({"s1", 1}));
}

TEST_F(SessionsTest, who_lost_the_lock_to_another_does_nothing_in_the_session) {
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  const auto token = take("sessions", "s1", 1)->lock_token;
  ASSERT_TRUE(run([&](Change& change) { return sessions().defer(token, {}, change); }));
  pass(minutes{1});
  ASSERT_TRUE(sessions().lock_session("s1", 2, now()));

  const auto state =
      run([&](Change& change) { return sessions().set_session_state("s1", 1, Bytes{9}, change); });
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().reason, Reason::session_lock_lost);
  EXPECT_FALSE(sessions().session_state("s1", 1));
  EXPECT_FALSE(sessions().renew_session("s1", 1, now()));
  const auto deferred = [&](ReceiverId receiver) {
    return run([&](Change& change) {
      return sessions().take_deferred({1}, SessionUse{"s1", receiver}, false, now(), change);
    });
  };
  EXPECT_FALSE(deferred(1));
  EXPECT_FALSE(deferred(0)) << "nobody";
  EXPECT_EQ(*sessions().session_state("s1", 2), std::nullopt);
  EXPECT_TRUE(deferred(2));
}

TEST_F(SessionsTest, states_count_to_what_a_queue_may_hold) {
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  const auto set = [&](std::optional<Bytes> state) {
    return run(
        [&](Change& change) { return sessions().set_session_state("s1", 1, std::move(state), change); });
  };
  ASSERT_TRUE(set(Bytes(1000)));
  const auto with_thousand = sessions().bytes();
  EXPECT_GE(with_thousand, 1000U);
  ASSERT_TRUE(set(Bytes(10)));
  EXPECT_EQ(sessions().bytes(), with_thousand - 990);
  ASSERT_TRUE(set({}));
  EXPECT_EQ(sessions().bytes(), 0U);

  // The same bytes again and again fill it without so much memory.
  const auto payload = std::make_shared<Payload>(Payload{1, Bytes(size_t{1} << 20U), {}});
  while (sessions().has_room(payload->encoded.size() + 1000)) {
    run([&](Change& change) {
      Message one;
      one.session_id = "s1";
      one.payload = payload;
      return sessions().put(std::move(one), change);
    });
  }
  const auto room = kQueueBytesMost - sessions().bytes();
  const auto most = room - (with_thousand - 1000);
  ASSERT_FALSE(set(Bytes(most + 1)));
  EXPECT_EQ(set(Bytes(most + 1)).error().reason, Reason::quota_exceeded);
  ASSERT_TRUE(set(Bytes(most)));
  EXPECT_EQ(sessions().bytes(), kQueueBytesMost);
  EXPECT_TRUE(set(Bytes(most - 1))) << "one that is no longer is taken from a full queue, too";
  EXPECT_TRUE(set({}));
}

TEST_F(SessionsTest, a_session_whose_messages_all_expired_is_not_handed_out) {
  auto incoming = message("a", "s1");
  incoming.time_to_live = seconds{1};
  ASSERT_TRUE(send("sessions", std::move(incoming)));
  pass(seconds{2});
  EXPECT_FALSE(sessions().lock_next_session(1, now()));
}

TEST_F(SessionsTest, dead_letters_of_a_session_queue_are_read_without_sessions) {
  ASSERT_TRUE(send("sessions", message("a", "s1")));
  ASSERT_TRUE(sessions().lock_session("s1", 1, now()));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(abandon("sessions", take("sessions", "s1")->lock_token));
  EXPECT_EQ(take_id("sessions/$DeadLetterQueue"), "a");
}

}  // namespace
}  // namespace millrace::bus

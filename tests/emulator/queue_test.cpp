#include <gtest/gtest.h>

#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class QueueTest : public BrokerTest {};

TEST_F(QueueTest, a_message_is_seen_only_after_its_commit) {
  Change change;
  std::vector<Incoming> batch;
  batch.push_back(message("a"));
  ASSERT_TRUE(bus().send("plain", std::move(batch), now(), change));
  EXPECT_EQ(count<PutMessage>(change), 1U);
  EXPECT_FALSE(take("plain"));
  commit(change);
  EXPECT_EQ(take_id("plain"), "a");
}

TEST_F(QueueTest, messages_come_in_the_order_of_their_sending_with_numbers_without_gaps) {
  for (const auto* id : {"a", "b", "c"}) ASSERT_TRUE(send("plain", message(id)));
  for (int i = 1; i <= 3; ++i) {
    const auto delivery = take("plain");
    ASSERT_TRUE(delivery);
    EXPECT_EQ(delivery->message.sequence, i);
    EXPECT_EQ(delivery->message.enqueued, clock.wall());
  }
  EXPECT_FALSE(take("plain"));
}

TEST_F(QueueTest, a_batch_is_accepted_whole_or_not_at_all) {
  std::vector<Incoming> batch;
  batch.push_back(message("a", "s"));
  batch.push_back(message("without-session"));
  const auto sent = send_batch("sessions", std::move(batch));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().reason, Reason::not_allowed);
  EXPECT_TRUE(last.effects.empty());
  EXPECT_EQ(queue("sessions").size(), 0U);
}

TEST_F(QueueTest, completing_removes_the_message_and_its_token) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto token = take("plain")->lock_token;
  EXPECT_TRUE(complete("plain", token));
  EXPECT_EQ(count<RemoveMessage>(last), 1U);
  EXPECT_EQ(queue("plain").size(), 0U);
  const auto again = complete("plain", token);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, Reason::message_lock_lost);
}

TEST_F(QueueTest, an_abandoned_message_is_the_next_one_and_counts_a_delivery) {
  ASSERT_TRUE(send("plain", message("a")));
  ASSERT_TRUE(send("plain", message("b")));
  const auto first = take("plain");
  EXPECT_EQ(first->message.delivery_count, 0U);
  ASSERT_TRUE(abandon("plain", first->lock_token, {{"why", Value{std::string("busy")}}}));
  EXPECT_TRUE(last.awake.contains(queue("plain").id()));
  const auto second = take("plain");
  EXPECT_EQ(id_of(second->message), "a");
  EXPECT_EQ(second->message.delivery_count, 1U);
  EXPECT_EQ(second->message.changed.at("why"), Value{std::string("busy")});
}

TEST_F(QueueTest, a_lock_that_expires_counts_a_delivery_and_its_token_is_lost) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto first = take("plain");
  EXPECT_EQ(first->locked_until, clock.wall() + minutes{1});
  pass(seconds{59});
  EXPECT_FALSE(take("plain"));
  pass(seconds{1});
  EXPECT_EQ(count<UpdateMessage>(last), 1U);
  EXPECT_FALSE(complete("plain", first->lock_token));
  EXPECT_EQ(take("plain")->message.delivery_count, 1U);
}

TEST_F(QueueTest, a_renewed_lock_lasts_from_its_renewal) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto token = take("plain")->lock_token;
  pass(seconds{50});
  const auto until = queue("plain").renew(token, now());
  ASSERT_TRUE(until);
  EXPECT_EQ(*until, clock.wall() + minutes{1});
  pass(seconds{50});
  EXPECT_TRUE(complete("plain", token));
}

TEST_F(QueueTest, the_last_failed_delivery_dead_letters_the_message) {
  ASSERT_TRUE(send("plain", message("a")));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(abandon("plain", take("plain")->lock_token));
  EXPECT_FALSE(take("plain"));
  const auto dead = take("plain/$deadletterqueue");
  ASSERT_TRUE(dead);
  EXPECT_EQ(dead->message.changed.at("DeadLetterReason"), Value{std::string("MaxDeliveryCountExceeded")});
  EXPECT_EQ(dead->message.delivery_count, 3U);
  EXPECT_EQ(dead->message.dead_letter_source, "plain");
}

TEST_F(QueueTest, dead_letters_keep_the_payload_on_disk_and_are_not_dead_lettered_again) {
  ASSERT_TRUE(send("plain", message("a")));
  const DeadLetter why{"Broken", "no such operator", {{"line", Value{int64_t{7}}}}};
  const auto token = take("plain")->lock_token;
  Change change;
  ASSERT_TRUE(queue("plain").dead_letter(token, why, change));
  // The copy is written before the original goes, so the payload is never without an owner.
  ASSERT_EQ(change.effects.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<PutMessage>(change.effects.at(1)));
  EXPECT_TRUE(std::holds_alternative<RemoveMessage>(change.effects.back()));
  commit(change);
  const auto dead = take("plain/$DeadLetterQueue");
  EXPECT_EQ(dead->message.changed.at("DeadLetterErrorDescription"), Value{std::string("no such operator")});
  EXPECT_EQ(dead->message.changed.at("line"), Value{int64_t{7}});
  Change refused;
  EXPECT_FALSE(queue("plain/$DeadLetterQueue").dead_letter(dead->lock_token, why, refused));
}

TEST_F(QueueTest, receive_and_delete_takes_the_message_away) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto taken =
      run([&](Change& change) { return queue("plain").take_and_delete(1, nullptr, now(), change); });
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->lock_token.is_nil());
  EXPECT_EQ(count<RemoveMessage>(last), 1U);
  EXPECT_EQ(queue("plain").size(), 0U);
}

TEST_F(QueueTest, a_queue_knows_when_somebody_last_sent_or_received) {
  EXPECT_EQ(queue("plain").accessed(), WallTime{}) << "not since the start";
  ASSERT_TRUE(send("plain", message("a")));
  EXPECT_EQ(queue("plain").accessed(), clock.wall());
  pass(minutes{5});
  EXPECT_LT(queue("plain").accessed(), clock.wall());
  ASSERT_TRUE(take("plain"));
  EXPECT_EQ(queue("plain").accessed(), clock.wall());
}

TEST_F(QueueTest, a_deferred_message_is_received_only_by_its_number) {
  ASSERT_TRUE(send("plain", message("a")));
  const auto first = take("plain");
  ASSERT_TRUE(run([&](Change& change) { return queue("plain").defer(first->lock_token, {}, change); }));
  EXPECT_FALSE(take("plain"));
  const auto found =
      run([&](Change& change) { return queue("plain").take_deferred({1}, {}, false, now(), change); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->front().message.state, MessageState::deferred);
  pass(minutes{1});  // its lock expires, and it stays deferred
  EXPECT_FALSE(take("plain"));
  const auto missing =
      run([&](Change& change) { return queue("plain").take_deferred({1, 9}, {}, true, now(), change); });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().reason, Reason::message_not_found);
  EXPECT_EQ(queue("plain").size(), 1U);
}

TEST_F(QueueTest, a_deferred_message_that_is_named_twice_comes_once) {
  for (const auto* id : {"a", "b"}) ASSERT_TRUE(send("plain", message(id)));
  for (int i = 0; i < 2; ++i) {
    const auto token = take("plain")->lock_token;
    ASSERT_TRUE(run([&](Change& change) { return queue("plain").defer(token, {}, change); }));
  }
  const auto take_twice = [&](Sequence number, bool and_delete) {
    return run([&](Change& change) {
      return queue("plain").take_deferred({number, number}, {}, and_delete, now(), change);
    });
  };
  const auto deleted = take_twice(1, true);
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->size(), 1U);
  EXPECT_EQ(count<RemoveMessage>(last), 1U);
  const auto locked = take_twice(2, false);
  ASSERT_TRUE(locked);
  ASSERT_EQ(locked->size(), 1U);
  EXPECT_EQ(queue("plain").locked(), 1U);
  EXPECT_FALSE(take_twice(2, false)) << "it is in hand";
  EXPECT_TRUE(complete("plain", locked->front().lock_token));
  EXPECT_EQ(queue("plain").locked(), 0U);
  EXPECT_EQ(queue("plain").size(), 0U);
  EXPECT_EQ(queue("plain").bytes(), 0U);
}

TEST_F(QueueTest, several_locks_are_good_only_together) {
  for (const auto* id : {"a", "b"}) ASSERT_TRUE(send("plain", message(id)));
  const auto first = take("plain")->lock_token;
  const auto second = take("plain")->lock_token;
  EXPECT_TRUE(queue("plain").require_locks({first, second, first}));
  ASSERT_TRUE(complete("plain", second));
  const auto refused = queue("plain").require_locks({first, second});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::message_lock_lost);
}

TEST_F(QueueTest, peeking_sees_locked_and_deferred_messages_and_locks_nothing) {
  for (const auto* id : {"a", "b", "c"}) ASSERT_TRUE(send("plain", message(id)));
  take("plain");
  const auto seen = queue("plain").peek(2, 10, {});
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(id_of(*seen.front()), "b");
  EXPECT_EQ(take_id("plain"), "b");
}

TEST_F(QueueTest, an_expired_message_is_dropped_but_not_while_it_is_locked) {
  auto incoming = message("a");
  incoming.time_to_live = seconds{30};
  ASSERT_TRUE(send("plain", std::move(incoming)));
  const auto first = take("plain");
  pass(seconds{40});
  EXPECT_EQ(queue("plain").size(), 1U);
  ASSERT_TRUE(abandon("plain", first->lock_token));
  pass(seconds{0});
  EXPECT_EQ(queue("plain").size(), 0U);
  EXPECT_EQ(queue("plain/$DeadLetterQueue").size(), 0U);
}

TEST_F(QueueTest, an_expired_message_is_dead_lettered_where_the_queue_says_so) {
  definitions.queues[0].settings.dead_letter_on_expiry = true;
  definitions.queues[0].settings.default_time_to_live = minutes{1};
  ASSERT_TRUE(send("plain", message("a")));
  EXPECT_EQ(bus().next_deadline(now()), clock.mono() + minutes{1});
  pass(minutes{1});
  const auto dead = take("plain/$DeadLetterQueue");
  ASSERT_TRUE(dead);
  EXPECT_EQ(dead->message.changed.at("DeadLetterReason"), Value{std::string("TTLExpiredException")});
  pass(minutes{60});
  EXPECT_EQ(queue("plain/$DeadLetterQueue").size(), 1U);
}

TEST_F(QueueTest, a_message_is_told_no_longer_a_life_than_its_queue_allows) {
  definitions.queues[0].settings.default_time_to_live = minutes{1};
  const auto told = [&](std::optional<Millis> sent) {
    auto incoming = message("a");
    incoming.time_to_live = sent;
    EXPECT_TRUE(send("plain", std::move(incoming)));
    return take("plain")->message.time_to_live;
  };
  EXPECT_EQ(told(minutes{60}), minutes{1});
  EXPECT_EQ(told(seconds{5}), seconds{5});
  EXPECT_EQ(told({}), minutes{1});
}

TEST_F(QueueTest, a_dead_letter_that_fails_often_stays) {
  ASSERT_TRUE(send("plain", message("a")));
  ASSERT_TRUE(run([&](Change& change) {
    return queue("plain").dead_letter(take("plain")->lock_token, {"Bad", "", {}}, change);
  }));
  for (int i = 0; i < 12; ++i)
    ASSERT_TRUE(abandon("plain/$DeadLetterQueue", take("plain/$DeadLetterQueue")->lock_token));
  EXPECT_EQ(take("plain/$DeadLetterQueue")->message.delivery_count, 12U);
}

TEST_F(QueueTest, a_changed_lock_holds_for_dead_letters_too) {
  const auto locked_for = [&] {
    EXPECT_TRUE(send("plain", message("a")));
    EXPECT_TRUE(run([&](Change& change) {
      return queue("plain").dead_letter(take("plain")->lock_token, {"Bad", "", {}}, change);
    }));
    return take("plain/$DeadLetterQueue")->locked_until - clock.wall();
  };
  EXPECT_EQ(locked_for(), minutes{1});
  auto changed = *bus().find_queue("plain");
  changed.settings.lock_duration = minutes{4};
  ASSERT_TRUE(run([&](Change& change) { return bus().update(changed, now(), change); }));
  EXPECT_EQ(locked_for(), minutes{4});
}

TEST_F(QueueTest, ids_may_have_so_many_characters_and_not_bytes) {
  std::string longest;
  for (size_t i = 0; i < kIdCharactersMost; ++i) longest += "\u00fc";
  for (auto field : {&Incoming::message_id, &Incoming::session_id, &Incoming::partition_key}) {
    auto incoming = message("a");
    incoming.*field = longest;
    EXPECT_TRUE(send("plain", incoming));
    incoming.*field = longest + "x";
    EXPECT_EQ(send("plain", incoming).error().reason, Reason::argument);
  }
  auto incoming = message("a");
  incoming.message_id = "";
  for (size_t i = 0; i < kIdCharactersMost / 2; ++i) *incoming.message_id += "\U0001F600";
  EXPECT_TRUE(send("plain", incoming));
  *incoming.message_id += "x";
  EXPECT_FALSE(send("plain", incoming)) << "a character beyond the basic plane counts twice, as in .NET";
}

TEST_F(QueueTest, a_message_that_is_too_large_is_refused) {
  auto incoming = message("a");
  incoming.encoded.resize(kMessageBytesMost + 1);
  const auto sent = send("plain", std::move(incoming));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().reason, Reason::too_large);
}

TEST_F(QueueTest, a_missing_entity_is_refused_with_the_words_that_clients_look_for) {
  const auto sent = send("nowhere", message("a"));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().reason, Reason::not_found);
  EXPECT_EQ(sent.error().text, "The messaging entity 'nowhere' could not be found.");
}

class DuplicateTest : public BrokerTest {};

TEST_F(DuplicateTest, a_second_message_with_the_same_id_is_accepted_and_dropped) {
  ASSERT_TRUE(send("unique", message("a")));
  const auto again = send("unique", message("a"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->duplicates, 1U);
  EXPECT_EQ(queue("unique").size(), 1U);
  // Ids differ by case.
  EXPECT_EQ(send("unique", message("A"))->accepted, 1U);
}

TEST_F(DuplicateTest, the_history_outlives_the_message_but_not_its_window) {
  ASSERT_TRUE(send("unique", message("a")));
  ASSERT_TRUE(complete("unique", take("unique")->lock_token));
  pass(minutes{9});
  EXPECT_EQ(send("unique", message("a"))->duplicates, 1U);
  pass(minutes{1});
  EXPECT_EQ(send("unique", message("a"))->accepted, 1U);
}

TEST_F(DuplicateTest, one_batch_may_hold_an_id_once) {
  std::vector<Incoming> batch;
  batch.push_back(message("a"));
  batch.push_back(message("a"));
  const auto sent = send_batch("unique", std::move(batch));
  EXPECT_EQ(sent->accepted, 1U);
  EXPECT_EQ(sent->duplicates, 1U);
}

TEST_F(DuplicateTest, an_id_is_forgotten_on_disk_after_its_window) {
  ASSERT_TRUE(send("unique", message("a")));
  pass(minutes{11});
  ASSERT_TRUE(send("unique", message("b")));
  EXPECT_EQ(count<ForgetMessageIds>(last), 1U);
}

TEST_F(DuplicateTest, an_id_of_a_long_window_holds_up_no_later_one_of_a_short) {
  DuplicateHistory history(1, std::chrono::days{7});
  Change change;
  history.remember("long", clock.wall(), change);
  history.change_window(seconds{20});
  history.remember("short", clock.wall(), change);
  clock.advance(minutes{2});
  history.forget(clock.wall(), change);
  EXPECT_EQ(count<ForgetMessageIds>(change), 1U);
  EXPECT_EQ(history.size(), 1U);
  EXPECT_TRUE(history.contains("long", clock.wall()));
  clock.advance(std::chrono::days{7});
  history.forget(clock.wall(), change);
  EXPECT_EQ(history.size(), 0U);
}

TEST_F(DuplicateTest, an_id_that_comes_again_is_kept_for_its_new_window) {
  DuplicateHistory history(1, minutes{5});
  Change change;
  history.remember("a", clock.wall(), change);
  clock.advance(minutes{5});
  history.remember("a", clock.wall(), change);  // before it was forgotten
  clock.advance(minutes{2});
  history.forget(clock.wall(), change);
  EXPECT_TRUE(history.contains("a", clock.wall()));
  clock.advance(minutes{4});
  history.forget(clock.wall(), change);
  EXPECT_EQ(history.size(), 0U);
}

TEST_F(DuplicateTest, an_id_restored_from_disk_is_still_a_duplicate) {
  bus().restore_message_id(queue("unique").id(), "old", clock.wall() + minutes{1});
  EXPECT_EQ(send("unique", message("old"))->duplicates, 1U);
}

}  // namespace
}  // namespace millrace::bus

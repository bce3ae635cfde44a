#include "emulator/store/bus_store.hpp"

#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "emulator/entities/definition_json.hpp"
#include "emulator/entities/properties_json.hpp"
#include "emulator/store/catalogue.hpp"
#include "emulator/store/durable_broker.hpp"
#include "tests/emulator/broker_fixture.hpp"

namespace millrace::bus {
namespace {

using std::chrono::minutes;

/// A broker on a database that can be closed and opened again.
class BusStoreTest : public BrokerTest {
 protected:
  BusStoreTest() {
    folder =
        std::filesystem::temp_directory_path() / ("bus-store-" + Uuid::v7(SystemClock().wall()).string());
    std::filesystem::create_directories(folder);
    definitions.topics.push_back({"events",
                                  DuplicateDetection{},
                                  {},
                                  {{"a", {}, {Rule::everything()}}, {"b", {}, {Rule::everything()}}}});
    reopen();
  }
  ~BusStoreTest() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }

  void reopen() {
    store.reset();
    auto opened = BusStore::open(folder / "bus.db");
    ASSERT_TRUE(opened) << opened.error().message;
    store.emplace(std::move(*opened));
    auto loaded = load_broker(
        *store, definitions, clock.wall(),
        [this] {
          Uuid token;
          token.bytes[15] = ++tokens;
          return token;
        },
        [](const Bytes&) { return Incoming{}; }, rewrite);
    ASSERT_TRUE(loaded) << loaded.error().message;
    broker = std::move(*loaded);
    store->start(loop.get_executor());
  }
  /// Runs a command and writes what it did, as the daemon does.
  template <class Command>
  void durably(Command command) {
    Change change;
    ASSERT_TRUE(command(change));
    bool done = false;
    store->commit(change.effects, [&] { done = true; });
    loop.restart();
    auto guard = boost::asio::make_work_guard(loop);
    while (!done) loop.run_one();
    commit(change);
  }
  void send_durably(const std::string& path, Incoming incoming) {
    durably([&](Change& change) {
      std::vector<Incoming> batch;
      batch.push_back(std::move(incoming));
      return bus().send(path, std::move(batch), now(), change);
    });
  }

  std::filesystem::path folder;
  boost::asio::io_context loop;
  std::optional<BusStore> store;
};

TEST_F(BusStoreTest, messages_come_back_with_all_that_belongs_to_them) {
  auto incoming = message("a", "s1");
  incoming.time_to_live = minutes{5};
  send_durably("plain", std::move(incoming));
  durably([&](Change& change) {
    const Properties changed{{"why", Value{std::string("busy")}}, {"at", Value{clock.wall()}}};
    return queue("plain").abandon(take("plain")->lock_token, changed, change);
  });
  reopen();
  const auto delivery = take("plain");
  ASSERT_TRUE(delivery);
  EXPECT_EQ(id_of(delivery->message), "a");
  EXPECT_EQ(delivery->message.sequence, 1);
  EXPECT_EQ(delivery->message.session_id, "s1");
  EXPECT_EQ(delivery->message.delivery_count, 1U);
  EXPECT_EQ(delivery->message.enqueued, clock.wall());
  EXPECT_EQ(delivery->message.expires, clock.wall() + minutes{5});
  EXPECT_EQ(delivery->message.changed.at("why"), Value{std::string("busy")});
  EXPECT_EQ(delivery->message.changed.at("at"), Value{clock.wall()});
}

TEST_F(BusStoreTest, what_was_settled_stays_settled_and_numbers_go_on) {
  send_durably("plain", message("a"));
  send_durably("plain", message("b"));
  durably([&](Change& change) { return queue("plain").complete(take("plain")->lock_token, change); });
  durably([&](Change& change) {
    return queue("plain").dead_letter(take("plain")->lock_token, {"Bad", "", {}}, change);
  });
  reopen();
  EXPECT_FALSE(take("plain"));
  EXPECT_EQ(take_id("plain/$DeadLetterQueue"), "b");
  send_durably("plain", message("c"));
  EXPECT_EQ(take("plain")->message.sequence, 3);
}

TEST_F(BusStoreTest, the_history_of_ids_and_the_state_of_sessions_come_back) {
  send_durably("unique", message("a"));
  durably([&](Change& change) { return queue("unique").complete(take("unique")->lock_token, change); });
  ASSERT_TRUE(queue("sessions").lock_session("s1", 1, now()));
  durably([&](Change& change) { return queue("sessions").set_session_state("s1", 1, Bytes{7}, change); });
  const auto bytes = queue("sessions").bytes();
  EXPECT_GT(bytes, 0U);
  reopen();
  EXPECT_EQ(queue("sessions").bytes(), bytes);
  EXPECT_EQ(send("unique", message("a"))->duplicates, 1U);
  ASSERT_TRUE(queue("sessions").lock_session("s1", 1, now()));
  EXPECT_EQ(*queue("sessions").session_state("s1", 1), Bytes{7});
}

TEST_F(BusStoreTest, a_shared_payload_lives_as_long_as_its_last_copy) {
  send_durably("events", message("a"));
  durably([&](Change& change) {
    return queue("events/Subscriptions/a").complete(take("events/Subscriptions/a")->lock_token, change);
  });
  reopen();
  EXPECT_FALSE(take("events/Subscriptions/a"));
  EXPECT_EQ(take_id("events/Subscriptions/b"), "a");
}

TEST_F(BusStoreTest, an_entity_that_left_the_file_stays_with_its_messages) {
  send_durably("plain", message("a"));
  definitions.queues.erase(definitions.queues.begin());
  reopen();
  EXPECT_EQ(take_id("plain"), "a");
}

TEST_F(BusStoreTest, what_administration_did_is_there_after_a_restart) {
  durably([&](Change& change) {
    QueueDefinition made{"made", {}, DuplicateDetection{minutes{2}}, {}};
    made.settings.default_time_to_live = minutes{7};
    made.info.user_metadata = "by hand";
    made.info.status = EntityStatus::send_disabled;
    return bus().create(made, now(), change);
  });
  durably([&](Change& change) {
    auto changed = *bus().find_queue("plain");
    changed.settings.lock_duration = minutes{2};
    return bus().update(changed, now(), change);
  });
  durably([&](Change& change) { return bus().remove("sessions", change); });
  durably([&](Change& change) {
    CorrelationFilter filter;
    filter.subject = "alarm";
    filter.properties = {{"at", Value{clock.wall()}}, {"n", Value{int64_t{5}}}};
    return bus().add_rule("events/Subscriptions/a", {"r", filter}, now(), change);
  });
  durably(
      [&](Change& change) { return bus().remove_rule("events/Subscriptions/b", "$default", now(), change); });
  reopen();
  const auto* made = bus().find_queue("MADE");
  ASSERT_NE(made, nullptr);
  EXPECT_EQ(made->name, "made");
  EXPECT_EQ(made->settings.default_time_to_live, minutes{7});
  EXPECT_EQ(made->duplicates->window, minutes{2});
  EXPECT_EQ(made->info.user_metadata, "by hand");
  EXPECT_EQ(made->info.status, EntityStatus::send_disabled);
  EXPECT_EQ(made->info.created, clock.wall());
  EXPECT_EQ(queue("plain").settings().lock_duration, minutes{2});
  EXPECT_EQ(bus().queue("sessions"), nullptr) << "the file still names it, and says nothing new";
  const auto& rules = bus().subscription("events/Subscriptions/a")->definition.rules;
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(std::get<CorrelationFilter>(rules[1].filter).properties.at("at"), Value{clock.wall()});
  EXPECT_TRUE(bus().subscription("events/Subscriptions/b")->definition.rules.empty());
}

TEST_F(BusStoreTest, an_action_and_the_copies_that_it_made_come_back) {
  durably([&](Change& change) {
    Rule rule{"acts", TrueFilter{}, *SqlAction::parse("SET color = 'red'")};
    return bus().add_rule("events/Subscriptions/a", std::move(rule), now(), change);
  });
  send_durably("events", message("m"));
  reopen();
  const auto* subscription = bus().subscription("events/Subscriptions/a");
  ASSERT_EQ(subscription->definition.rules.size(), 2U);
  EXPECT_EQ(subscription->definition.rules[1].action->text(), "SET color = 'red'");
  EXPECT_EQ(take_id("events/Subscriptions/a"), "m");
  EXPECT_EQ(take_id("events/Subscriptions/a"), "m;RuleName=acts;color=red");
  EXPECT_EQ(take_id("events/Subscriptions/b"), "m");
  send_durably("events", message("n"));
  EXPECT_EQ(queue("events/Subscriptions/a").size(), 4U) << "the rule still acts";
}

TEST_F(BusStoreTest, what_the_file_says_anew_is_followed) {
  durably([&](Change& change) {
    auto changed = *bus().find_queue("plain");
    changed.settings.lock_duration = minutes{2};
    return bus().update(changed, now(), change);
  });
  durably([&](Change& change) { return bus().remove("unique", change); });
  definitions.queues[0].settings.max_delivery_count = 9;
  definitions.queues[2].duplicates = DuplicateDetection{minutes{3}};
  reopen();
  EXPECT_EQ(queue("plain").settings().max_delivery_count, 9U);
  EXPECT_EQ(queue("plain").settings().lock_duration, minutes{1});
  EXPECT_NE(bus().queue("unique"), nullptr);
}

TEST_F(BusStoreTest, a_topic_that_the_file_makes_a_queue_is_one_from_then_on) {
  send_durably("events", message("a"));
  const auto topic = definitions.topics.front();
  definitions.topics.clear();
  definitions.queues.push_back({"Events", {}, {}});
  for (int start = 0; start < 2; ++start) {
    reopen();
    ASSERT_NE(bus().find_queue("events"), nullptr);
    EXPECT_EQ(bus().find_queue("events")->name, "Events");
    EXPECT_EQ(bus().queue("events/Subscriptions/a"), nullptr);
    send_durably("events", message("b"));
    durably([&](Change& change) {
      const auto delivery = take("events");
      EXPECT_EQ(id_of(delivery->message), "b") << "and not what the subscriptions had";
      return queue("events").complete(delivery->lock_token, change);
    });
  }
  definitions.queues.pop_back();
  definitions.topics.push_back(topic);
  for (int start = 0; start < 2; ++start) {
    reopen();
    ASSERT_TRUE(bus().is_topic("events"));
    send_durably("events", message("c"));
    EXPECT_EQ(take_id("events/Subscriptions/a"), "c");
    EXPECT_EQ(take_id("events/Subscriptions/b"), "c");
  }
}

TEST_F(BusStoreTest, a_queue_that_the_file_makes_a_topic_has_its_subscriptions) {
  send_durably("plain", message("a"));
  send_durably("plain", message("b"));
  durably([&](Change& change) {
    return queue("plain").dead_letter(take("plain")->lock_token, {"Bad", "", {}}, change);
  });
  definitions.queues.erase(definitions.queues.begin());
  definitions.topics.push_back({"plain", {}, {}, {{"all", {}, {Rule::everything()}}}});
  for (int start = 0; start < 2; ++start) {
    reopen();
    ASSERT_TRUE(bus().is_topic("plain"));
    EXPECT_EQ(bus().queue("plain"), nullptr);
    EXPECT_EQ(bus().queue("plain/$DeadLetterQueue"), nullptr);
    ASSERT_NE(bus().queue("plain/Subscriptions/all"), nullptr);
    send_durably("plain", message("c"));
    durably([&](Change& change) {
      const auto delivery = take("plain/Subscriptions/all");
      EXPECT_EQ(id_of(delivery->message), "c");
      return queue("plain/Subscriptions/all").complete(delivery->lock_token, change);
    });
  }
}

TEST_F(BusStoreTest, a_new_subscription_of_a_deleted_topic_waits_for_the_topic) {
  durably([&](Change& change) { return bus().remove("events", change); });
  definitions.topics.front().subscriptions.push_back({"c", {}, {Rule::everything()}});
  reopen();
  EXPECT_EQ(bus().queue("events/Subscriptions/c"), nullptr);
  durably([&](Change& change) { return bus().create(TopicDefinition{"events", {}, {}, {}}, now(), change); });
  reopen();
  EXPECT_EQ(bus().queue("events/Subscriptions/a"), nullptr) << "administration deleted it";
  EXPECT_NE(bus().queue("events/Subscriptions/c"), nullptr);
}

TEST_F(BusStoreTest, a_deleted_entity_takes_its_messages_and_its_number_along) {
  send_durably("events", message("a"));
  send_durably("plain", message("b"));
  durably([&](Change& change) { return bus().remove("events/subscriptions/a", change); });
  durably([&](Change& change) { return bus().remove("plain", change); });
  durably([&](Change& change) { return bus().create(QueueDefinition{"plain", {}, {}, {}}, now(), change); });
  reopen();
  EXPECT_EQ(bus().queue("events/Subscriptions/a"), nullptr);
  EXPECT_EQ(take_id("events/Subscriptions/b"), "a");
  EXPECT_FALSE(take("plain"));
  send_durably("plain", message("c"));
  EXPECT_EQ(take("plain")->message.sequence, 1);
}

TEST_F(BusStoreTest, a_message_for_a_time_that_no_timer_holds_keeps_none_busy) {
  auto incoming = message("a");
  incoming.scheduled = clock.wall() + std::chrono::years{300};
  send_durably("plain", std::move(incoming));
  loop.restart();
  DurableBroker durable(loop, clock, bus(), *store);
  // A timer whose time cannot be held is over at once, again and again.
  EXPECT_EQ(loop.run_for(std::chrono::milliseconds{50}), 0U);
  durable.stop();
}

TEST_F(BusStoreTest, while_the_disk_has_no_room_nothing_grows_and_settling_goes_on) {
  send_durably("plain", message("a"));
  ASSERT_TRUE(queue("sessions").lock_session("s1", 1, now()));
  store.reset();
  store.emplace(*BusStore::open(folder / "bus.db", std::numeric_limits<uint64_t>::max()));
  store->start(loop.get_executor());
  DurableBroker durable(loop, clock, bus(), *store);
  // What each command decides, at once: nothing needs its commit here.
  const auto answer = [&](auto command) {
    return durable.at_once([&](Moment at, Change& change) -> Answer<> { return command(at, change); });
  };
  EXPECT_EQ(answer([&](Moment, Change& change) {
              return queue("sessions").set_session_state("s1", 1, Bytes(10), change);
            })
                .error()
                .reason,
            Reason::quota_exceeded);
  EXPECT_EQ(answer([&](Moment at, Change& change) {
              const auto sent = bus().send("plain", {message("b")}, at, change);
              return sent ? Answer<>{} : std::unexpected(sent.error());
            })
                .error()
                .reason,
            Reason::quota_exceeded);
  const auto token = take("plain")->lock_token;
  EXPECT_TRUE(answer([&](Moment, Change& change) { return queue("plain").complete(token, change); }));
  durable.stop();
}

TEST(PropertiesJson, every_type_survives) {
  const Properties properties{{"null", Value{}},
                              {"flag", Value{true}},
                              {"whole", Value{int64_t{-5}}},
                              {"real", Value{0.25}},
                              {"odd", Value{0.12345678901234567}},
                              {"infinite", Value{std::numeric_limits<double>::infinity()}},
                              {"least", Value{-std::numeric_limits<double>::infinity()}},
                              {"small", Value{std::numeric_limits<double>::denorm_min()}},
                              {"most", Value{std::numeric_limits<int64_t>::max()}},
                              {"text", Value{std::string("\"x\"\n")}},
                              {"time", Value{WallTime{Millis{123}}}}};
  EXPECT_EQ(*properties_from_json(to_json(properties)), properties);
  EXPECT_FALSE(properties_from_json("[]"));
  EXPECT_FALSE(properties_from_json("{\"a\":[]}"));
  EXPECT_FALSE(properties_from_json(R"({"a":{"number":"1x"}})"));
  EXPECT_EQ(*properties_from_json(R"({"a":0.5})"), (Properties{{"a", Value{0.5}}})) << "as it was written";
}

TEST(PropertiesJson, what_is_no_number_comes_back_as_such) {
  const Properties properties{{"none", Value{std::numeric_limits<double>::quiet_NaN()}}};
  const auto again = properties_from_json(to_json(properties));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(std::isnan(std::get<double>(again->at("none"))));
}

TEST(DefinitionJson, a_rule_that_was_written_before_there_were_actions_has_none) {
  const auto json = to_json(SubscriptionOf{"events", {"s", {}, {{"r", TrueFilter{}}}}});
  EXPECT_EQ(json.find("Action"), std::string::npos) << "the file of entities says nothing new then";
  const auto again = definition_from_json(json);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(std::get<SubscriptionOf>(*again).subscription.rules[0].action);
}

TEST(DefinitionJson, what_a_client_may_say_comes_back) {
  CorrelationFilter filter;
  filter.properties = {{"limit", Value{std::numeric_limits<double>::infinity()}},
                       {"ratio", Value{0.12345678901234567}},
                       {"", Value{}}};
  SubscriptionOf of{"events", {"s", {}, {{"r", filter}}}};
  of.subscription.info.created = WallTime{Millis{-5}};  // of a clock that was put back
  const auto again = definition_from_json(to_json(of));
  ASSERT_TRUE(again) << again.error().message;
  const auto& subscription = std::get<SubscriptionOf>(*again).subscription;
  EXPECT_EQ(std::get<CorrelationFilter>(subscription.rules[0].filter).properties, filter.properties);
  EXPECT_EQ(subscription.info.created, of.subscription.info.created);
}

}  // namespace
}  // namespace millrace::bus

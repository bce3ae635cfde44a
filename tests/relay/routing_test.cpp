#include "relay/lanes/routing.hpp"

#include "millrace/events/v1/stream.pb.h"
#include "tests/support/chain.hpp"

namespace millrace::relay {
namespace {

using delivery::testing::Chain;
namespace attr = delivery::attr;

class RoutingTest : public ::testing::Test {
 protected:
  RoutingTest() { event = chain.append(); }
  void set(std::string_view name, std::string value) {
    event.attributes[std::string(name)] = std::move(value);
  }

  Chain chain;
  delivery::Event event;
  const WallTime recorded = parse_rfc3339("2026-01-05T06:00:00.000Z").value();
};

TEST_F(RoutingTest, an_event_goes_to_the_topic_in_the_session_of_its_partition_key) {
  const auto route = route_of(event, "millrace-events");
  ASSERT_TRUE(route);
  EXPECT_EQ(*route, (delivery::Route{"millrace-events", "operator:op-1"}));
}

TEST_F(RoutingTest, a_command_goes_to_the_queue_of_its_service) {
  set(attr::type, "millrace.command.decideworkflowstep.v1");
  EXPECT_EQ(route_of(event, "millrace-events")->entity, "millrace-commands-workflow");
  set(attr::type, "millrace.command.voidattempt.v1");
  EXPECT_EQ(route_of(event, "millrace-events")->entity, "millrace-commands-training");
}

TEST_F(RoutingTest, what_no_entity_takes_has_no_route_and_says_why) {
  set(attr::type, "millrace.command.juggle.v1");
  const auto unknown = route_of(event, "millrace-events");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, ::testing::HasSubstr("millrace.command.juggle.v1"));
  event.attributes.erase(std::string(attr::partitionkey));
  EXPECT_FALSE(route_of(event, "millrace-events"));
}

TEST_F(RoutingTest, the_notice_stands_in_the_records_session_under_an_id_of_its_own) {
  const auto record = chain.record(1);
  const auto notice = withheld_notice(*record, "relay-1", "too large", true, recorded);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->message_id, record->event_id().string() + "/withheld");
  EXPECT_EQ(notice->group_id, "operator:op-1");
  EXPECT_EQ(notice->subject, "millrace.event.withheld.v1");
  millrace::events::v1::EventWithheld withheld;
  ASSERT_TRUE(withheld.ParseFromArray(notice->body.data(), static_cast<int>(notice->body.size())));
  EXPECT_EQ(withheld.sequence(), 1u);
  EXPECT_EQ(withheld.reason(), "too large");
  EXPECT_TRUE(withheld.maybe_delivered());
  EXPECT_EQ(withheld.hash(), as_text(record->hash()));
  EXPECT_EQ(withheld.event_id(), as_text(record->event_id().bytes));
}

TEST_F(RoutingTest, a_replayed_record_that_is_refused_again_has_a_notice_of_its_own) {
  const auto replayof = chain.stream_id().string() + "/1";
  chain.append("operator:op-1", 16, 0, "millrace.test.completed.v1", replayof);
  const auto record = chain.record(2);
  const auto notice = withheld_notice(*record, "relay-1", "too large", false, recorded);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->message_id,
            fmt::format("{}/withheld/{}/2", record->event_id().string(), record->stream_id().string()));
}

}  // namespace
}  // namespace millrace::relay

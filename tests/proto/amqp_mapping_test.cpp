#include "proto/amqp_mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/chain.hpp"

namespace millrace::proto {
namespace {

using delivery::testing::Chain;
using testing::HasSubstr;

TEST(AmqpMapping, there_and_back_is_the_same_event) {
  Chain chain;
  auto event = chain.append("operator:op-1", 100);
  event.attributes["correlationid"] = "shift-7";
  const auto amqp = to_amqp(event);
  ASSERT_TRUE(amqp) << amqp.error().message;
  EXPECT_EQ(amqp->message_id, event.get("id"));
  EXPECT_EQ(amqp->group_id, "operator:op-1");
  EXPECT_EQ(amqp->subject, "millrace.test.completed.v1");
  EXPECT_EQ(amqp->correlation_id, "shift-7");
  EXPECT_EQ(amqp->content_type, "application/protobuf");
  EXPECT_EQ(amqp->application_properties.size(), event.attributes.size() - 1);
  EXPECT_EQ(amqp->application_properties.at("cloudEvents_sequence"), "00000000000000000001");
  const auto read = from_amqp(*amqp);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->attributes, event.attributes);
  EXPECT_EQ(read->data, event.data);
}

TEST(AmqpMapping, ids_of_128_characters_fit_and_one_more_does_not) {
  Chain chain;
  const auto& event = chain.append();
  for (const auto* name : {"id", "partitionkey", "type", "correlationid"}) {
    auto changed = event;
    changed.attributes[name] = std::string(kMostIdChars, 'x');
    EXPECT_TRUE(to_amqp(changed)) << name;
    changed.attributes[name] += 'x';
    const auto refused = to_amqp(changed);
    ASSERT_FALSE(refused) << name;
    EXPECT_THAT(refused.error().message, HasSubstr(name));
  }
  for (const auto* name : {"id", "partitionkey", "type"}) {
    auto changed = event;
    changed.attributes.erase(name);
    EXPECT_FALSE(to_amqp(changed)) << name;
  }
}

TEST(AmqpMapping, both_separators_are_read_and_other_properties_are_not_the_events) {
  AmqpEvent message;
  message.application_properties = {
      {"cloudEvents_id", "1"}, {"cloudEvents:source", "/s"}, {"cloudEvents", "-"},  {"cloudEvents_", "-"},
      {"cloudEvents-id", "-"}, {"cloudevents_type", "-"},    {"Diagnostic-Id", "-"}};
  const auto read = from_amqp(message);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->attributes, (delivery::Attributes{{"id", "1"}, {"source", "/s"}}));
}

TEST(AmqpMapping, an_attribute_stands_once) {
  AmqpEvent message;
  message.application_properties = {{"cloudEvents_id", "1"}, {"cloudEvents:id", "2"}};
  EXPECT_FALSE(from_amqp(message));
  message.application_properties = {{"cloudEvents_datacontenttype", "a"}};
  message.content_type = "b";
  EXPECT_FALSE(from_amqp(message));
}

}  // namespace
}  // namespace millrace::proto

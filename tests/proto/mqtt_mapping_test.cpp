#include "proto/mqtt_mapping.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/event_types.hpp"
#include "tests/support/chain.hpp"

namespace millrace::proto {
namespace {

using delivery::testing::Chain;
using testing::HasSubstr;

MqttEvent message() {
  return to_mqtt(Chain().append(), "demo", "box-1", 1).value();
}

/// What `from_mqtt` says about the message after the change; empty when it is read.
std::string error_after(const std::function<void(MqttEvent&)>& change) {
  auto changed = message();
  change(changed);
  const auto read = from_mqtt(changed);
  return read ? "" : read.error().message;
}

void set(MqttEvent& message, std::string_view name, std::string_view value) {
  for (auto& [known, old] : message.user_properties) {
    if (known == name) old = value;
  }
}

TEST(MqttMapping, there_and_back_is_the_same_event) {
  Chain chain;
  const auto& event = chain.append("operator:op-1", 100);
  const auto mqtt = to_mqtt(event, "demo", "box-1", UINT64_MAX);
  ASSERT_TRUE(mqtt) << mqtt.error().message;
  EXPECT_EQ(mqtt->topic, "millrace/v1/demo/box-1/evt/test/completed");
  EXPECT_EQ(mqtt->content_type, "application/protobuf");
  EXPECT_EQ(mqtt->payload, event.data);
  EXPECT_EQ(mqtt->user_properties.size(), event.attributes.size());  // datacontenttype out, base in
  const auto read = from_mqtt(*mqtt);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->event.attributes, event.attributes);
  EXPECT_EQ(read->event.data, event.data);
  EXPECT_EQ(read->base, UINT64_MAX);
}

TEST(MqttMapping, every_known_type_has_a_topic_that_names_its_box) {
  for (const auto& type : event_types()) {
    const auto topic = event_topic("demo", "box-1", type.type);
    ASSERT_TRUE(topic) << topic.error().message;
    const auto parts = parse_event_topic(*topic);
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_EQ(parts->site, "demo");
    EXPECT_EQ(parts->edge, "box-1");
  }
  EXPECT_FALSE(event_topic("demo", "box-1", "millrace.test.unheardof.v1"));
  for (const auto* level : {"", "a/b", "+", "#"}) {
    EXPECT_FALSE(event_topic(level, "box-1", "millrace.test.completed.v1")) << level;
    EXPECT_FALSE(event_topic("demo", level, "millrace.test.completed.v1")) << level;
  }
}

TEST(MqttMapping, only_topics_of_events_are_read) {
  for (const auto* topic :
       {"", "millrace/v1/demo/box-1/state", "millrace/v1/demo/box-1/evt/test",
        "millrace/v1/demo/box-1/evt/test/completed/more", "millrace/v2/demo/box-1/evt/test/completed",
        "millrace/v1//box-1/evt/test/completed", "millrace/v1/demo/box-1/evt/test/",
        "millrace/v1/demo/box-1/ext/test/completed", "/millrace/v1/demo/box-1/evt/test/completed"}) {
    EXPECT_FALSE(parse_event_topic(topic)) << topic;
  }
}

TEST(MqttMapping, base_must_stand_once_as_a_decimal_number_of_64_bits) {
  for (const auto* base : {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "18446744073709551616"}) {
    EXPECT_THAT(error_after([&](MqttEvent& m) { set(m, "base", base); }), HasSubstr("'base'")) << base;
  }
  EXPECT_THAT(error_after([](MqttEvent& m) { m.user_properties.pop_back(); }), HasSubstr("missing"));
  EXPECT_THAT(error_after([](MqttEvent& m) { m.user_properties.emplace_back("base", "1"); }),
              HasSubstr("once"));
}

TEST(MqttMapping, an_attribute_stands_once_and_has_a_plain_name) {
  EXPECT_THAT(error_after([](MqttEvent& m) { m.user_properties.emplace_back("id", "other"); }),
              HasSubstr("'id' stands twice"));
  EXPECT_THAT(error_after([](MqttEvent& m) { m.user_properties.emplace_back("datacontenttype", "x"); }),
              HasSubstr("content type"));
  for (const auto* name : {"", "Id", "cloudEvents_id", "two words", "ä"}) {
    EXPECT_THAT(error_after([&](MqttEvent& m) { m.user_properties.emplace_back(name, "x"); }),
                HasSubstr("no attribute name"))
        << name;
  }
  EXPECT_EQ(error_after([](MqttEvent& m) { m.user_properties.emplace_back("future2", "x"); }), "");
}

TEST(MqttMapping, another_version_of_the_envelope_is_not_guessed) {
  EXPECT_THAT(error_after([](MqttEvent& m) { set(m, "specversion", "2.0"); }), HasSubstr("1.0"));
  EXPECT_THAT(error_after([](MqttEvent& m) {
                std::erase_if(m.user_properties, [](const auto& p) { return p.first == "specversion"; });
              }),
              HasSubstr("specversion"));
}

TEST(MqttMapping, data_of_the_largest_size_are_read_and_one_byte_more_is_not) {
  EXPECT_EQ(error_after([](MqttEvent& m) { m.payload.assign(delivery::kMostDataBytes, 1); }), "");
  EXPECT_THAT(error_after([](MqttEvent& m) { m.payload.assign(delivery::kMostDataBytes + 1, 1); }),
              HasSubstr("too large"));
}

TEST(MqttMapping, attributes_of_the_largest_size_that_a_box_stores_are_read) {
  Chain chain;
  auto event = chain.append();
  const auto used = delivery::attribute_bytes(event.attributes)->size();
  const size_t overhead = 1 + std::string_view("subject").size() + 2;
  event.attributes["subject"] = std::string(delivery::kMostAttributeBytes - used - overhead, 's');
  event.attributes["traceparent"] = std::string(55, 't');
  ASSERT_EQ(delivery::attribute_bytes(event.attributes)->size(), delivery::kMostAttributeBytes);
  const auto read = from_mqtt(to_mqtt(event, "demo", "box-1", 1).value());
  ASSERT_TRUE(read) << read.error().message;
  event.attributes["subject"] += std::string(1'024, 's');
  EXPECT_FALSE(from_mqtt(to_mqtt(event, "demo", "box-1", 1).value()));
}

TEST(MqttMapping, as_many_properties_as_the_bound_are_read_and_one_more_is_not) {
  const auto filled = [](size_t count) {
    return [count](MqttEvent& m) {
      while (m.user_properties.size() < count)
        m.user_properties.emplace_back("x" + std::to_string(m.user_properties.size()), "");
    };
  };
  EXPECT_EQ(error_after(filled(kMostUserProperties)), "");
  EXPECT_THAT(error_after(filled(kMostUserProperties + 1)), HasSubstr("too many"));
}

}  // namespace
}  // namespace millrace::proto

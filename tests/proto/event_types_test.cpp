#include "proto/event_types.hpp"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace millrace::proto {
namespace {

TEST(EventTypes, are_eleven_events_two_commands_and_three_of_the_protocol) {
  size_t commands = 0;
  for (const auto& type : event_types()) commands += type.is_command() ? 1 : 0;
  EXPECT_EQ(event_types().size(), 16U);
  EXPECT_EQ(commands, 2U);
}

TEST(EventTypes, have_names_made_of_their_entity_and_verb_and_each_its_own_message) {
  std::set<std::string_view> types;
  std::set<std::string_view> schemas;
  for (const auto& type : event_types()) {
    EXPECT_EQ(type.type, fmt::format("millrace.{}.{}.v1", type.entity, type.verb));
    EXPECT_TRUE(types.insert(type.type).second) << type.type;
    EXPECT_TRUE(schemas.insert(type.schema).second) << type.schema;
    EXPECT_EQ(type.is_command(), type.schema.starts_with("millrace.commands.v1."));
    EXPECT_EQ(type.is_command(), type.entity == "command");
    EXPECT_EQ(find_event_type(type.type), &type);
  }
  EXPECT_EQ(find_event_type("millrace.test.completed.v2"), nullptr);
  EXPECT_EQ(find_event_type(""), nullptr);
}

TEST(PartitionKey, is_the_prefix_and_the_id_within_128_characters) {
  const auto& completed = *find_event_type("millrace.test.completed.v1");
  EXPECT_EQ(partition_key(completed, "op-1001").value(), "operator:op-1001");
  const auto room = kMostPartitionKeyChars - completed.partition_prefix.size();
  EXPECT_EQ(partition_key(completed, std::string(room, 'x'))->size(), kMostPartitionKeyChars);
  EXPECT_FALSE(partition_key(completed, std::string(room + 1, 'x')));
  EXPECT_FALSE(partition_key(completed, ""));
}

}  // namespace
}  // namespace millrace::proto

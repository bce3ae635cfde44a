#include "emulator/entities/entities_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/entities/duration.hpp"

namespace millrace::bus {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A file with this inside its one namespace.
EntitiesFile parse(const std::string& inner) {
  return parse_entities(R"({"UserConfig":{"Namespaces":[{"Name":"ns",)" + inner + "}]}}", "config.json");
}

TEST(EntitiesFile, the_demo_file_is_good_and_has_the_entities_of_the_architecture) {
  const auto file = load_entities(MILLRACE_SOURCE_DIR "/emulator/config.json");
  ASSERT_THAT(file.problems, IsEmpty());
  ASSERT_EQ(file.definitions.topics.size(), 1U);
  const auto& topic = file.definitions.topics.front();
  EXPECT_EQ(topic.name, "millrace-events");
  ASSERT_TRUE(topic.duplicates);
  EXPECT_EQ(topic.duplicates->window, days{7});
  std::vector<std::string> names;
  for (const auto& subscription : topic.subscriptions) {
    names.push_back(subscription.name);
    EXPECT_TRUE(subscription.settings.requires_session) << subscription.name;
  }
  EXPECT_THAT(names, ElementsAre("training", "matrix", "notification", "analytics", "site-demo"));
  Incoming completed;
  completed.properties["cloudEvents_type"] = std::string("millrace.test.completed.v1");
  completed.properties["cloudEvents_source"] = std::string("/sites/demo/edges/box-1");
  std::vector<bool> gets;
  gets.reserve(topic.subscriptions.size());
  for (const auto& subscription : topic.subscriptions)
    gets.push_back(any_matches(subscription.rules, completed));
  EXPECT_THAT(gets, ElementsAre(true, true, false, true, false));
  for (const auto& queue : file.definitions.queues) {
    EXPECT_TRUE(queue.settings.requires_session) << queue.name;
    EXPECT_TRUE(queue.duplicates) << queue.name;
  }
}

TEST(EntitiesFile, comments_and_defaults_are_those_of_the_official_emulator) {
  const auto file = parse(R"("Queues":[{"Name":"q" /* nothing else */,},], // the end)"
                          "\n\"Topics\":[]");
  ASSERT_THAT(file.problems, IsEmpty());
  const auto& queue = file.definitions.queues.at(0);
  EXPECT_EQ(queue.settings.lock_duration, minutes{1});
  EXPECT_EQ(queue.settings.max_delivery_count, 10U);
  EXPECT_FALSE(queue.settings.requires_session);
  EXPECT_FALSE(queue.duplicates);
}

TEST(EntitiesFile, a_syntax_error_names_line_and_column) {
  const auto file = parse_entities("{\n  \"UserConfig\": }", "config.json");
  EXPECT_THAT(file.problems, ElementsAre(HasSubstr("config.json:2:")));
}

TEST(EntitiesFile, all_problems_are_reported_with_place_and_remedy) {
  const auto file = parse(R"("Queues":[
    {"Name":"q","Properties":{"LockDuration":"PT10M","MaxDeliveryCount":0,"ForwardTo":"other","Colour":1}},
    {"Name":"Q"}, {"Name":"bad name"}],
    "Topics":[{"Name":"t","Properties":{"RequiresDuplicateDetection":true,
      "DuplicateDetectionHistoryTimeWindow":"P8D"},
      "Subscriptions":[{"Name":"s","Rules":[{"Name":"r","Properties":{"FilterType":"Sql",
        "SqlFilter":{"SqlExpression":"a ="}}}]}]}])");
  using testing::UnorderedElementsAre;
  const std::string place = "config.json: UserConfig.Namespaces[0].";
  EXPECT_THAT(
      file.problems,
      UnorderedElementsAre(
          HasSubstr(place + "Queues[0].Properties: unknown key 'Colour'"),
          HasSubstr(place + "Queues[0].Properties.LockDuration: PT10M is outside PT1S to PT5M"),
          HasSubstr(place + "Queues[0].Properties.MaxDeliveryCount: must be a whole number"),
          HasSubstr(place + "Queues[0].Properties.ForwardTo: this bus does not forward"),
          HasSubstr(place + "Queues[1].Name: 'Q' is there twice"),
          HasSubstr(place + "Queues[2].Name: 'bad name' is not a name"),
          HasSubstr(place +
                    "Topics[0].Properties.DuplicateDetectionHistoryTimeWindow: P8D is outside PT20S to P7D"),
          HasSubstr(place +
                    "Topics[0].Subscriptions[0].Rules[0].Properties.SqlFilter.SqlExpression: column 4")));
}

TEST(EntitiesFile, a_rule_may_have_an_action) {
  const auto with_action = [](const std::string& action) {
    return parse(R"("Topics":[{"Name":"t","Subscriptions":[{"Name":"s","Rules":[{"Name":"r","Properties":{
      "FilterType":"Sql","SqlFilter":{"SqlExpression":"1=1"},"Action":)" +
                 action + "}}]}]}]");
  };
  const auto file = with_action(R"({"SqlExpression":"SET sys.To = 'Entity'"})");
  ASSERT_THAT(file.problems, IsEmpty());
  EXPECT_EQ(file.definitions.topics[0].subscriptions[0].rules[0].action->text(), "SET sys.To = 'Entity'");
  const auto none = with_action("{}");
  ASSERT_THAT(none.problems, IsEmpty());
  EXPECT_FALSE(none.definitions.topics[0].subscriptions[0].rules[0].action);

  const std::string place = "Topics[0].Subscriptions[0].Rules[0].Properties.Action";
  EXPECT_THAT(with_action(R"({"SqlExpression":"SET sys.To"})").problems,
              ElementsAre(HasSubstr(place + ".SqlExpression: column 11: expected '='")));
  EXPECT_THAT(with_action(R"({"SqlExpression":""})").problems,
              ElementsAre(HasSubstr(place + ".SqlExpression: column 1: expected SET or REMOVE")));
  EXPECT_THAT(with_action(R"({"Expression":""})").problems,
              ElementsAre(HasSubstr(place + ": unknown key 'Expression'")));
}

TEST(EntitiesFile, a_missing_file_is_one_problem) {
  EXPECT_EQ(load_entities("/nowhere/config.json").problems.size(), 1U);
}

TEST(Duration, reads_what_official_files_contain) {
  EXPECT_EQ(parse_duration("PT1M"), minutes{1});
  EXPECT_EQ(parse_duration("PT20S"), seconds{20});
  EXPECT_EQ(parse_duration("P7D"), days{7});
  EXPECT_EQ(parse_duration("P1DT2H3M4.5S"), days{1} + hours{2} + minutes{3} + Millis{4500});
  EXPECT_TRUE(parse_duration("P10675199DT2H48M5.4775807S"));
}

TEST(Duration, refuses_everything_else) {
  for (const auto* text :
       {"", "P", "PT", "1M", "PT1", "P1M", "P1Y", "PT1S1M", "P1DT", "PT-1S", "P1W", "PT1M "}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, writes_what_it_reads) {
  for (const auto* text : {"PT1M", "P7D", "PT0S", "P1DT2H3M4S", "PT0.250S"}) {
    EXPECT_EQ(format_duration(*parse_duration(text)), text);
  }
}

}  // namespace
}  // namespace millrace::bus

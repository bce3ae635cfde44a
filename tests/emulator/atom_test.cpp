// What administration clients send, read with care.
#include "emulator/admin/atom_read.hpp"

#include <limits>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/admin/atom_write.hpp"

namespace millrace::bus {
namespace {

Result<Description> queue_with(std::string_view metadata) {
  return read_description(
      fmt::format("<entry><content><QueueDescription><UserMetadata>{}</UserMetadata></QueueDescription>"
                  "</content></entry>",
                  metadata));
}

TEST(AtomRead, text_is_taken_as_it_is) {
  const auto queue = queue_with("h\u00f6her \U0001F600 &#x1F600;");
  ASSERT_TRUE(queue) << queue.error().message;
  EXPECT_EQ(std::get<QueueDefinition>(*queue).info.user_metadata, "h\u00f6her \U0001F600 \U0001F600");
}

TEST(AtomRead, what_is_not_utf8_is_refused_since_it_could_not_be_read_again) {
  for (const auto* metadata :
       {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "&#xD800;", "&#x110000;"}) {
    const auto queue = queue_with(metadata);
    ASSERT_FALSE(queue) << metadata;
    EXPECT_THAT(queue.error().message, testing::HasSubstr("not UTF-8"));
  }
}

TEST(AtomRead, a_text_in_an_encoding_that_it_names_is_understood) {
  const auto queue = read_description(
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><entry><content><QueueDescription>"
      "<UserMetadata>h\xf6her</UserMetadata></QueueDescription></content></entry>");
  ASSERT_TRUE(queue) << queue.error().message;
  EXPECT_EQ(std::get<QueueDefinition>(*queue).info.user_metadata, "h\u00f6her");
}

Result<Description> rule_with(std::string_view action) {
  return read_description(
      fmt::format("<entry><content><RuleDescription "
                  "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">{}<Name>r</Name>"
                  "</RuleDescription></content></entry>",
                  action));
}

std::optional<std::string> action_of(const Result<Description>& rule) {
  EXPECT_TRUE(rule) << (rule ? "" : rule.error().message);
  if (!rule || !std::get<Rule>(*rule).action) return {};
  return std::get<Rule>(*rule).action->text();
}

TEST(AtomRead, a_rule_has_the_action_that_it_names) {
  EXPECT_EQ(action_of(rule_with("<Action i:type=\"SqlRuleAction\"><SqlExpression>SET a = 1</SqlExpression>"
                                "<CompatibilityLevel>20</CompatibilityLevel><Parameters/></Action>")),
            "SET a = 1");
  EXPECT_EQ(action_of(rule_with("<Action><SqlExpression>REMOVE a</SqlExpression></Action>")), "REMOVE a");
  EXPECT_EQ(action_of(rule_with("<Action i:type=\"EmptyRuleAction\"/>")), std::nullopt);
  EXPECT_EQ(action_of(rule_with("<Action/>")), std::nullopt);
  EXPECT_EQ(action_of(rule_with("")), std::nullopt);
}

TEST(AtomRead, an_action_that_cannot_be_run_is_refused) {
  const auto refusal = [](std::string_view action) {
    const auto rule = rule_with(action);
    EXPECT_FALSE(rule) << action;
    return rule ? "" : rule.error().message;
  };
  using testing::HasSubstr;
  EXPECT_THAT(refusal("<Action i:type=\"SqlRuleAction\"><SqlExpression>SET a</SqlExpression></Action>"),
              HasSubstr("The action: column 6: expected '='"));
  EXPECT_THAT(refusal("<Action i:type=\"SqlRuleAction\"/>"), HasSubstr("expected SET or REMOVE"));
  EXPECT_THAT(refusal("<Action i:type=\"SqlRuleAction\"><SqlExpression>SET a = 1</SqlExpression><Parameters>"
                      "<KeyValueOfstringanyType/></Parameters></Action>"),
              HasSubstr("without parameters"));
  EXPECT_THAT(refusal("<Action i:type=\"OtherAction\"/>"), HasSubstr("'OtherAction' is not an action"));
}

TEST(AtomWrite, an_action_comes_back) {
  Rule rule{"r", TrueFilter{}, *SqlAction::parse("SET a = '<&>'")};
  const auto written = write_entry({"http://localhost/x", "x", rule, {}});
  EXPECT_THAT(written, testing::HasSubstr("<Action i:type=\"SqlRuleAction\"><SqlExpression>SET a"));
  EXPECT_EQ(action_of(read_description(written)), "SET a = '<&>'");
  rule.action.reset();
  EXPECT_THAT(write_entry({"http://localhost/x", "x", rule, {}}),
              testing::HasSubstr("<Action i:type=\"EmptyRuleAction\"/>"));
}

TEST(AtomWrite, an_infinite_number_is_spelled_as_xml_does) {
  CorrelationFilter filter;
  filter.properties = {{"a", Value{-std::numeric_limits<double>::infinity()}}};
  const auto written = write_entry({"http://localhost/x", "x", Rule{"r", filter}, {}});
  EXPECT_THAT(written, testing::HasSubstr(">-INF<"));
  const auto again = read_description(written);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(std::get<CorrelationFilter>(std::get<Rule>(*again).filter).properties, filter.properties);
}

}  // namespace
}  // namespace millrace::bus

#include <gtest/gtest.h>

#include "emulator/broker/sql_filter.hpp"

namespace millrace::bus {
namespace {

Incoming example() {
  Incoming message;
  message.message_id = "m-1";
  message.subject = "order";
  message.properties["color"] = std::string("red");
  message.properties["size"] = int64_t{10};
  message.properties["ratio"] = 0.5;
  message.properties["urgent"] = true;
  message.properties["nothing"] = Value{};
  message.properties["cloudEvents_type"] = std::string("millrace.test.completed.v1");
  message.properties["cloudEvents:source"] = std::string("/sites/demo/edges/box-1");
  message.properties["share"] = std::string("50%");
  message.properties["odd]name"] = std::string("x");
  message.properties["name"] = std::string("M\u00fcller");
  return message;
}

bool matches(std::string_view text) {
  const auto filter = SqlFilter::parse(text);
  EXPECT_TRUE(filter) << text << ": " << (filter ? "" : filter.error().message);
  return filter && filter->matches(example());
}

class SqlMatches : public testing::TestWithParam<const char*> {};
TEST_P(SqlMatches, is_true_for_the_example) {
  EXPECT_TRUE(matches(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(
    filters, SqlMatches,
    testing::Values(
        "1=1", "TRUE", "color = 'red'", "COLOR = 'red'", "color <> 'blue'", "color != 'blue'",
        "size > 9 AND size <= 10", "size = 10.0", "ratio < 1", "ratio = .5", "size = 1e1",
        "NOT color = 'blue'", "color = 'blue' OR size = 10", "color='red' or color='blue' and 1=2",
        "(color='red' or color='blue') and 1=1", "color LIKE 'r%'", "color LIKE '_ed'", "color NOT LIKE 'b%'",
        "share LIKE '50!%' ESCAPE '!'", "share LIKE '5_!%' ESCAPE '!'", "color IN ('blue', 'red')",
        "size NOT IN (1, 2)", "EXISTS(color)", "EXISTS(nothing)", "NOT EXISTS(absent)", "absent IS NULL",
        "nothing IS NULL", "color IS NOT NULL", "urgent", "urgent = TRUE", "sys.MessageId = 'm-1'",
        "sys.Label = 'order'", "SYS.label LIKE 'ord%'", "user.color = 'red'", "[color] = 'red'",
        "\"color\" = 'red'", "cloudEvents_type = 'millrace.test.completed.v1'",
        "[cloudEvents:source] LIKE '/sites/demo/%'", "\"cloudEvents:source\" LIKE '%box-1'",
        "[odd]]name] = 'x'", "user.[cloudEvents:source] IS NOT NULL", "name LIKE 'M_ller'",
        "name LIKE '_\u00fc%'", "name LIKE '%\u00fc%'", "name LIKE '______'",
        "name LIKE 'M\u00e4\u00fcller' ESCAPE '\u00e4'", "size + 2 * 3 = 16", "(size + 2) * 3 = 36",
        "-size = -10", "size % 3 = 1", "color + '!' = 'red!'", "'it''s' = 'it''s'", "size/4 = 2",
        "EXISTS(sys.MessageId) AND NOT EXISTS(sys.SessionId)"));

class SqlDoesNotMatch : public testing::TestWithParam<const char*> {};
TEST_P(SqlDoesNotMatch, is_false_or_unknown_for_the_example) {
  EXPECT_FALSE(matches(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(filters, SqlDoesNotMatch,
                         testing::Values("1=2", "FALSE", "color = 'RED'", "absent = 1", "NOT absent = 1",
                                         "absent <> 1", "absent IN (1)", "absent NOT IN (1)",
                                         "size NOT IN (1, absent)", "color > 1", "NOT (color > 1)",
                                         "nothing = NULL", "color LIKE 'r_'", "color LIKE 'r!%' ESCAPE '!'",
                                         "share LIKE '5!_%' ESCAPE '!'", "name LIKE 'M__ller'",
                                         "name LIKE '_______'", "absent LIKE '%'", "NOT (absent LIKE '%')",
                                         "absent = 1 AND 1=1", "size / 0 = 1", "color", "sys.SessionId = 's'",
                                         "urgent AND absent"));

TEST(SqlFilter, an_unknown_side_does_not_hide_a_known_one) {
  EXPECT_TRUE(matches("absent = 1 OR size = 10"));
  EXPECT_TRUE(matches("NOT (absent = 1 AND 1 = 2)"));
  EXPECT_FALSE(matches("absent = 1 OR size = 11"));
}

class SqlIsRefused : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(SqlIsRefused, with_the_place_and_what_was_expected) {
  const auto [text, message] = GetParam();
  const auto filter = SqlFilter::parse(text);
  ASSERT_FALSE(filter) << text;
  EXPECT_NE(filter.error().message.find(message), std::string::npos) << filter.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    filters, SqlIsRefused,
    testing::Values(
        std::pair{"", "column 1: expected a property"}, std::pair{"size >", "column 7: expected"},
        std::pair{"size = 'open", "column 8: no closing"},
        std::pair{"sys.Nothing = 1", "column 5: there is no system property sys.Nothing"},
        std::pair{"other.name = 1", "column 1: unknown scope 'other'"},
        std::pair{"(size = 1", "expected ')'"}, std::pair{"size = 1 size", "column 10: expected AND"},
        std::pair{"1", "expected a condition"}, std::pair{"1 AND 2", "expected a condition"},
        std::pair{"size = 1 = 2", "expected AND"}, std::pair{"(size = 1) = 2", "a condition cannot"},
        std::pair{"size IN ()", "expected a property"}, std::pair{"size IS 1", "expected NULL"},
        std::pair{"newid() = 1", "newid() is not supported"}, std::pair{"size # 1", "unexpected '#'"},
        std::pair{"size = 99999999999999999999", "is not a number"},
        std::pair{"color LIKE 'a' ESCAPE 'ab'", "one character"}));

TEST(SqlFilter, nesting_and_length_are_bounded) {
  EXPECT_FALSE(SqlFilter::parse(std::string(200, '(') + "1=1" + std::string(200, ')')));
  EXPECT_FALSE(SqlFilter::parse("1=1" + std::string(kFilterCharactersMost, ' ')));
  std::string umlauts = "a='";
  while (umlauts.size() / 2 + 3 < kFilterCharactersMost) umlauts += "\u00fc";
  EXPECT_TRUE(SqlFilter::parse(umlauts + "'")) << "characters count, not bytes";
  EXPECT_FALSE(SqlFilter::parse(umlauts + "' "));
  std::string nots;
  for (int i = 0; i < 100; ++i) nots += "NOT ";
  EXPECT_FALSE(SqlFilter::parse(nots + "1=1"));
}

TEST(SqlFilter, like_stays_quick_on_a_pattern_made_to_hurt) {
  Incoming message;
  message.properties["a"] = std::string(100'000, 'a');
  const auto filter = SqlFilter::parse("a LIKE '%a%a%a%a%a%a%a%a%b'");
  ASSERT_TRUE(filter);
  EXPECT_FALSE(filter->matches(message));
}

}  // namespace
}  // namespace millrace::bus

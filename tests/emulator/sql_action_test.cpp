// Actions of rules: what they say, what is refused, what they do to a message.
#include "emulator/broker/sql_action.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "emulator/broker/sql_node.hpp"

namespace millrace::bus {
namespace {

Incoming example() {
  Incoming message;
  message.message_id = "m-1";
  message.subject = "order";
  message.correlation_id = "c";
  message.session_id = "s";
  message.properties["color"] = std::string("red");
  message.properties["quantity"] = int64_t{10};
  message.properties["ratio"] = 0.5;
  message.properties["urgent"] = true;
  message.properties["due"] = WallTime{};
  message.properties["nothing"] = Value{};
  message.properties["odd name"] = std::string("x");
  return message;
}

Edited apply(std::string_view text, const Incoming& message = example()) {
  const auto action = SqlAction::parse(text);
  EXPECT_TRUE(action) << text << ": " << (action ? "" : action.error().message);
  return action ? action->apply(message) : Edited{};
}

Value property_after(std::string_view text, const std::string& name) {
  const auto edited = apply(text);
  const auto found = edited.message.properties.find(name);
  return found == edited.message.properties.end() ? Value{std::string("(gone)")} : found->second;
}

Value text(const char* text) {
  return std::string(text);
}

TEST(SqlAction, sets_user_properties_to_what_an_expression_says) {
  EXPECT_EQ(property_after("SET size = 5", "size"), Value{int64_t{5}});
  EXPECT_EQ(property_after("SET size = 2.5", "size"), Value{2.5});
  EXPECT_EQ(property_after("SET known = TRUE", "known"), Value{true});
  EXPECT_EQ(property_after("set user.size = 'big'", "size"), text("big"));
  EXPECT_EQ(property_after("SET quantity = quantity / 2;", "quantity"), Value{int64_t{5}});
  EXPECT_EQ(property_after("SET size = -(quantity + 1) * 2 % 7", "size"), Value{int64_t{-1}});
  EXPECT_EQ(property_after("SET label = sys.Label", "label"), text("order"));
  EXPECT_EQ(property_after("SET when = due", "when"), Value{WallTime{}});
  EXPECT_EQ(property_after("SET [a b] = 1", "a b"), Value{int64_t{1}});
  EXPECT_EQ(property_after("SET \"a \"\"b\" = 1", "a \"b"), Value{int64_t{1}});
  EXPECT_EQ(property_after("SET [it]]s] = 'it''s'", "it]s"), text("it's"));
}

TEST(SqlAction, joins_text_with_whatever_is_known_as_csharp_does) {
  EXPECT_EQ(property_after("SET full = color + ' ' + sys.Label", "full"), text("red order"));
  EXPECT_EQ(property_after("SET full = 'n' + quantity", "full"), text("n10"));
  EXPECT_EQ(property_after("SET full = ratio + '!'", "full"), text("0.5!"));
  EXPECT_EQ(property_after("SET full = urgent + color", "full"), text("Truered"));
  EXPECT_EQ(property_after("SET full = color + absent", "full"), Value{});
}

TEST(SqlAction, sets_system_properties_as_text) {
  const auto edited = apply(
      "SET sys.To = 'Entity'; SET SYS.label = color; SET sys.ContentType = 'text/plain';"
      "SET sys.ReplyTo = 'r'; SET sys.ReplyToSessionId = 'rs'; SET sys.MessageId = quantity;"
      "SET sys.CorrelationId = ratio; SET sys.SessionId = urgent; SET sys.PartitionKey = 'True'");
  const auto& message = edited.message;
  EXPECT_EQ(message.to, "Entity");
  EXPECT_EQ(message.subject, "red");
  EXPECT_EQ(message.content_type, "text/plain");
  EXPECT_EQ(message.reply_to, "r");
  EXPECT_EQ(message.reply_to_session_id, "rs");
  EXPECT_EQ(message.message_id, "10");
  EXPECT_EQ(message.correlation_id, "0.5");
  EXPECT_EQ(message.session_id, "True");
  EXPECT_EQ(message.partition_key, "True");
  EXPECT_TRUE(edited.properties.empty()) << "no user property was touched";
  EXPECT_EQ(apply("SET sys.Subject = 'x'").message.subject, "x");
}

TEST(SqlAction, a_system_property_without_a_value_is_gone) {
  EXPECT_FALSE(apply("SET sys.Label = NULL").message.subject);
  EXPECT_FALSE(apply("SET sys.Label = absent").message.subject);
  EXPECT_FALSE(apply("REMOVE sys.Label").message.subject);
  EXPECT_FALSE(apply("SET sys.SessionId = ''").message.session_id) << "an empty session is none";
  EXPECT_EQ(apply("SET sys.Label = ''").message.subject, "");
}

TEST(SqlAction, the_time_of_enqueueing_may_be_set_and_counts_for_nothing) {
  const auto edited = apply("SET sys.ScheduledEnqueueTimeUtc = '2030-01-01T00:00:00Z'; SET a = 1");
  EXPECT_FALSE(edited.message.scheduled);
  EXPECT_TRUE(edited.message.properties.contains("a"));
}

TEST(SqlAction, removes_properties_and_names_are_without_case) {
  const auto edited = apply("REMOVE COLOR; remove [odd NAME]; REMOVE absent; SET Quantity = 1");
  EXPECT_FALSE(edited.message.properties.contains("color"));
  EXPECT_FALSE(edited.message.properties.contains("odd name"));
  EXPECT_FALSE(edited.message.properties.contains("Quantity"));
  EXPECT_EQ(edited.message.properties.at("quantity"), Value{int64_t{1}});
  EXPECT_EQ(edited.properties.at("color"), std::nullopt);
  EXPECT_EQ(edited.properties.at("quantity"), Value{int64_t{1}});
}

TEST(SqlAction, statements_follow_one_another_with_or_without_a_semicolon) {
  EXPECT_EQ(property_after("SET a = 1; SET b = a + 1; SET a = 5;", "b"), Value{int64_t{2}});
  EXPECT_EQ(property_after("SET a = 1 SET b = a + 1 REMOVE a", "b"), Value{int64_t{2}});
  EXPECT_EQ(property_after("SET color = 'x' REMOVE color", "color"), text("(gone)"));
  EXPECT_EQ(property_after("REMOVE color; SET color = 5", "color"), Value{int64_t{5}}) << "made anew";
  EXPECT_EQ(property_after("SET set = 1; SET remove = set", "remove"), Value{int64_t{1}});
}

TEST(SqlAction, what_has_no_answer_is_set_as_null) {
  for (const auto* expression :
       {"absent", "NULL", "quantity / 0", "absent + 1", "color - 1", "9223372036854775807 + 1", "-color"}) {
    EXPECT_EQ(property_after(std::string("SET fresh = ") + expression, "fresh"), Value{}) << expression;
  }
}

TEST(SqlAction, a_property_keeps_its_type_where_the_value_can_be_said_in_it) {
  EXPECT_EQ(property_after("SET quantity = '12'", "quantity"), Value{int64_t{12}});
  EXPECT_EQ(property_after("SET quantity = 4.0", "quantity"), Value{int64_t{4}});
  EXPECT_EQ(property_after("SET ratio = 2", "ratio"), Value{2.0});
  EXPECT_EQ(property_after("SET ratio = '1e3'", "ratio"), Value{1000.0});
  EXPECT_EQ(property_after("SET urgent = 'False'", "urgent"), Value{false});
  EXPECT_EQ(property_after("SET color = 5", "color"), text("5"));
  EXPECT_EQ(property_after("SET color = due", "color"), text("1970-01-01T00:00:00.000Z"));
  EXPECT_EQ(property_after("SET due = '1970-01-01T00:00:01Z'", "due"),
            Value{WallTime{std::chrono::seconds{1}}});
}

TEST(SqlAction, and_takes_the_values_type_where_it_cannot) {
  EXPECT_EQ(property_after("SET quantity = 'many'", "quantity"), text("many"));
  EXPECT_EQ(property_after("SET quantity = quantity * 1.25", "quantity"), Value{12.5});
  EXPECT_EQ(property_after("SET quantity = 1e30", "quantity"), Value{1e30});
  EXPECT_EQ(property_after("SET ratio = 9007199254740993", "ratio"), Value{int64_t{9007199254740993}});
  EXPECT_EQ(property_after("SET urgent = 1", "urgent"), Value{int64_t{1}});
  EXPECT_EQ(property_after("SET due = 'soon'", "due"), text("soon"));
  EXPECT_EQ(property_after("SET color = NULL", "color"), Value{});
  EXPECT_EQ(property_after("SET nothing = 1", "nothing"), Value{int64_t{1}});
}

TEST(SqlAction, the_message_that_it_works_on_stays_as_it_is) {
  const auto message = example();
  apply("SET color = 'blue'; REMOVE quantity; SET sys.Label = 'x'", message);
  EXPECT_EQ(message.properties, example().properties);
  EXPECT_EQ(message.subject, "order");
}

class ActionIsRefused : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(ActionIsRefused, with_the_place_and_what_was_expected) {
  const auto [text, message] = GetParam();
  const auto action = SqlAction::parse(text);
  ASSERT_FALSE(action) << text;
  EXPECT_NE(action.error().message.find(message), std::string::npos) << action.error().message;
}
INSTANTIATE_TEST_SUITE_P(
    actions, ActionIsRefused,
    testing::Values(
        std::pair{"", "column 1: expected SET or REMOVE"},
        std::pair{" ; ", "column 2: expected SET or REMOVE"},
        std::pair{"DELETE a", "column 1: expected SET or REMOVE"},
        std::pair{"SET", "column 4: expected a property"}, std::pair{"SET a", "column 6: expected '='"},
        std::pair{"SET a =", "column 8: expected a property"},
        std::pair{"SET a = 1, SET b = 2", "column 10: expected SET or REMOVE"},
        std::pair{"SET a = 1;;", "column 11: expected SET or REMOVE"},
        std::pair{"SET a = 1 b", "column 11: expected SET or REMOVE"},
        std::pair{"SET a = (b = 1)", "a condition cannot be used as a value"},
        std::pair{"SET a = EXISTS(b)", "a condition cannot be used as a value"},
        std::pair{"SET a = b = 1", "column 11: expected SET or REMOVE"},
        std::pair{"SET 'a' = 1", "column 5: expected a property"},
        std::pair{"SET a = 'b", "column 9: no closing"},
        std::pair{"SET other.a = 1", "column 5: unknown scope 'other'"},
        std::pair{"SET null = 1", "NULL is a keyword"}, std::pair{"REMOVE", "column 7: expected a property"},
        std::pair{"SET a = newid()", "newid() is not supported"},
        std::pair{"SET a = sys.Nothing", "column 13: there is no system property sys.Nothing"},
        std::pair{"SET sys.TimeToLive = 5", "column 9: sys.TimeToLive cannot be set or removed: MessageId,"},
        std::pair{"SET sys.SequenceNumber = 5", "sys.SequenceNumber cannot be set"},
        std::pair{"REMOVE sys.EnqueuedTimeUtc", "sys.EnqueuedTimeUtc cannot be set or removed"},
        std::pair{"REMOVE sys.MessageId", "column 12: sys.MessageId cannot be removed"}));

TEST(SqlAction, length_is_bounded_in_characters) {
  const auto of = [](size_t length) {
    std::string action = "SET a = '";
    for (size_t i = action.size() + 1; i < length; ++i) action += "\u00fc";
    return SqlAction::parse(action + "'");
  };
  EXPECT_TRUE(of(kActionCharactersMost));
  const auto longer = of(kActionCharactersMost + 1);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().message, "the action is 1025 characters long; 1024 are allowed");
}

TEST(SqlAction, statements_are_bounded) {
  std::string most;
  for (size_t i = 0; i < kActionStatementsMost; ++i) most += "SET a = 1;";
  EXPECT_TRUE(SqlAction::parse(most));
  const auto more = SqlAction::parse(most + "REMOVE a");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, "column 321: an action has 32 statements at most");
}

TEST(SqlAction, nesting_is_bounded) {
  EXPECT_FALSE(SqlAction::parse("SET a = " + std::string(200, '(') + "1" + std::string(200, ')')));
  EXPECT_FALSE(SqlAction::parse("SET a = " + std::string(200, '-') + "1"));
}

TEST(SqlAction, a_text_that_doubles_itself_ends_at_its_bound) {
  std::string doubles = "SET a = 'x';";
  for (size_t i = 1; i < kActionStatementsMost; ++i) doubles += "SET a = a + a;";
  const auto edited = apply(doubles);
  EXPECT_EQ(edited.message.properties.at("a"), Value{}) << "unknown once it was longer than 32 KiB";

  Incoming message;
  message.properties["a"] = std::string(kJoinedBytesMost - 1, 'x');
  EXPECT_EQ(std::get<std::string>(apply("SET a = a + 'y'", message).message.properties.at("a")).size(),
            kJoinedBytesMost);
  EXPECT_EQ(apply("SET a = a + 'yz'", message).message.properties.at("a"), Value{});
}

}  // namespace
}  // namespace millrace::bus

// What an action does to the bytes of a message.
#include "emulator/protocol/edit_codec.hpp"

#include <gtest/gtest.h>

#include "core/amqp/message.hpp"
#include "emulator/protocol/message_codec.hpp"

namespace millrace::bus {
namespace {

/// Properties of every kind, a body and a footer.
amqp::Message example() {
  amqp::Message message;
  message.properties.emplace();
  message.properties->message_id = uint64_t{7};
  message.properties->correlation_id = Uuid{};
  message.properties->to = "t";
  message.properties->subject = "order";
  message.properties->content_encoding = "gzip";
  message.properties->group_sequence = 4;
  message.application_properties = {{"small", uint8_t{5}},        {"whole", int32_t{5}}, {"real", float{0.5}},
                                    {"bytes", amqp::Binary{{1}}}, {"id", Uuid{}},        {"gone", true}};
  message.data = {Bytes{1, 2, 3}};
  message.footer = {{amqp::Symbol{"f"}, int32_t{1}}};
  return message;
}

amqp::Message edited(const std::string& action) {
  const auto encoded = amqp::encode_message(example());
  const auto parsed = SqlAction::parse(action);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return amqp::decode_message(edit_stored(encoded, parsed->apply(read_stored(encoded)))).value();
}

TEST(EditStored, what_the_action_left_alone_stays_as_it_was) {
  const auto before = example();
  const auto now = edited("SET fresh = 'x'; SET sys.ReplyTo = 'r'");
  EXPECT_EQ(now.properties->message_id, before.properties->message_id) << "a number stays one";
  EXPECT_EQ(now.properties->correlation_id, before.properties->correlation_id);
  EXPECT_EQ(now.properties->to, "t");
  EXPECT_EQ(now.properties->reply_to, "r");
  EXPECT_EQ(now.properties->content_encoding, "gzip");
  EXPECT_EQ(now.properties->group_sequence, 4U);
  EXPECT_EQ(now.data, before.data);
  EXPECT_EQ(now.footer, before.footer);
  auto properties = before.application_properties;
  properties.emplace_back("fresh", "x");
  EXPECT_EQ(now.application_properties, properties);
}

TEST(EditStored, system_properties_are_written_and_removed) {
  const auto now = edited(
      "SET sys.MessageId = 'm'; SET sys.CorrelationId = 'c'; SET sys.Label = 'l'; SET sys.To = 'Entity';"
      "SET sys.SessionId = 's'; SET sys.ReplyToSessionId = 'rs'; SET sys.ContentType = 'ct'");
  EXPECT_EQ(now.properties->message_id, amqp::Value("m"));
  EXPECT_EQ(now.properties->correlation_id, amqp::Value("c"));
  EXPECT_EQ(now.properties->subject, "l");
  EXPECT_EQ(now.properties->to, "Entity");
  EXPECT_EQ(now.properties->group_id, "s");
  EXPECT_EQ(now.properties->reply_to_group_id, "rs");
  EXPECT_EQ(now.properties->content_type, "ct");
  const auto without = edited("REMOVE sys.CorrelationId; REMOVE sys.Label; REMOVE sys.To");
  EXPECT_TRUE(without.properties->correlation_id.is_null());
  EXPECT_FALSE(without.properties->subject);
  EXPECT_FALSE(without.properties->to);
}

TEST(EditStored, user_properties_keep_their_amqp_type_where_it_holds_the_value) {
  const auto now = edited(
      "SET small = small * 2; SET whole = '12'; SET real = real / 2; SET bytes = 'text'; REMOVE gone;"
      "SET id = 'x'; SET none = NULL");
  EXPECT_EQ(*now.application_property("small"), amqp::Value(uint8_t{10}));
  EXPECT_EQ(*now.application_property("whole"), amqp::Value(int32_t{12}));
  EXPECT_EQ(*now.application_property("real"), amqp::Value(float{0.25}));
  EXPECT_EQ(*now.application_property("bytes"), amqp::Value("text"));
  EXPECT_EQ(*now.application_property("id"), amqp::Value("x"));
  EXPECT_TRUE(now.application_property("none")->is_null());
  EXPECT_EQ(now.application_property("gone"), nullptr);

  const auto wider = edited("SET small = 256; SET whole = 4294967296; SET real = 0.1");
  EXPECT_EQ(*wider.application_property("small"), amqp::Value(int64_t{256}));
  EXPECT_EQ(*wider.application_property("whole"), amqp::Value(int64_t{4294967296}));
  EXPECT_EQ(*wider.application_property("real"), amqp::Value(0.1));
}

}  // namespace
}  // namespace millrace::bus

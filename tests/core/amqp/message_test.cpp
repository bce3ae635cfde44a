#include "core/amqp/message.hpp"

namespace millrace::amqp {
namespace {

Message full_message() {
  Message message;
  message.header = Header{.durable = true, .priority = uint8_t{4}, .ttl_ms = 60000U, .delivery_count = 2U};
  message.delivery_annotations = {{Symbol{"x-opt-lock-token"}, Uuid{}}};
  message.message_annotations = {{Symbol{"x-opt-sequence-number"}, int64_t{7}}};
  Properties properties;
  properties.message_id = "id-1";
  properties.subject = "millrace.test.completed.v1";
  properties.correlation_id = uint64_t{9};
  properties.content_type = "application/protobuf";
  properties.absolute_expiry_time = Timestamp{5};
  properties.group_id = "operator:op-1";
  properties.reply_to_group_id = "r";
  message.properties = properties;
  message.application_properties = {{"cloudEvents_type", "t"}, {"n", int32_t{-3}}};
  message.data = {Bytes{0, 1, 2}, Bytes{}};
  message.footer = {{Symbol{"f"}, true}};
  return message;
}

TEST(Message, all_sections_come_back) {
  const auto bytes = encode_message(full_message());
  const auto back = decode_message(bytes);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(encode_message(*back), bytes);
  EXPECT_EQ(back->header->ttl_ms, 60000U);
  EXPECT_EQ(back->properties->group_id, "operator:op-1");
  EXPECT_EQ(*back->properties->message_id.text(), "id-1");
  EXPECT_EQ(back->data, (std::vector<Bytes>{{0, 1, 2}, {}}));
  EXPECT_EQ(*back->application_property("n"), Value(int32_t{-3}));
  EXPECT_EQ(back->application_property("missing"), nullptr);
}

TEST(Message, the_bare_message_begins_behind_the_hops_sections) {
  auto message = full_message();
  const auto bytes = encode_message(message);
  const auto offset = bare_message_offset(bytes).value();
  message.header.reset();
  message.delivery_annotations.clear();
  message.message_annotations.clear();
  EXPECT_EQ(Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes.end()), encode_message(message));
}

TEST(Message, a_batch_gives_back_the_messages_it_was_made_of) {
  const auto inner = encode_message(full_message());
  Message envelope;
  envelope.data = {inner, inner, inner};
  const auto parts = split_batch(encode_message(envelope));
  ASSERT_TRUE(parts);
  EXPECT_EQ(*parts, (std::vector<Bytes>{inner, inner, inner}));
  EXPECT_FALSE(split_batch({}));
}

TEST(Message, a_sequence_body_comes_back) {
  Message message;
  message.sequences = {List{"a", int32_t{1}}, List{}};
  const auto back = decode_message(encode_message(message));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->sequences, message.sequences);
}

TEST(Message, a_section_may_be_named_instead_of_numbered) {
  const auto named = encode(described(Symbol{"amqp:amqp-value:*"}, "v"));
  EXPECT_EQ(decode_message(named).value().value, Value("v"));
  EXPECT_FALSE(decode_message(encode(described(Symbol{"amqp:unheard-of:list"}, List{}))));
}

TEST(Message, sections_out_of_order_or_of_the_wrong_kind_are_refused) {
  const auto section = [](uint64_t code, Value content) {
    return encode(described(code, std::move(content)));
  };
  const auto join = [](std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  const auto data = section(0x75, Binary{Bytes{1}});
  const auto value = section(0x77, "v");
  const auto header = section(0x70, List{true});
  EXPECT_TRUE(decode_message(join({header, data, data})));
  EXPECT_FALSE(decode_message(join({data, header})));
  EXPECT_FALSE(decode_message(join({data, value})));
  EXPECT_FALSE(decode_message(join({value, value})));
  EXPECT_FALSE(decode_message(section(0x75, "text")));
  const auto sequence = section(0x76, List{1.5});
  EXPECT_TRUE(decode_message(join({header, sequence, sequence})));
  EXPECT_FALSE(decode_message(join({data, sequence})));
  EXPECT_FALSE(decode_message(join({sequence, value})));
  EXPECT_FALSE(decode_message(section(0x76, "no list")));
  EXPECT_TRUE(decode_message(join({value, section(0x78, Map{})})));
  EXPECT_FALSE(decode_message(encode(described(uint32_t{0x75}, Binary{}))));
  EXPECT_FALSE(decode_message(section(0x79, List{})));
  EXPECT_FALSE(decode_message(section(0x70, List{"not a boolean"})));
  EXPECT_FALSE(decode_message(encode(Value("no section"))));
}

}  // namespace
}  // namespace millrace::amqp

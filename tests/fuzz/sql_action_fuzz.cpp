// An action from an administrator's file or a client, whatever it holds, is refused or can be done to any
// message.
#include "core/amqp/message.hpp"
#include "core/base/bytes.hpp"
#include "emulator/broker/sql_action.hpp"
#include "emulator/broker/text.hpp"
#include "emulator/protocol/edit_codec.hpp"
#include "emulator/protocol/message_codec.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace millrace;

namespace {

Bytes example() {
  amqp::Message message;
  message.properties.emplace();
  message.properties->message_id = "m";
  message.properties->subject = "s";
  message.application_properties = {
      {"a", int32_t{6}}, {"b", "q_"},          {"n", uint8_t{0}},         {"q", float{1.5}},
      {"t", true},       {"x", amqp::Value()}, {"w", amqp::Timestamp{5}}, {"y", amqp::Binary{{1}}}};
  message.data = {Bytes{7}};
  return amqp::encode_message(message);
}

void require_same(const bus::Incoming& stored, const bus::Incoming& said) {
  fuzz::require(stored.message_id == said.message_id && stored.correlation_id == said.correlation_id &&
                    stored.session_id == said.session_id && stored.subject == said.subject &&
                    stored.to == said.to && stored.reply_to == said.reply_to &&
                    stored.reply_to_session_id == said.reply_to_session_id &&
                    stored.content_type == said.content_type,
                "the bytes have other system properties than the action said");
  fuzz::require(stored.properties.size() == said.properties.size(),
                "the bytes have other user properties than the action said");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = as_text(BytesView(data, size));
  const auto action = bus::SqlAction::parse(text);
  if (!action) {
    fuzz::require(!action.error().message.empty(), "refused without a reason");
    return 0;
  }
  fuzz::require(bus::utf16_units(text) <= bus::kActionCharactersMost, "longer than allowed");
  action->apply({});
  static const auto encoded = example();
  const auto edited = action->apply(bus::read_stored(encoded));
  // Without an id it is not kept; what is no text no client can send, and the file of entities cannot say.
  if (edited.message.message_id.value_or("").empty() ||
      !amqp::decode_message(bus::edit_stored(encoded, edited)))
    return 0;
  require_same(bus::read_stored(bus::edit_stored(encoded, edited)), edited.message);
  return 0;
}

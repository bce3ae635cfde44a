#include "emulator/protocol/edit_codec.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/amqp/message.hpp"
#include "emulator/protocol/message_codec.hpp"

namespace millrace::bus {
namespace {

template <class T>
constexpr bool is_whole_number = std::is_integral_v<T> && !std::is_same_v<T, bool>;

/// The number in the AMQP type of the one that it replaces, where that can say it.
struct InTypeOf {
  const Value& value;

  template <class T>
  amqp::Value operator()(const T& /*before*/) const {
    if constexpr (is_whole_number<T>) {
      const auto* whole = std::get_if<int64_t>(&value);
      if (whole != nullptr && std::in_range<T>(*whole)) return static_cast<T>(*whole);
    } else if constexpr (std::is_same_v<T, float>) {
      const auto* real = std::get_if<double>(&value);
      const bool fits = real != nullptr && *real >= std::numeric_limits<float>::lowest() &&
                        *real <= std::numeric_limits<float>::max();
      if (fits && static_cast<double>(static_cast<float>(*real)) == *real) return static_cast<float>(*real);
    }
    return to_amqp(value);
  }
};

void edit_property(amqp::Map& properties, const std::string& name, const std::optional<Value>& value) {
  const auto found = std::ranges::find_if(properties, [&](const auto& entry) {
    const auto* text = entry.first.text();
    return text != nullptr && *text == name;
  });
  if (!value) {
    if (found != properties.end()) properties.erase(found);
  } else if (found != properties.end()) {
    found->second = std::visit(InTypeOf{*value}, found->second.store());
  } else {
    properties.emplace_back(name, to_amqp(*value));
  }
}

amqp::Value id(const std::optional<std::string>& text) {
  return text ? amqp::Value(*text) : amqp::Value();
}

void edit_properties(amqp::Properties& properties, const Incoming& before, const Incoming& now) {
  // An id may have been a number or a UUID; it stays one unless the action wrote another.
  if (before.message_id != now.message_id) properties.message_id = id(now.message_id);
  if (before.correlation_id != now.correlation_id) properties.correlation_id = id(now.correlation_id);
  properties.group_id = now.session_id;
  properties.to = now.to;
  properties.reply_to = now.reply_to;
  properties.reply_to_group_id = now.reply_to_session_id;
  properties.subject = now.subject;
  properties.content_type = now.content_type;
}

}  // namespace

Bytes edit_stored(const Bytes& encoded, const Edited& edited) {
  auto message = amqp::decode_message(encoded);
  // What was accepted can be decoded; only corrupt memory could say otherwise.
  if (!message) return encoded;
  if (!message->properties) message->properties.emplace();
  edit_properties(*message->properties, read_stored(encoded), edited.message);
  for (const auto& [name, value] : edited.properties)
    edit_property(message->application_properties, name, value);
  return amqp::encode_message(*message);
}

}  // namespace millrace::bus

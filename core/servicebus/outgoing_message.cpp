#include "core/servicebus/outgoing_message.hpp"

#include <optional>

#include "core/amqp/message.hpp"

namespace millrace::servicebus {

Bytes encode_message(const OutgoingMessage& from) {
  const auto optional = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
  };
  amqp::Message message;
  message.properties.emplace();
  message.properties->message_id = from.message_id;
  message.properties->group_id = optional(from.session_id);
  message.properties->subject = optional(from.subject);
  message.properties->content_type = optional(from.content_type);
  if (!from.correlation_id.empty()) message.properties->correlation_id = from.correlation_id;
  message.application_properties = from.application_properties;
  if (from.durable) message.header.emplace().durable = true;
  message.data = {from.body};
  return amqp::encode_message(message);
}

}  // namespace millrace::servicebus

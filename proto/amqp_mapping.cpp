#include "proto/amqp_mapping.hpp"

#include <fmt/format.h>

namespace millrace::proto {
namespace {

constexpr std::string_view kPrefix = "cloudEvents";  // then '_' or ':'

}  // namespace

Result<AmqpEvent> to_amqp(const delivery::Event& event) {
  AmqpEvent message;
  message.message_id = event.get(delivery::attr::id);
  message.group_id = event.get(delivery::attr::partitionkey);
  message.subject = event.get(delivery::attr::type);
  message.correlation_id = event.get(delivery::attr::correlationid);
  for (const auto& [name, value] : {std::pair{delivery::attr::id, &message.message_id},
                                    std::pair{delivery::attr::partitionkey, &message.group_id},
                                    std::pair{delivery::attr::type, &message.subject}}) {
    if (value->empty() || value->size() > kMostIdChars) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("attribute '{}' must have 1 to {} characters", name, kMostIdChars));
    }
  }
  if (message.correlation_id.size() > kMostIdChars) {
    return fail(ErrorKind::invalid_input, fmt::format("attribute '{}' must have at most {} characters",
                                                      delivery::attr::correlationid, kMostIdChars));
  }
  for (const auto& [name, value] : event.attributes) {
    if (name == delivery::attr::datacontenttype) {
      message.content_type = value;
    } else {
      message.application_properties.emplace(fmt::format("{}_{}", kPrefix, name), value);
    }
  }
  message.body = event.data;
  return message;
}

Result<delivery::Event> from_amqp(const AmqpEvent& message) {
  delivery::Event event;
  for (const auto& [property, value] : message.application_properties) {
    if (!property.starts_with(kPrefix) || property.size() < kPrefix.size() + 2) continue;
    const char separator = property[kPrefix.size()];
    if (separator != '_' && separator != ':') continue;
    if (!event.attributes.emplace(property.substr(kPrefix.size() + 1), value).second) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("'{}' stands twice, with '_' and with ':'", property));
    }
  }
  if (!message.content_type.empty() &&
      !event.attributes.emplace(delivery::attr::datacontenttype, message.content_type).second) {
    return fail(ErrorKind::invalid_input, "'datacontenttype' must be the content type, not a property");
  }
  event.data = message.body;
  return event;
}

}  // namespace millrace::proto

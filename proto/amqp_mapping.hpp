// An event on Service Bus, CloudEvents binary mode over AMQP 1.0: `content-type` carries `datacontenttype`,
// every other attribute is an application property `cloudEvents_{name}`, the body is one data section with
// the same bytes.
#pragma once

#include <map>
#include <string>

#include "core/delivery/event.hpp"

namespace millrace::proto {

struct AmqpEvent {
  std::string message_id;      ///< `id`: what duplicate detection compares
  std::string group_id;        ///< `partitionkey`: the Service Bus SessionId
  std::string subject;         ///< `type`
  std::string correlation_id;  ///< `correlationid`; empty when there is none
  std::string content_type;
  std::map<std::string, std::string, std::less<>> application_properties;
  Bytes body;
};

/// Longest MessageId, SessionId and CorrelationId that Service Bus takes.
inline constexpr size_t kMostIdChars = 128;

/// Errors: invalid_input when `id`, `type` or `partitionkey` is missing or too long, or `correlationid` is
/// too long.
Result<AmqpEvent> to_amqp(const delivery::Event& event);

/// Reads `cloudEvents_name` and `cloudEvents:name`; other application properties are not the event's and are
/// left out. Errors: invalid_input when an attribute stands twice.
Result<delivery::Event> from_amqp(const AmqpEvent& message);

}  // namespace millrace::proto

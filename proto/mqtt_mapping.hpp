// An event on MQTT 5, CloudEvents binary mode: Content Type carries `datacontenttype`, every other attribute
// is a user property of the same name, the payload is the data. The unsigned property `base` travels beside
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/delivery/event.hpp"

namespace millrace::proto {

struct MqttEvent {
  std::string topic;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> user_properties;
  Bytes payload;
};

/// The user property that says up to where the box's outbox is settled (docs/delivery.md). Never signed.
inline constexpr std::string_view kBaseProperty = "base";
/// More user properties than any event has; a message beyond it is refused unread.
inline constexpr size_t kMostUserProperties = 64;

/// millrace/v1/{site}/{edge}/evt/{entity}/{verb}. Errors: invalid_input for a type that is not in
/// event_types, and for a site or edge that is no topic level.
Result<std::string> event_topic(std::string_view site, std::string_view edge, std::string_view type);

struct TopicParts {
  std::string site;
  std::string edge;
};
/// Errors: invalid_input when the topic is not one of an event.
Result<TopicParts> parse_event_topic(std::string_view topic);

/// `base` is the first sequence for which the box holds no receipt. Errors: as event_topic.
Result<MqttEvent> to_mqtt(const delivery::Event& event, std::string_view site, std::string_view edge,
                          uint64_t base);

struct FromMqtt {
  delivery::Event event;
  uint64_t base = 0;
};
/// Strict: names of a-z and 0-9, each once, specversion 1.0, `base` a decimal number, within the bounds of
/// one event. Whether topic and attributes agree is not looked at: the attributes are signed, the topic is
/// not. Errors: invalid_input.
Result<FromMqtt> from_mqtt(const MqttEvent& message);

}  // namespace millrace::proto

#include "proto/mqtt_mapping.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "core/delivery/evidence.hpp"
#include "proto/event_types.hpp"

namespace millrace::proto {
namespace {

constexpr std::string_view kTopicRoot = "millrace/v1/";
constexpr std::string_view kTopicKind = "/evt/";
constexpr std::string_view kSpecVersion = "1.0";
/// What is not hashed (prevhash, signature, keyid, traceparent) comes on top of what the bound counts.
constexpr size_t kEvidenceBytes = 512;

bool is_level(std::string_view text) {
  return !text.empty() && text.find_first_of("/+#") == std::string_view::npos &&
         text.find('\0') == std::string_view::npos;
}

/// CloudEvents allows lower-case letters and digits in a name, and nothing else.
bool is_attribute_name(std::string_view name) {
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

}  // namespace

Result<std::string> event_topic(std::string_view site, std::string_view edge, std::string_view type) {
  const auto* known = find_event_type(type);
  if (known == nullptr) {
    return fail(ErrorKind::invalid_input,
                fmt::format("'{}' is not a type of event that Millrace knows", type));
  }
  if (!is_level(site) || !is_level(edge)) {
    return fail(
        ErrorKind::invalid_input,
        fmt::format("site '{}' and edge '{}' must be topic levels: not empty, without / + #", site, edge));
  }
  return fmt::format("{}{}/{}{}{}/{}", kTopicRoot, site, edge, kTopicKind, known->entity, known->verb);
}

Result<TopicParts> parse_event_topic(std::string_view topic) {
  const auto bad = [&] {
    return fail(
        ErrorKind::invalid_input,
        fmt::format("'{}' is not a topic millrace/v1/{{site}}/{{edge}}/evt/{{entity}}/{{verb}}", topic));
  };
  if (!topic.starts_with(kTopicRoot)) return bad();
  std::vector<std::string_view> levels;
  for (auto rest = topic.substr(kTopicRoot.size());;) {
    const auto end = rest.find('/');
    levels.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (levels.size() != 5 || levels[2] != "evt") return bad();
  for (const auto level : levels) {
    if (!is_level(level)) return bad();
  }
  return TopicParts{.site = std::string(levels[0]), .edge = std::string(levels[1])};
}

Result<MqttEvent> to_mqtt(const delivery::Event& event, std::string_view site, std::string_view edge,
                          uint64_t base) {
  auto topic = event_topic(site, edge, event.get(delivery::attr::type));
  if (!topic) return std::unexpected(topic.error());
  MqttEvent message;
  message.topic = std::move(*topic);
  for (const auto& [name, value] : event.attributes) {
    if (name == delivery::attr::datacontenttype) {
      message.content_type = value;
    } else {
      message.user_properties.emplace_back(name, value);
    }
  }
  message.user_properties.emplace_back(kBaseProperty, fmt::format("{}", base));
  message.payload = event.data;
  return message;
}

Result<FromMqtt> from_mqtt(const MqttEvent& message) {
  const auto bad = [](std::string_view why) {
    return fail(ErrorKind::invalid_input, fmt::format("MQTT event: {}", why));
  };
  if (message.user_properties.size() > kMostUserProperties) return bad("too many user properties");
  if (message.payload.size() > delivery::kMostDataBytes) return bad("its data is too large");
  FromMqtt out;
  bool has_base = false;
  size_t attribute_size = 0;
  for (const auto& [name, value] : message.user_properties) {
    if (name == kBaseProperty) {
      const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), out.base);
      if (has_base || failed != std::errc{} || end != value.data() + value.size()) {
        return bad("'base' must stand once, as a decimal number");
      }
      has_base = true;
      continue;
    }
    if (!is_attribute_name(name))
      return bad(fmt::format("'{}' is no attribute name: a-z and 0-9 only", name));
    attribute_size += name.size() + value.size();
    if (!out.event.attributes.emplace(name, value).second) return bad(fmt::format("'{}' stands twice", name));
  }
  if (!has_base) return bad("'base' is missing");
  if (!message.content_type.empty() &&
      !out.event.attributes.emplace(delivery::attr::datacontenttype, message.content_type).second) {
    return bad("'datacontenttype' must be the content type, not a user property");
  }
  if (out.event.get(delivery::attr::specversion) != kSpecVersion) return bad("'specversion' must be 1.0");
  if (attribute_size > delivery::kMostAttributeBytes + kEvidenceBytes)
    return bad("its attributes are too large");
  out.event.data = message.payload;
  return out;
}

}  // namespace millrace::proto

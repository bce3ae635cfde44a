#include "relay/lanes/routing.hpp"

#include <fmt/format.h>

#include "millrace/events/v1/stream.pb.h"
#include "proto/event_types.hpp"

namespace millrace::relay {
namespace {

using delivery::Event;
namespace attr = delivery::attr;

constexpr std::string_view kCommandPrefix = "millrace.command.";
constexpr std::string_view kWithheldType = "millrace.event.withheld.v1";

template <class Array>
std::string raw(const Array& bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Result<delivery::Route> route_of(const Event& event, std::string_view events_topic) {
  if (event.get(attr::partitionkey).empty()) {
    return fail(ErrorKind::invalid_input, "it has no partitionkey, so no session takes it");
  }
  const auto type = event.get(attr::type);
  if (!type.starts_with(kCommandPrefix)) return fallback_route(event, events_topic);
  const auto* known = proto::find_event_type(type);
  if (known == nullptr) {
    return fail(ErrorKind::invalid_input,
                fmt::format("'{}' is a command that this relay knows no queue for; update the relay", type));
  }
  return delivery::Route{fmt::format("{}{}", kCommandQueuePrefix, known->service),
                         std::string(event.get(attr::partitionkey))};
}

delivery::Route fallback_route(const Event& event, std::string_view events_topic) {
  return {std::string(events_topic), std::string(event.get(attr::partitionkey))};
}

Result<proto::AmqpEvent> withheld_notice(const delivery::InboundRecord& record, std::string_view relay_name,
                                         std::string_view reason, bool maybe_delivered, WallTime now) {
  millrace::events::v1::EventWithheld withheld;
  withheld.set_stream_id(raw(record.stream_id().bytes));
  withheld.set_sequence(record.sequence());
  withheld.set_event_id(raw(record.event_id().bytes));
  withheld.set_hash(raw(record.hash()));
  withheld.set_reason(std::string(reason));
  withheld.set_maybe_delivered(maybe_delivered);

  Event event;
  const auto set = [&](std::string_view name, std::string value) {
    event.attributes[std::string(name)] = std::move(value);
  };
  set(attr::specversion, "1.0");
  // A replayed one that is refused again has a notice of its own: duplicate detection would swallow it. With
  // its stream, since two boxes that were one may replay the same event in the same place.
  set(attr::id, record.event().get(attr::replayof).empty()
                    ? fmt::format("{}/withheld", record.event_id().string())
                    : fmt::format("{}/withheld/{}/{}", record.event_id().string(),
                                  record.stream_id().string(), record.sequence()));
  set(attr::source, fmt::format("/relays/{}", relay_name));
  set(attr::type, std::string(kWithheldType));
  set(attr::subject, record.event_id().string());
  set(attr::time, rfc3339(now));
  set(attr::datacontenttype, "application/protobuf");
  set(attr::dataschema, std::string(proto::find_event_type(kWithheldType)->schema));
  set(attr::partitionkey, std::string(record.event().get(attr::partitionkey)));
  set(attr::causationid, record.event_id().string());
  const auto data = withheld.SerializeAsString();
  event.data.assign(data.begin(), data.end());
  return proto::to_amqp(event);
}

}  // namespace millrace::relay

#include "edge/capture/event_parts.hpp"

#include <fmt/format.h>

#include "core/base/crypto.hpp"

namespace millrace::edge {
namespace {

namespace pb = millrace::events::v1;

pb::ClockState to_pb(ClockState state) {
  switch (state) {
    case ClockState::synced:
      return pb::CLOCK_STATE_SYNCED;
    case ClockState::holdover:
      return pb::CLOCK_STATE_HOLDOVER;
    case ClockState::untrusted:
      break;
  }
  return pb::CLOCK_STATE_UNTRUSTED;
}

}  // namespace

pb::Header header_of(const Circumstances& here) {
  pb::Header header;
  header.set_submission_key(here.submission_key.string());
  auto& where = *header.mutable_place();
  where.set_site(here.place.site);
  where.set_area(here.place.area);
  where.set_line(here.place.line);
  where.set_station(here.place.station);
  where.set_kiosk(here.kiosk);
  where.set_edge(here.place.edge);
  auto& when = *header.mutable_occurred();
  when.set_at_ms(wall_ms(here.at.wall));
  when.set_boot_id(here.boot_id);
  when.set_mono_ms(here.at.mono.time_since_epoch().count());
  when.set_clock_state(to_pb(here.clock_state));
  return header;
}

pb::Signature signature_under(const google::protobuf::Message& message, std::string_view signer_id,
                              std::string_view meaning, WallTime at, SignedWith with) {
  const auto bytes = message.SerializeAsString();
  pb::Signature signature;
  signature.set_signer_id(std::string(signer_id));
  signature.set_meaning(std::string(meaning));
  signature.set_at_ms(wall_ms(at));
  if (with == SignedWith::badge_and_pin) signature.add_components_used("badge");
  signature.add_components_used("pin");
  signature.set_record_sha256(std::string(as_text(sha256(as_bytes(bytes)))));
  return signature;
}

delivery::Event event_of(const google::protobuf::Message& message, const Circumstances& here,
                         const Addressed& addressed) {
  delivery::Event event;
  const auto set = [&](std::string_view name, std::string value) {
    event.attributes[std::string(name)] = std::move(value);
  };
  set(delivery::attr::id, addressed.id.string());
  set(delivery::attr::source, fmt::format("/sites/{}/edges/{}", here.place.site, here.place.edge));
  set(delivery::attr::type, std::string(addressed.type));
  set(delivery::attr::subject, addressed.subject);
  set(delivery::attr::time, rfc3339(here.at.wall));
  set(delivery::attr::datacontenttype, "application/protobuf");
  set(delivery::attr::dataschema, message.GetDescriptor()->full_name());
  set(delivery::attr::partitionkey, addressed.partition_key);
  const auto data = message.SerializeAsString();
  const auto bytes = as_bytes(data);
  event.data.assign(bytes.begin(), bytes.end());
  return event;
}

}  // namespace millrace::edge

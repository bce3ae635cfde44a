#include "relay/intake/wire.hpp"

#include <fmt/format.h>

#include "millrace/delivery/v1/delivery.pb.h"

namespace millrace::relay {
namespace {

namespace wire = millrace::delivery::v1;

template <class Array>
std::string raw(const Array& bytes) {
  return {bytes.begin(), bytes.end()};
}

Bytes bytes_of(const google::protobuf::MessageLite& message) {
  Bytes out(message.ByteSizeLong());
  message.SerializeToArray(out.data(), static_cast<int>(out.size()));
  return out;
}

wire::SinkState wire_state(delivery::SinkState state) {
  switch (state) {
    case delivery::SinkState::up:
      return wire::SINK_STATE_CONNECTED;
    case delivery::SinkState::paused:
      return wire::SINK_STATE_PAUSED;
    case delivery::SinkState::down:
      return wire::SINK_STATE_DISCONNECTED;
  }
  return wire::SINK_STATE_UNSPECIFIED;
}

}  // namespace

std::string receipt_topic(const Box& box) {
  return fmt::format("millrace/v1/{}/{}/receipt", box.site, box.edge);
}

Bytes receipt_message(const delivery::Receiver::Report& report, const std::string& relay_instance) {
  const auto& cursor = report.cursor;
  wire::Receipt receipt;
  receipt.set_stream_id(raw(cursor.stream_id.bytes));
  if (report.positioned) {
    receipt.set_settled_through(cursor.settled_through);
    receipt.set_settled_hash(raw(cursor.settled_hash));
    receipt.set_base_seen(cursor.base_seen);
  }
  for (const auto& parking : cursor.parked) {
    auto& parked = *receipt.add_parked();
    parked.set_sequence(parking.sequence);
    parked.set_event_id(raw(parking.event_id.bytes));
    parked.set_reason(parking.reason);
    parked.set_maybe_delivered(parking.maybe_delivered);
  }
  receipt.set_resend_from(report.resend_from);
  receipt.set_halted_reason(report.halted);
  receipt.set_relay_instance(relay_instance);
  return bytes_of(receipt);
}

std::string relay_state_topic(std::string_view site, std::string_view relay_name) {
  return fmt::format("millrace/v1/{}/relay/{}/state", site, relay_name);
}

Bytes relay_state_message(const RelayStatus& status) {
  wire::RelayState state;
  state.set_online(status.online);
  state.set_instance_id(status.instance);
  state.set_sink(wire_state(status.sink));
  state.set_sink_reason(status.sink_reason);
  state.set_version(status.version);
  state.set_at_ms(status.at.time_since_epoch().count());
  return bytes_of(state);
}

}  // namespace millrace::relay

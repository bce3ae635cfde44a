#include "edge/publish/messages.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <google/protobuf/stubs/logging.h>

#include "millrace/delivery/v1/delivery.pb.h"
#include "millrace/events/v1/stream.pb.h"

namespace millrace::edge {
namespace {

namespace wire = millrace::delivery::v1;

/// A receipt's reasons are for people; a longer one is cut, so that no receipt can fill the log.
constexpr size_t kMostReasonBytes = 512;

template <class Array>
std::string raw(const Array& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Array>
bool fill(Array& out, const std::string& bytes) {
  if (bytes.size() != out.size()) return false;
  std::ranges::copy(bytes, out.begin());
  return true;
}

template <class Message>
Bytes serialised(const Message& message) {
  Bytes bytes(message.ByteSizeLong());
  message.SerializeToArray(bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

template <class Message>
bool parse(Message& message, BytesView payload) {
  // It would put onto standard error what a stranger makes it say; the caller logs the refusal in its own
  // words.
  const google::protobuf::LogSilencer silent;
  return message.ParseFromArray(payload.data(), static_cast<int>(payload.size()));
}

events::v1::StreamCheckpoint checkpoint_message(std::string_view site, std::string_view edge,
                                                const std::string& id,
                                                const delivery::StreamPosition& position, WallTime now) {
  events::v1::StreamCheckpoint message;
  auto& header = *message.mutable_h();
  header.set_submission_key(id);
  header.mutable_place()->set_site(std::string(site));
  header.mutable_place()->set_edge(std::string(edge));
  header.mutable_occurred()->set_at_ms(now.time_since_epoch().count());
  message.set_stream_id(raw(position.stream_id.bytes));
  message.set_sequence(position.last_sequence);
  message.set_hash(raw(position.last_hash));
  return message;
}

delivery::Event checkpoint_event(const events::v1::StreamCheckpoint& message, std::string_view site,
                                 std::string_view edge, const std::string& id,
                                 const delivery::StreamPosition& position, WallTime now) {
  delivery::Event event;
  event.data = serialised(message);
  event.attributes = {
      {std::string(delivery::attr::id), id},
      {std::string(delivery::attr::source), fmt::format("/sites/{}/edges/{}", site, edge)},
      {std::string(delivery::attr::type), std::string(delivery::kCheckpointType)},
      {std::string(delivery::attr::subject), position.stream_id.string()},
      {std::string(delivery::attr::time), rfc3339(now)},
      {std::string(delivery::attr::datacontenttype), std::string(kProtobuf)},
      {std::string(delivery::attr::dataschema), message.GetTypeName()},
      {std::string(delivery::attr::partitionkey), fmt::format("stream:{}", position.stream_id.string())},
  };
  return event;
}

}  // namespace

std::string state_topic(std::string_view site, std::string_view edge) {
  return fmt::format("millrace/v1/{}/{}/state", site, edge);
}

std::string receipt_topic(std::string_view site, std::string_view edge) {
  return fmt::format("millrace/v1/{}/{}/receipt", site, edge);
}

std::string relay_state_filter(std::string_view site) {
  return fmt::format("millrace/v1/{}/relay/+/state", site);
}

std::string relay_in_topic(std::string_view topic) {
  topic.remove_suffix(std::min(topic.size(), std::string_view("/state").size()));
  const auto slash = topic.rfind('/');
  return std::string(slash == std::string_view::npos ? topic : topic.substr(slash + 1));
}

Bytes encode(const EdgeState& state) {
  wire::EdgeState message;
  message.set_online(state.online);
  if (!state.stream_id.is_nil()) message.set_stream_id(raw(state.stream_id.bytes));
  message.set_base(state.base);
  message.set_next_sequence(state.next_sequence);
  message.set_version(state.version);
  message.set_connection_number(state.connection);
  message.set_at_ms(state.at.time_since_epoch().count());
  return serialised(message);
}

Result<delivery::Receipt> decode_receipt(BytesView payload) {
  wire::Receipt message;
  if (!parse(message, payload)) return fail(ErrorKind::invalid_input, "receipt: not a Receipt message");
  delivery::Receipt receipt;
  if (!fill(receipt.stream_id.bytes, message.stream_id())) {
    return fail(ErrorKind::invalid_input, "receipt: stream_id is not 16 bytes");
  }
  receipt.settled_through = message.settled_through();
  if (!message.settled_hash().empty() && !fill(receipt.settled_hash.emplace(), message.settled_hash())) {
    return fail(ErrorKind::invalid_input, "receipt: settled_hash is not 32 bytes");
  }
  receipt.base_seen = message.base_seen();
  for (const auto& parking : message.parked()) {
    auto& parked = receipt.parked.emplace_back();
    parked.sequence = parking.sequence();
    if (!fill(parked.event_id.bytes, parking.event_id())) {
      return fail(ErrorKind::invalid_input, "receipt: a parked event_id is not 16 bytes");
    }
    parked.reason = parking.reason().substr(0, kMostReasonBytes);
    parked.maybe_delivered = parking.maybe_delivered();
  }
  receipt.resend_from = message.resend_from();
  receipt.halted = message.halted_reason().substr(0, kMostReasonBytes);
  return receipt;
}

Result<RelayState> decode_relay_state(BytesView payload) {
  wire::RelayState message;
  if (!parse(message, payload)) {
    return fail(ErrorKind::invalid_input, "relay state: not a RelayState message");
  }
  if (message.online() && message.instance_id().empty()) {
    return fail(ErrorKind::invalid_input, "relay state: instance_id is missing");
  }
  return RelayState{.online = message.online(),
                    .instance = message.instance_id(),
                    .sink_connected = message.sink() == wire::SINK_STATE_CONNECTED};
}

delivery::Event stream_checkpoint(std::string_view site, std::string_view edge,
                                  const delivery::StreamPosition& position, WallTime now) {
  const auto id = Uuid::v7(now).string();
  return checkpoint_event(checkpoint_message(site, edge, id, position, now), site, edge, id, position, now);
}

delivery::Event stream_opening(std::string_view site, std::string_view edge,
                               const delivery::StreamPosition& old, const delivery::StreamPosition& fresh,
                               WallTime now) {
  const auto id = Uuid::v7(now).string();
  auto message = checkpoint_message(site, edge, id, fresh, now);
  message.set_previous_stream_id(raw(old.stream_id.bytes));
  message.set_previous_sequence(old.last_sequence);
  message.set_previous_hash(raw(old.last_hash));
  return checkpoint_event(message, site, edge, id, fresh, now);
}

}  // namespace millrace::edge

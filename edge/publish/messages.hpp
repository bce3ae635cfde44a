// What the box says and hears on MQTT besides the events: topics and messages in plain types.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/result.hpp"
#include "core/base/uuid.hpp"
#include "core/delivery/event.hpp"
#include "core/delivery/outbox.hpp"
#include "core/delivery/sender.hpp"

namespace millrace::edge {

std::string state_topic(std::string_view site, std::string_view edge);
std::string receipt_topic(std::string_view site, std::string_view edge);
/// A filter for the states of all relays of the site.
std::string relay_state_filter(std::string_view site);
/// The relay's name in a topic that fits that filter.
std::string relay_in_topic(std::string_view topic);

inline constexpr std::string_view kProtobuf = "application/protobuf";

/// For people and dashboards.
struct EdgeState {
  bool online = false;
  Uuid stream_id;
  uint64_t base = 0;  ///< 0 in a will, as `next_sequence` and `at`: it would be as old as the connection
  uint64_t next_sequence = 0;
  std::string version;
  uint64_t connection = 0;
  WallTime at;
};
Bytes encode(const EdgeState& state);

/// Errors: invalid_input.
Result<delivery::Receipt> decode_receipt(BytesView payload);

struct RelayState {
  bool online = false;
  std::string instance;
  bool sink_connected = false;
};
/// Errors: invalid_input.
Result<RelayState> decode_relay_state(BytesView payload);

/// The record in which the box vouches for where its stream stands.
delivery::Event stream_checkpoint(std::string_view site, std::string_view edge,
                                  const delivery::StreamPosition& position, WallTime now);

/// The first record of a stream that continues another: a checkpoint that names where the old one ended.
delivery::Event stream_opening(std::string_view site, std::string_view edge,
                               const delivery::StreamPosition& old, const delivery::StreamPosition& fresh,
                               WallTime now);

}  // namespace millrace::edge

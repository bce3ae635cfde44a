// What the relay says over MQTT: topics and messages.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/delivery/lanes.hpp"
#include "core/delivery/receiver.hpp"
#include "relay/cursors/cursor_store.hpp"

namespace millrace::relay {

/// All events of all boxes.
inline constexpr std::string_view kEventFilter = "millrace/v1/+/+/evt/#";

std::string receipt_topic(const Box& box);
/// millrace.delivery.v1.Receipt
Bytes receipt_message(const delivery::Receiver::Report& report, const std::string& relay_instance);

struct RelayStatus {
  bool online = false;
  std::string instance;  ///< new with each start: boxes that see it send again from their base
  delivery::SinkState sink = delivery::SinkState::down;
  std::string sink_reason;
  std::string version;
  WallTime at{};
};
std::string relay_state_topic(std::string_view site, std::string_view relay_name);
/// millrace.delivery.v1.RelayState
Bytes relay_state_message(const RelayStatus& status);

}  // namespace millrace::relay

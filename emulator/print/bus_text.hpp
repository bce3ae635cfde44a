// What the bus holds, as text.
#pragma once

#include <functional>
#include <string>

#include "emulator/broker/broker.hpp"

namespace millrace::bus {

inline constexpr size_t kMessagesShownMost = 100;             ///< of each entity
inline constexpr size_t kTextBytesMost = size_t{200} * 1024;  ///< what one look may cost

/// One line for each entity with its depths, for each session, and for each message with its properties, in
/// an order that stays, so that two looks can be compared line by line. `read_again` says what a message
/// said.
std::string bus_text(const Broker& broker, const Broker::ReadAgain& read_again);

}  // namespace millrace::bus

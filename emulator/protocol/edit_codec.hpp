// What an action of a rule does, done to the AMQP form of a message.
#pragma once

#include "core/base/bytes.hpp"
#include "emulator/broker/sql_action.hpp"

namespace millrace::bus {

/// The stored bytes of a message as they are after the action. What it left alone keeps its AMQP type.
Bytes edit_stored(const Bytes& encoded, const Edited& edited);

}  // namespace millrace::bus

// Rules as `$management` speaks of them: described lists with codes of Service Bus.
#pragma once

#include "core/amqp/value.hpp"
#include "emulator/broker/rules.hpp"

namespace millrace::bus {

/// The value of `rule-description` in a reply of enumerate-rules.
amqp::Value rule_description(const Rule& rule);

}  // namespace millrace::bus

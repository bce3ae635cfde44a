// Rules as `$management` speaks of them: described lists with codes of Service Bus.
#pragma once

#include <string>

#include "core/amqp/value.hpp"
#include "core/base/result.hpp"
#include "emulator/broker/rules.hpp"

namespace millrace::bus {

/// The value of `rule-description` in a reply of enumerate-rules.
amqp::Value rule_description(const Rule& rule);

/// The rule of an add-rule request: its name, and the value of `rule-description`. Errors: invalid_input.
Result<Rule> read_rule(std::string name, const amqp::Value& description);

}  // namespace millrace::bus

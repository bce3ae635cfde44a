// Descriptions of entities in the Atom entries that administration clients send.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.hpp"
#include "emulator/broker/definition.hpp"

namespace millrace::bus {

/// What an entry describes; names come from the request's path.
using Description = std::variant<QueueDefinition, TopicDefinition, SubscriptionDefinition, Rule>;

/// Reads a QueueDescription, TopicDescription, SubscriptionDescription or RuleDescription. What the entry
/// does not say gets Service Bus's default. Errors: invalid_input, for no such entry, a figure that is none,
/// and what this bus does not do.
Result<Description> read_description(std::string_view atom);

}  // namespace millrace::bus

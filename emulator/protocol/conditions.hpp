// The broker's refusals as AMQP error conditions and management status codes.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/amqp/link.hpp"
#include "emulator/broker/refusal.hpp"

namespace millrace::bus {

/// The symbol by which Service Bus clients know the refusal.
std::string_view condition_of(Reason reason);
amqp::Condition to_condition(const Refusal& refusal);
/// The status code of a `$management` reply that refuses for this reason.
int32_t status_of(Reason reason);
/// The same for a condition by its name.
int32_t status_of(std::string_view condition);

}  // namespace millrace::bus

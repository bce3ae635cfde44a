// What is to become of a message that was received.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/amqp/link.hpp"

namespace millrace::servicebus {

struct Settlement {
  enum class Kind : uint8_t { complete, abandon, defer, dead_letter };
  Kind kind = Kind::complete;
  std::string reason{};       ///< of a dead letter
  std::string description{};  ///< of a dead letter
  amqp::Map properties{};     ///< application properties to set, but with complete
};

/// As the outcome of its delivery.
amqp::Outcome outcome_of(const Settlement& settlement);
/// The word of the management node for it.
std::string_view status_of(Settlement::Kind kind);

}  // namespace millrace::servicebus

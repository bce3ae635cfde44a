// What Service Bus made of a message, in the classes that the delivery protocol acts on.
#pragma once

#include <string>
#include <string_view>

#include "core/amqp/link.hpp"
#include "core/base/clock.hpp"
#include "core/servicebus/trouble.hpp"

namespace millrace::servicebus {

struct Outcome {
  enum class Kind {
    accepted,           ///< stored, or recognised as a duplicate
    transient_message,  ///< not now, for this message
    entity_trouble,     ///< busy, unauthorised, not found, disabled, quota, detached: the message is innocent
    permanent_message,  ///< never, for this message: too large, malformed, refused as an argument
    in_doubt,           ///< no answer came; it may be stored
  };
  Kind kind = Kind::in_doubt;
  std::string reason;
  /// With entity_trouble: how long the service wants to be left alone.
  Millis retry_after{0};
  /// With entity_trouble: its class.
  TroubleKind trouble = TroubleKind::other;
};
std::string_view to_string(Outcome::Kind kind);

/// The class of an error condition (docs/delivery.md, the relay's rule 5). A condition that nobody knows is
/// transient for the message: nothing is parked on a guess.
Outcome classify(const amqp::Condition& condition);
/// The class of a disposition.
Outcome classify(const amqp::Outcome& outcome);

}  // namespace millrace::servicebus

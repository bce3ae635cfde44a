// Which entity an event goes to, and in which form.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/delivery/lanes.hpp"
#include "proto/amqp_mapping.hpp"

namespace millrace::relay {

/// Commands go to the queue of the service that carries them out: this and the service's name.
inline constexpr std::string_view kCommandQueuePrefix = "millrace-commands-";
/// The application property that marks a message duplicate detection may not recognise.
inline constexpr std::string_view kPossibleDuplicateProperty = "millrace_possible_duplicate";

/// The route of an event. Errors: invalid_input when no entity takes it (an unknown command, or no partition
/// key); the message is the reason it is withheld for.
Result<delivery::Route> route_of(const delivery::Event& event, std::string_view events_topic);

/// Where a record goes that has no route of its own: its notice is an event.
delivery::Route fallback_route(const delivery::Event& event, std::string_view events_topic);

/// The EventWithheld that goes in a record's place: MessageId `{event id}/withheld` (for a replayed record
/// `{event id}/withheld/{stream}/{sequence}`), in the record's session.
/// It is the relay's word, so it carries no place in the chain. Errors: invalid_input when it has no session.
Result<proto::AmqpEvent> withheld_notice(const delivery::InboundRecord& record, std::string_view relay_name,
                                         std::string_view reason, bool maybe_delivered, WallTime now);

}  // namespace millrace::relay

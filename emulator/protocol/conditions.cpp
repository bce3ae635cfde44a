#include "emulator/protocol/conditions.hpp"

#include <string>

#include "emulator/broker/behaviour.hpp"

namespace millrace::bus {

std::string_view condition_of(Reason reason) {
  switch (reason) {
    case Reason::not_found:
    case Reason::rule_not_found:
      return "amqp:not-found";
    case Reason::not_allowed:
      return "amqp:not-allowed";
    case Reason::argument:
    case Reason::filter_invalid:
      return "com.microsoft:argument-error";
    case Reason::message_lock_lost:
      return "com.microsoft:message-lock-lost";
    case Reason::session_lock_lost:
      return "com.microsoft:session-lock-lost";
    case Reason::session_not_available:
      return "com.microsoft:session-cannot-be-locked";
    case Reason::message_not_found:
      return "com.microsoft:message-not-found";
    case Reason::too_large:
      return "amqp:link:message-size-exceeded";
    case Reason::quota_exceeded:
      return "amqp:resource-limit-exceeded";
    case Reason::entity_exists:
      return "com.microsoft:entity-already-exists";
    case Reason::entity_disabled:
      return "com.microsoft:entity-disabled";
    case Reason::not_implemented:
      return "amqp:not-implemented";
    case Reason::unauthorised:
      return "amqp:unauthorized-access";
  }
  return "amqp:internal-error";
}

amqp::Condition to_condition(const Refusal& refusal) {
  // Clients know a missing entity by its text as well.
  if (refusal.reason == Reason::not_found && !keeps(Behaviour::missing_entities))
    return {"amqp:not-allowed", "It cannot be used.", {}};
  return {std::string(condition_of(refusal.reason)), refusal.text, {}};
}

int32_t status_of(Reason reason) {
  switch (reason) {
    case Reason::not_found:
    case Reason::rule_not_found:
    case Reason::message_not_found:
      return 404;
    case Reason::message_lock_lost:
    case Reason::session_lock_lost:
    case Reason::session_not_available:
      return 410;
    case Reason::quota_exceeded:
      return 403;
    case Reason::entity_exists:
      return 409;
    case Reason::not_implemented:
      return 501;
    case Reason::unauthorised:
      return 401;
    default:
      return 400;
  }
}

int32_t status_of(std::string_view condition) {
  if (condition == "com.microsoft:server-busy") return 503;
  if (condition == "com.microsoft:timeout") return 408;
  if (condition == "amqp:unauthorized-access") return 401;
  if (condition == "amqp:not-found") return 404;
  if (condition == "amqp:resource-limit-exceeded") return 403;
  if (condition.ends_with("-lock-lost")) return 410;
  return condition == "amqp:internal-error" ? 500 : 400;
}

}  // namespace millrace::bus

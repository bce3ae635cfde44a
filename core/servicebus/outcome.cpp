#include "core/servicebus/outcome.hpp"

#include <algorithm>
#include <array>

namespace millrace::servicebus {
namespace {

constexpr std::array<std::string_view, 14> kEntityTrouble{
    "com.microsoft:server-busy",
    "amqp:unauthorized-access",
    "com.microsoft:auth-failed",
    "com.microsoft:unauthorized-access",
    "amqp:not-found",
    "amqp:not-allowed",
    "com.microsoft:entity-disabled",
    "amqp:resource-limit-exceeded",
    "amqp:link:detach-forced",
    "amqp:link:stolen",
    "amqp:link:transfer-limit-exceeded",
    "amqp:connection:forced",
    "amqp:resource-deleted",
    "com.microsoft:container-close",
};

constexpr std::array<std::string_view, 8> kPermanent{
    "amqp:link:message-size-exceeded",
    "com.microsoft:argument-error",
    "com.microsoft:argument-out-of-range",
    "amqp:invalid-field",
    "amqp:decode-error",
    "amqp:not-implemented",
    "amqp:precondition-failed",
    "com.microsoft:message-size-exceeded",
};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string_view to_string(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::accepted:
      return "accepted";
    case Outcome::Kind::transient_message:
      return "transient_message";
    case Outcome::Kind::entity_trouble:
      return "entity_trouble";
    case Outcome::Kind::permanent_message:
      return "permanent_message";
    case Outcome::Kind::in_doubt:
      return "in_doubt";
  }
  return "in_doubt";
}

Outcome classify(const amqp::Condition& condition) {
  Outcome outcome{.kind = Outcome::Kind::transient_message,
                  .reason = condition ? to_text(condition) : "rejected without a reason"};
  if (contains(kEntityTrouble, condition.name)) outcome.kind = Outcome::Kind::entity_trouble;
  if (contains(kPermanent, condition.name)) outcome.kind = Outcome::Kind::permanent_message;
  if (outcome.kind == Outcome::Kind::entity_trouble) {
    const auto trouble = trouble_of(condition);
    outcome.trouble = trouble.kind;
    outcome.retry_after = trouble.wait;
  }
  return outcome;
}

Outcome classify(const amqp::Outcome& outcome) {
  switch (outcome.kind) {
    case amqp::Outcome::Kind::accepted:
      return {.kind = Outcome::Kind::accepted};
    case amqp::Outcome::Kind::rejected:
      return classify(outcome.condition);
    case amqp::Outcome::Kind::released:
      return {.kind = Outcome::Kind::transient_message, .reason = "released"};
    case amqp::Outcome::Kind::modified:
      return {.kind = Outcome::Kind::transient_message, .reason = "modified"};
    case amqp::Outcome::Kind::none:
      break;
  }
  return {.kind = Outcome::Kind::in_doubt, .reason = "settled without an outcome"};
}

}  // namespace millrace::servicebus

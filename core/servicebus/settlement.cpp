#include "core/servicebus/settlement.hpp"

#include <utility>

namespace millrace::servicebus {

amqp::Outcome outcome_of(const Settlement& settlement) {
  using Kind = Settlement::Kind;
  amqp::Outcome outcome;
  switch (settlement.kind) {
    case Kind::complete:
      return amqp::Outcome::accepted();
    case Kind::abandon:
    case Kind::defer:
      outcome.kind = amqp::Outcome::Kind::modified;
      outcome.undeliverable_here = settlement.kind == Kind::defer;
      outcome.annotations = settlement.properties;
      return outcome;
    case Kind::dead_letter:
      amqp::Map info = settlement.properties;
      info.emplace_back(amqp::Symbol{"DeadLetterReason"}, settlement.reason);
      info.emplace_back(amqp::Symbol{"DeadLetterErrorDescription"}, settlement.description);
      return amqp::Outcome::rejected({"com.microsoft:dead-letter", {}, std::move(info)});
  }
  return outcome;
}

std::string_view status_of(Settlement::Kind kind) {
  switch (kind) {
    case Settlement::Kind::complete:
      return "completed";
    case Settlement::Kind::abandon:
      return "abandoned";
    case Settlement::Kind::defer:
      return "defered";  // as the service spells it
    case Settlement::Kind::dead_letter:
      return "suspended";
  }
  return {};
}

}  // namespace millrace::servicebus

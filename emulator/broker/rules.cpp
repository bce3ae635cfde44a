#include "emulator/broker/rules.hpp"

#include <algorithm>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

bool agrees(const std::optional<std::string>& wanted, const std::optional<std::string>& actual) {
  if (!keeps(Behaviour::correlation_case) && wanted && actual) return same_ignoring_case(*wanted, *actual);
  return !wanted || wanted == actual;
}

/// Numbers are equal across integer and floating point, as in the SQL filters.
bool same(const Value& a, const Value& b) {
  const auto* whole_a = std::get_if<int64_t>(&a);
  const auto* whole_b = std::get_if<int64_t>(&b);
  const auto* real_a = std::get_if<double>(&a);
  const auto* real_b = std::get_if<double>(&b);
  if (whole_a != nullptr && real_b != nullptr) return static_cast<double>(*whole_a) == *real_b;
  if (real_a != nullptr && whole_b != nullptr) return *real_a == static_cast<double>(*whole_b);
  return a == b;
}

struct Matches {
  const Incoming& message;
  bool operator()(const TrueFilter&) const { return true; }
  bool operator()(const FalseFilter&) const { return false; }
  bool operator()(const CorrelationFilter& filter) const { return filter.matches(message); }
  bool operator()(const SqlFilter& filter) const { return filter.matches(message); }
};

}  // namespace

bool CorrelationFilter::matches(const Incoming& message) const {
  if (!keeps(Behaviour::correlation_every_field)) return agrees(subject, message.subject);
  if (!agrees(correlation_id, message.correlation_id) || !agrees(message_id, message.message_id) ||
      !agrees(to, message.to) || !agrees(reply_to, message.reply_to) || !agrees(subject, message.subject) ||
      !agrees(session_id, message.session_id) || !agrees(reply_to_session_id, message.reply_to_session_id) ||
      !agrees(content_type, message.content_type)) {
    return false;
  }
  if (!keeps(Behaviour::correlation_properties)) return true;
  return std::ranges::all_of(properties, [&](const auto& wanted) {
    const auto found = message.properties.find(wanted.first);
    return found != message.properties.end() && same(wanted.second, found->second);
  });
}

bool Rule::matches(const Incoming& message) const {
  return std::visit(Matches{message}, filter);
}

bool Rule::makes_copy() const {
  return action && keeps(Behaviour::action_copy);
}

bool any_matches(const std::vector<Rule>& rules, const Incoming& message) {
  return std::ranges::any_of(rules,
                             [&](const Rule& rule) { return !rule.makes_copy() && rule.matches(message); });
}

size_t copies_most(const std::vector<Rule>& rules) {
  return 1 + static_cast<size_t>(std::ranges::count_if(rules, &Rule::makes_copy));
}

}  // namespace millrace::bus

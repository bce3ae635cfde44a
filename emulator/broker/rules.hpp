// Rules decide which messages of a topic a subscription gets.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/broker/message.hpp"
#include "emulator/broker/sql_action.hpp"
#include "emulator/broker/sql_filter.hpp"

namespace millrace::bus {

/// The rule that a subscription has when nothing else was said.
inline constexpr std::string_view kDefaultRuleName = "$Default";

/// The property of a copy that a rule with an action made: that rule's name.
inline constexpr std::string_view kRuleNameProperty = "RuleName";

struct TrueFilter {};
struct FalseFilter {};

/// Matches when every field that is set equals the message's, case-sensitive.
struct CorrelationFilter {
  std::optional<std::string> correlation_id;
  std::optional<std::string> message_id;
  std::optional<std::string> to;
  std::optional<std::string> reply_to;
  std::optional<std::string> subject;
  std::optional<std::string> session_id;
  std::optional<std::string> reply_to_session_id;
  std::optional<std::string> content_type;
  Properties properties;

  bool matches(const Incoming& message) const;
};

struct Rule {
  std::string name;
  std::variant<TrueFilter, FalseFilter, CorrelationFilter, SqlFilter> filter;
  std::optional<SqlAction> action{};

  bool matches(const Incoming& message) const;
  /// Of its own, beside the one of the rules without an action.
  bool makes_copy() const;
  static Rule everything() { return {std::string(kDefaultRuleName), TrueFilter{}}; }
};

/// Whether the subscription gets the message as it is: the rules without an action make one copy together,
/// when any of them matches.
bool any_matches(const std::vector<Rule>& rules, const Incoming& message);

/// So many copies of one message the rules make at most.
size_t copies_most(const std::vector<Rule>& rules);

}  // namespace millrace::bus

// Rules decide which messages of a topic a subscription gets.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/broker/message.hpp"
#include "emulator/broker/sql_filter.hpp"

namespace millrace::bus {

/// The rule that a subscription has when nothing else was said.
inline constexpr std::string_view kDefaultRuleName = "$Default";

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

  bool matches(const Incoming& message) const;
  static Rule everything() { return {std::string(kDefaultRuleName), TrueFilter{}}; }
};

/// A message belongs to the subscription when any rule matches it.
bool any_matches(const std::vector<Rule>& rules, const Incoming& message);

}  // namespace millrace::bus

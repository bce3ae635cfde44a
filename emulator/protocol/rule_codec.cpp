#include "emulator/protocol/rule_codec.hpp"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "emulator/protocol/message_codec.hpp"

namespace millrace::bus {
namespace {

constexpr uint64_t kRuleDescription = 0x13700000004;
constexpr uint64_t kEmptyAction = 0x13700000005;
constexpr uint64_t kSqlAction = 0x13700000006;
constexpr uint64_t kSqlFilter = 0x1370000006;
constexpr uint64_t kTrueFilter = 0x1370000007;
constexpr uint64_t kFalseFilter = 0x1370000008;
constexpr uint64_t kCorrelationFilter = 0x1370000009;
constexpr int32_t kSqlCompatibilityLevel = 20;

amqp::Value list(uint64_t code, amqp::List fields) {
  return amqp::described(code, std::move(fields));
}

amqp::Value field(const std::optional<std::string>& text) {
  return text ? amqp::Value(*text) : amqp::Value();
}

std::optional<std::string> text_of(const amqp::Value& map, std::string_view key) {
  const auto* value = map.find(key);
  const auto* text = value != nullptr ? value->text() : nullptr;
  return text != nullptr ? std::optional(*text) : std::nullopt;
}

struct FilterCode {
  amqp::Value operator()(const TrueFilter&) const { return list(kTrueFilter, {}); }
  amqp::Value operator()(const FalseFilter&) const { return list(kFalseFilter, {}); }
  amqp::Value operator()(const SqlFilter& filter) const {
    return list(kSqlFilter, {filter.text(), kSqlCompatibilityLevel});
  }
  amqp::Value operator()(const CorrelationFilter& filter) const {
    amqp::Map properties;
    for (const auto& [name, value] : filter.properties) properties.emplace_back(name, to_amqp(value));
    return list(kCorrelationFilter,
                {field(filter.correlation_id), field(filter.message_id), field(filter.to),
                 field(filter.reply_to), field(filter.subject), field(filter.session_id),
                 field(filter.reply_to_session_id), field(filter.content_type), std::move(properties)});
  }
};

}  // namespace

amqp::Value rule_description(const Rule& rule) {
  auto action =
      rule.action ? list(kSqlAction, {rule.action->text(), kSqlCompatibilityLevel}) : list(kEmptyAction, {});
  return list(kRuleDescription, {std::visit(FilterCode{}, rule.filter), std::move(action), rule.name});
}

Result<Rule> read_rule(std::string name, const amqp::Value& description) {
  Rule rule{std::move(name), TrueFilter{}};
  if (const auto* wanted = description.find("sql-rule-action"); wanted != nullptr && !wanted->is_null()) {
    auto action = SqlAction::parse(text_of(*wanted, "expression").value_or(""));
    if (!action) return fail(ErrorKind::invalid_input, fmt::format("The action: {}", action.error().message));
    rule.action = std::move(*action);
  }
  if (const auto* sql = description.find("sql-filter")) {
    auto filter = SqlFilter::parse(text_of(*sql, "expression").value_or(""));
    if (!filter) return std::unexpected(filter.error());
    rule.filter = std::move(*filter);
  } else if (const auto* wanted = description.find("correlation-filter")) {
    CorrelationFilter filter;
    filter.correlation_id = text_of(*wanted, "correlation-id");
    filter.message_id = text_of(*wanted, "message-id");
    filter.to = text_of(*wanted, "to");
    filter.reply_to = text_of(*wanted, "reply-to");
    filter.subject = text_of(*wanted, "label");
    filter.session_id = text_of(*wanted, "session-id");
    filter.reply_to_session_id = text_of(*wanted, "reply-to-session-id");
    filter.content_type = text_of(*wanted, "content-type");
    const auto* properties = wanted->find("properties");
    if (const auto* map = properties != nullptr ? properties->get_if<amqp::Map>() : nullptr)
      filter.properties = to_broker(*map);
    rule.filter = std::move(filter);
  } else if (description.find("false-filter") != nullptr) {
    rule.filter = FalseFilter{};
  } else if (description.find("true-filter") == nullptr) {
    return fail(ErrorKind::invalid_input, "The rule has no filter that is known here.");
  }
  return rule;
}

}  // namespace millrace::bus

#include "emulator/protocol/rule_codec.hpp"

#include <optional>
#include <string>
#include <utility>

#include "emulator/protocol/message_codec.hpp"

namespace millrace::bus {
namespace {

constexpr uint64_t kRuleDescription = 0x13700000004;
constexpr uint64_t kEmptyAction = 0x13700000005;
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
  return list(kRuleDescription, {std::visit(FilterCode{}, rule.filter), list(kEmptyAction, {}), rule.name});
}

}  // namespace millrace::bus

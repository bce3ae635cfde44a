#include "emulator/entities/entity_reader.hpp"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "emulator/entities/duration.hpp"
#include "emulator/entities/properties_json.hpp"

namespace millrace::bus {
namespace {

using std::chrono::seconds;

/// The name of an entity or rule, unique among `taken`.
std::string read_name(const JsonPlace& place, size_t most, bool (*is_name)(std::string_view), Names& taken) {
  const auto at = place.member("Name");
  if (!at.exists()) place.complain("Name is missing");
  auto name = at.text().value_or("");
  if (!at.exists()) return name;
  if (!is_name(name)) {
    at.complain(fmt::format("'{}' is not a name: use 1 to {} letters, digits, '.', '-' or '_'", name, most));
  } else if (!taken.insert(name).second) {
    at.complain(fmt::format("'{}' is there twice: names differ by more than case", name));
  }
  return name;
}

std::optional<Millis> read_duration(const JsonPlace& place, Millis least, Millis most) {
  const auto text = place.text();
  if (!text) return {};
  const auto duration = parse_duration(*text);
  if (!duration) {
    place.complain(duration.error().message);
    return {};
  }
  if (*duration < least || *duration > most) {
    place.complain(
        fmt::format("{} is outside {} to {}", *text, format_duration(least), format_duration(most)));
    return {};
  }
  return *duration;
}

std::optional<Millis> read_time_to_live(const JsonPlace& properties) {
  return read_duration(properties.member("DefaultMessageTimeToLive"), seconds{1}, Millis::max());
}

void refuse_forwarding(const JsonPlace& properties) {
  for (const auto* key : {"ForwardTo", "ForwardDeadLetteredMessagesTo"}) {
    const auto at = properties.member(key);
    if (!at.text().value_or("").empty())
      at.complain("this bus does not forward: remove it or leave it empty");
  }
}

EntityInfo read_info(const JsonPlace& properties) {
  EntityInfo info;
  const auto status = properties.member("Status");
  if (const auto text = status.text()) {
    const auto known = entity_status(*text);
    if (!known) status.complain("must be Active, Disabled, SendDisabled or ReceiveDisabled");
    info.status = known.value_or(EntityStatus::active);
  }
  info.user_metadata = properties.member("UserMetadata").text().value_or("");
  info.auto_delete_on_idle =
      read_duration(properties.member("AutoDeleteOnIdle"), kIdleShortest, Millis::max());
  info.access_rules = read_access_rules(properties.member("AuthorizationRules"));
  return info;
}

QueueSettings read_settings(const JsonPlace& properties) {
  QueueSettings settings;
  settings.lock_duration = read_duration(properties.member("LockDuration"), kLockShortest, kLockLongest)
                               .value_or(settings.lock_duration);
  settings.max_delivery_count = static_cast<uint32_t>(properties.member("MaxDeliveryCount")
                                                          .integer(1, kDeliveriesMost)
                                                          .value_or(settings.max_delivery_count));
  settings.requires_session = properties.member("RequiresSession").flag().value_or(false);
  settings.dead_letter_on_expiry =
      properties.member("DeadLetteringOnMessageExpiration").flag().value_or(false);
  settings.default_time_to_live = read_time_to_live(properties);
  refuse_forwarding(properties);
  return settings;
}

std::optional<DuplicateDetection> read_duplicates(const JsonPlace& properties) {
  const bool wanted = properties.member("RequiresDuplicateDetection").flag().value_or(false);
  const auto window = read_duration(properties.member("DuplicateDetectionHistoryTimeWindow"), kWindowShortest,
                                    kWindowLongest);
  if (!wanted) return {};
  return DuplicateDetection{window.value_or(DuplicateDetection{}.window)};
}

Value read_property(const JsonPlace& place) {
  if (auto value = property_from_json(*place.raw())) return std::move(*value);
  place.complain("must be a text, a number, true or false");
  return {};
}

CorrelationFilter read_correlation(const JsonPlace& place) {
  place.expect_only({"CorrelationId", "MessageId", "To", "ReplyTo", "Label", "SessionId", "ReplyToSessionId",
                     "ContentType", "Properties"});
  CorrelationFilter filter;
  filter.correlation_id = place.member("CorrelationId").text();
  filter.message_id = place.member("MessageId").text();
  filter.to = place.member("To").text();
  filter.reply_to = place.member("ReplyTo").text();
  filter.subject = place.member("Label").text();
  filter.session_id = place.member("SessionId").text();
  filter.reply_to_session_id = place.member("ReplyToSessionId").text();
  filter.content_type = place.member("ContentType").text();
  const auto properties = place.member("Properties");
  for (const auto& key : properties.keys()) {
    filter.properties.emplace(key, read_property(properties.member(key)));
  }
  return filter;
}

std::optional<SqlAction> read_action(const JsonPlace& place) {
  place.expect_only({"SqlExpression"});
  const auto expression = place.member("SqlExpression");
  const auto text = expression.text();
  if (!text) return {};
  auto action = SqlAction::parse(*text);
  if (action) return std::move(*action);
  expression.complain(action.error().message);
  return {};
}

Rule read_rule(const JsonPlace& place, Names& taken) {
  place.expect_only({"Name", "Properties"});
  Rule rule{read_name(place, kSubscriptionNameMost, is_rule_name, taken), TrueFilter{}};
  const auto properties = place.member("Properties");
  properties.expect_only({"FilterType", "CorrelationFilter", "SqlFilter", "Action"});
  rule.action = read_action(properties.member("Action"));
  const auto type = properties.member("FilterType").text().value_or("");
  if (type == "Correlation") {
    rule.filter = read_correlation(properties.member("CorrelationFilter"));
  } else if (type == "Sql") {
    const auto expression = properties.member("SqlFilter").member("SqlExpression");
    properties.member("SqlFilter").expect_only({"SqlExpression"});
    auto filter = SqlFilter::parse(expression.text().value_or(""));
    if (filter) {
      rule.filter = std::move(*filter);
    } else {
      expression.complain(filter.error().message);
    }
  } else if (type == "False") {
    rule.filter = FalseFilter{};
  } else if (type != "True") {
    properties.member("FilterType").complain("must be \"Correlation\", \"Sql\", \"True\" or \"False\"");
  }
  return rule;
}

}  // namespace

std::vector<AccessRule> read_access_rules(const JsonPlace& place) {
  std::vector<AccessRule> rules;
  for (const auto& one : place.elements()) {
    one.expect_only({"KeyName", "PrimaryKey", "SecondaryKey", "Rights"});
    AccessRule rule;
    rule.name = one.member("KeyName").text().value_or("");
    if (rule.name.empty()) one.member("KeyName").complain("is missing");
    for (const auto* key : {"PrimaryKey", "SecondaryKey"}) {
      if (auto secret = one.member(key).text().value_or(""); !secret.empty())
        rule.keys.push_back(std::move(secret));
    }
    if (rule.keys.empty()) one.member("PrimaryKey").complain("is missing");
    for (const auto& name : one.member("Rights").elements()) {
      const auto known = right(name.text().value_or(""));
      if (!known) name.complain("must be Manage, Send or Listen");
      rule.rights |= known.value_or(0);
    }
    if (rule.rights == 0) one.member("Rights").complain("must name one of Manage, Send and Listen at least");
    rules.push_back(std::move(rule));
  }
  return rules;
}

SubscriptionDefinition read_subscription(const JsonPlace& place, Names& taken, bool rules_may_be_none) {
  place.expect_only({"Name", "Properties", "Rules"});
  SubscriptionDefinition subscription;
  subscription.name = read_name(place, kSubscriptionNameMost, is_subscription_name, taken);
  const auto properties = place.member("Properties");
  properties.expect_only({"DeadLetteringOnMessageExpiration", "DefaultMessageTimeToLive", "LockDuration",
                          "MaxDeliveryCount", "ForwardDeadLetteredMessagesTo", "ForwardTo", "RequiresSession",
                          "Status", "UserMetadata", "AutoDeleteOnIdle", "AuthorizationRules"});
  subscription.settings = read_settings(properties);
  subscription.info = read_info(properties);
  Names rules;
  for (const auto& rule : place.member("Rules").elements()) {
    subscription.rules.push_back(read_rule(rule, rules));
  }
  if (!place.member("Rules").exists() || (subscription.rules.empty() && !rules_may_be_none)) {
    subscription.rules.push_back(Rule::everything());
  }
  return subscription;
}

QueueDefinition read_queue(const JsonPlace& place, Names& taken) {
  place.expect_only({"Name", "Properties"});
  QueueDefinition queue;
  queue.name = read_name(place, kEntityNameMost, is_entity_name, taken);
  const auto properties = place.member("Properties");
  properties.expect_only({"DeadLetteringOnMessageExpiration", "DefaultMessageTimeToLive",
                          "DuplicateDetectionHistoryTimeWindow", "ForwardDeadLetteredMessagesTo", "ForwardTo",
                          "LockDuration", "MaxDeliveryCount", "RequiresDuplicateDetection", "RequiresSession",
                          "Status", "UserMetadata", "AutoDeleteOnIdle", "AuthorizationRules"});
  queue.settings = read_settings(properties);
  queue.duplicates = read_duplicates(properties);
  queue.info = read_info(properties);
  return queue;
}

TopicDefinition read_topic(const JsonPlace& place, Names& taken) {
  place.expect_only({"Name", "Properties", "Subscriptions"});
  TopicDefinition topic;
  topic.name = read_name(place, kEntityNameMost, is_entity_name, taken);
  const auto properties = place.member("Properties");
  properties.expect_only({"DefaultMessageTimeToLive", "DuplicateDetectionHistoryTimeWindow",
                          "RequiresDuplicateDetection", "Status", "UserMetadata", "AutoDeleteOnIdle",
                          "AuthorizationRules"});
  topic.info = read_info(properties);
  topic.default_time_to_live = read_time_to_live(properties);
  topic.duplicates = read_duplicates(properties);
  Names subscriptions;
  for (const auto& subscription : place.member("Subscriptions").elements()) {
    topic.subscriptions.push_back(read_subscription(subscription, subscriptions, false));
  }
  return topic;
}

}  // namespace millrace::bus

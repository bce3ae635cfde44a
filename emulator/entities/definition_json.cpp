#include "emulator/entities/definition_json.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json.hpp>

#include "emulator/entities/duration.hpp"
#include "emulator/entities/entity_reader.hpp"
#include "emulator/entities/properties_json.hpp"

namespace millrace::bus {
namespace {

namespace json = boost::json;

void put(json::object& into, std::string_view key, const std::optional<std::string>& text) {
  if (text) into[key] = *text;
}
void put(json::object& into, std::string_view key, const std::optional<Millis>& duration) {
  if (duration) into[key] = format_duration(*duration);
}

json::object properties(const EntityInfo& info) {
  json::object object;
  object["Status"] = name_of(info.status);
  if (!info.user_metadata.empty()) object["UserMetadata"] = info.user_metadata;
  put(object, "AutoDeleteOnIdle", info.auto_delete_on_idle);
  json::array rules;
  for (const auto& rule : info.access_rules) {
    json::array rights;
    for (const auto& name : names_of(rule.rights)) rights.push_back(json::string(name));
    rules.push_back({{"KeyName", rule.name},
                     {"PrimaryKey", rule.keys.front()},
                     {"SecondaryKey", rule.keys.back()},
                     {"Rights", std::move(rights)}});
  }
  if (!rules.empty()) object["AuthorizationRules"] = std::move(rules);
  return object;
}

void add(json::object& into, const QueueSettings& settings) {
  into["LockDuration"] = format_duration(settings.lock_duration);
  into["MaxDeliveryCount"] = settings.max_delivery_count;
  into["RequiresSession"] = settings.requires_session;
  into["DeadLetteringOnMessageExpiration"] = settings.dead_letter_on_expiry;
  put(into, "DefaultMessageTimeToLive", settings.default_time_to_live);
}

void add(json::object& into, const std::optional<DuplicateDetection>& duplicates) {
  into["RequiresDuplicateDetection"] = duplicates.has_value();
  if (duplicates) into["DuplicateDetectionHistoryTimeWindow"] = format_duration(duplicates->window);
}

struct FilterProperties {
  json::object operator()(const TrueFilter&) const { return {{"FilterType", "True"}}; }
  json::object operator()(const FalseFilter&) const { return {{"FilterType", "False"}}; }
  json::object operator()(const SqlFilter& filter) const {
    return {{"FilterType", "Sql"}, {"SqlFilter", {{"SqlExpression", filter.text()}}}};
  }
  json::object operator()(const CorrelationFilter& filter) const {
    json::object wanted;
    put(wanted, "CorrelationId", filter.correlation_id);
    put(wanted, "MessageId", filter.message_id);
    put(wanted, "To", filter.to);
    put(wanted, "ReplyTo", filter.reply_to);
    put(wanted, "Label", filter.subject);
    put(wanted, "SessionId", filter.session_id);
    put(wanted, "ReplyToSessionId", filter.reply_to_session_id);
    put(wanted, "ContentType", filter.content_type);
    json::object custom;
    for (const auto& [name, value] : filter.properties) custom[name] = to_json(value);
    wanted["Properties"] = std::move(custom);
    return {{"FilterType", "Correlation"}, {"CorrelationFilter", std::move(wanted)}};
  }
};

json::object written(const EntityInfo& info, std::string_view kind, json::object entity) {
  return {{"Kind", kind},
          {"Entity", std::move(entity)},
          {"CreatedMs", info.created.time_since_epoch().count()},
          {"UpdatedMs", info.updated.time_since_epoch().count()}};
}

struct Write {
  json::object operator()(const QueueDefinition& queue) const {
    auto known = properties(queue.info);
    add(known, queue.settings);
    add(known, queue.duplicates);
    return written(queue.info, "queue", {{"Name", queue.name}, {"Properties", std::move(known)}});
  }
  json::object operator()(const TopicDefinition& topic) const {
    auto known = properties(topic.info);
    add(known, topic.duplicates);
    put(known, "DefaultMessageTimeToLive", topic.default_time_to_live);
    return written(topic.info, "topic", {{"Name", topic.name}, {"Properties", std::move(known)}});
  }
  json::object operator()(const SubscriptionOf& of) const {
    auto known = properties(of.subscription.info);
    add(known, of.subscription.settings);
    json::array rules;
    for (const auto& rule : of.subscription.rules) {
      auto described = std::visit(FilterProperties{}, rule.filter);
      if (rule.action) described["Action"] = {{"SqlExpression", rule.action->text()}};
      rules.push_back({{"Name", rule.name}, {"Properties", std::move(described)}});
    }
    auto object = written(
        of.subscription.info, "subscription",
        {{"Name", of.subscription.name}, {"Properties", std::move(known)}, {"Rules", std::move(rules)}});
    object["Topic"] = of.topic;
    return object;
  }
};

}  // namespace

std::string to_json(const Definition& definition) {
  return json::serialize(std::visit(Write{}, definition));
}

Result<Definition> definition_from_json(std::string_view text) {
  json::error_code wrong;
  const auto value = json::parse(json::string_view(text.data(), text.size()), wrong);
  std::vector<std::string> problems;
  const JsonPlace root(&value, "", problems);
  const auto kind = root.member("Kind").text().value_or("");
  const auto entity = root.member("Entity");
  const auto time = [&](std::string_view key) {
    using Limits = std::numeric_limits<int64_t>;  // a clock may have been put back beyond 1970
    return WallTime{Millis{root.member(key).integer(Limits::min(), Limits::max()).value_or(0)}};
  };
  const auto complete = [&](auto described) -> Result<Definition> {
    if (!problems.empty()) {
      return fail(ErrorKind::corrupt, fmt::format("an entity's definition: {}", fmt::join(problems, "; ")));
    }
    return described;
  };
  Names taken;
  if (kind == "queue") {
    auto queue = read_queue(entity, taken);
    queue.info.created = time("CreatedMs");
    queue.info.updated = time("UpdatedMs");
    return complete(std::move(queue));
  }
  if (kind == "topic") {
    auto topic = read_topic(entity, taken);
    topic.info.created = time("CreatedMs");
    topic.info.updated = time("UpdatedMs");
    return complete(std::move(topic));
  }
  if (kind == "subscription") {
    SubscriptionOf of{root.member("Topic").text().value_or(""), read_subscription(entity, taken, true)};
    of.subscription.info.created = time("CreatedMs");
    of.subscription.info.updated = time("UpdatedMs");
    return complete(std::move(of));
  }
  return fail(ErrorKind::corrupt, "an entity's definition is of no known kind");
}

}  // namespace millrace::bus

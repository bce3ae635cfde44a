#include "emulator/entities/entities_file.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "core/base/files.hpp"
#include "emulator/broker/text.hpp"
#include "emulator/entities/duration.hpp"
#include "emulator/entities/json_place.hpp"

namespace millrace::bus {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr size_t kFileBytesMost = size_t{4} << 20U;
// The bounds of Azure Service Bus; locks may be shorter here, for tests.
constexpr Millis kLockShortest = seconds{1};
constexpr Millis kLockLongest = minutes{5};
constexpr Millis kWindowShortest = seconds{20};
constexpr Millis kWindowLongest = days{7};
constexpr size_t kEntityNameMost = 260;
constexpr size_t kSubscriptionNameMost = 50;

struct CaseInsensitive {
  bool operator()(const std::string& a, const std::string& b) const {
    return std::ranges::lexicographical_compare(a, b, {}, lower, lower);
  }
};
using Names = std::set<std::string, CaseInsensitive>;

/// The name of an entity or rule, unique among `taken`.
std::string read_name(const JsonPlace& place, size_t most, Names& taken) {
  const auto at = place.member("Name");
  if (!at.exists()) place.complain("Name is missing");
  auto name = at.text().value_or("");
  if (!at.exists()) return name;
  const bool good = !name.empty() && name.size() <= most && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == '/' || c == '$';
  });
  if (!good || name.starts_with('/') || name.ends_with('/')) {
    at.complain(
        fmt::format("'{}' is not a name: use 1 to {} letters, digits, '.', '-', '_' or '/'", name, most));
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

QueueSettings read_settings(const JsonPlace& properties) {
  QueueSettings settings;
  settings.lock_duration = read_duration(properties.member("LockDuration"), kLockShortest, kLockLongest)
                               .value_or(settings.lock_duration);
  constexpr int64_t kDeliveriesMost = 2000;
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
  const auto* value = place.raw();
  if (value->is_string()) return place.text().value_or("");
  if (value->is_bool()) return value->as_bool();
  if (value->is_int64()) return value->as_int64();
  if (value->is_double()) return value->as_double();
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

Rule read_rule(const JsonPlace& place, Names& taken) {
  place.expect_only({"Name", "Properties"});
  Rule rule{read_name(place, kSubscriptionNameMost, taken), TrueFilter{}};
  const auto properties = place.member("Properties");
  properties.expect_only({"FilterType", "CorrelationFilter", "SqlFilter", "Action"});
  if (properties.member("Action").member("SqlExpression").exists()) {
    properties.member("Action").complain("this bus does not run rule actions: remove it");
  }
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
  } else {
    properties.member("FilterType").complain("must be \"Correlation\" or \"Sql\"");
  }
  return rule;
}

SubscriptionDefinition read_subscription(const JsonPlace& place, Names& taken) {
  place.expect_only({"Name", "Properties", "Rules"});
  SubscriptionDefinition subscription;
  subscription.name = read_name(place, kSubscriptionNameMost, taken);
  const auto properties = place.member("Properties");
  properties.expect_only({"DeadLetteringOnMessageExpiration", "DefaultMessageTimeToLive", "LockDuration",
                          "MaxDeliveryCount", "ForwardDeadLetteredMessagesTo", "ForwardTo",
                          "RequiresSession"});
  subscription.settings = read_settings(properties);
  Names rules;
  for (const auto& rule : place.member("Rules").elements()) {
    subscription.rules.push_back(read_rule(rule, rules));
  }
  if (subscription.rules.empty()) subscription.rules.push_back(Rule::everything());
  return subscription;
}

QueueDefinition read_queue(const JsonPlace& place, Names& taken) {
  place.expect_only({"Name", "Properties"});
  QueueDefinition queue;
  queue.name = read_name(place, kEntityNameMost, taken);
  const auto properties = place.member("Properties");
  properties.expect_only({"DeadLetteringOnMessageExpiration", "DefaultMessageTimeToLive",
                          "DuplicateDetectionHistoryTimeWindow", "ForwardDeadLetteredMessagesTo", "ForwardTo",
                          "LockDuration", "MaxDeliveryCount", "RequiresDuplicateDetection",
                          "RequiresSession"});
  queue.settings = read_settings(properties);
  queue.duplicates = read_duplicates(properties);
  return queue;
}

TopicDefinition read_topic(const JsonPlace& place, Names& taken) {
  place.expect_only({"Name", "Properties", "Subscriptions"});
  TopicDefinition topic;
  topic.name = read_name(place, kEntityNameMost, taken);
  const auto properties = place.member("Properties");
  properties.expect_only(
      {"DefaultMessageTimeToLive", "DuplicateDetectionHistoryTimeWindow", "RequiresDuplicateDetection"});
  topic.default_time_to_live = read_time_to_live(properties);
  topic.duplicates = read_duplicates(properties);
  Names subscriptions;
  for (const auto& subscription : place.member("Subscriptions").elements()) {
    topic.subscriptions.push_back(read_subscription(subscription, subscriptions));
  }
  return topic;
}

void read_root(const JsonPlace& root, Definitions& definitions) {
  root.expect_only({"UserConfig"});
  const auto user_config = root.member("UserConfig");
  if (!user_config.exists()) user_config.complain("is missing");
  user_config.expect_only({"Namespaces", "Logging"});
  const auto namespaces = user_config.member("Namespaces");
  const auto all = namespaces.elements();
  if (all.size() != 1) {
    namespaces.complain("there must be exactly one namespace");
    return;
  }
  all.front().expect_only({"Name", "Queues", "Topics"});
  Names taken;  // queues and topics share their names
  for (const auto& queue : all.front().member("Queues").elements()) {
    definitions.queues.push_back(read_queue(queue, taken));
  }
  for (const auto& topic : all.front().member("Topics").elements()) {
    definitions.topics.push_back(read_topic(topic, taken));
  }
}

std::string line_and_column(std::string_view text, size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto start = before.rfind('\n');
  const auto column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return fmt::format("{}:{}", line, column);
}

}  // namespace

EntitiesFile parse_entities(std::string_view text, std::string_view name) {
  EntitiesFile file;
  json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  json::stream_parser parser({}, options);
  json::error_code wrong;
  const auto read = parser.write_some(text.data(), text.size(), wrong);
  if (!wrong) parser.finish(wrong);
  const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
  if (!wrong && !std::ranges::all_of(text.substr(read), is_space)) wrong = json::error::extra_data;
  if (wrong) {
    file.problems.push_back(
        fmt::format("{}:{}: not JSON: {}", name, line_and_column(text, read), wrong.message()));
    return file;
  }
  const auto value = parser.release();
  std::vector<std::string> problems;
  read_root(JsonPlace(&value, "", problems), file.definitions);
  for (const auto& problem : problems) file.problems.push_back(fmt::format("{}: {}", name, problem));
  return file;
}

EntitiesFile load_entities(const std::filesystem::path& file) {
  const auto text = read_file(file, kFileBytesMost);
  if (!text) return {{}, {text.error().message}};
  return parse_entities(*text, file.string());
}

}  // namespace millrace::bus

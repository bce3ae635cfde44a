#include "emulator/admin/atom_write.hpp"

#include <cmath>
#include <sstream>
#include <string_view>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "emulator/broker/broker.hpp"
#include "emulator/entities/duration.hpp"

namespace millrace::bus {
namespace {

constexpr auto kAtom = "http://www.w3.org/2005/Atom";
constexpr auto kServiceBus = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
constexpr auto kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
constexpr auto kSchema = "http://www.w3.org/2001/XMLSchema";
constexpr auto kCounts = "http://schemas.microsoft.com/netservices/2011/06/servicebus";
constexpr auto kArrays = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
/// The longest time span of .NET, the service's "for ever".
constexpr auto kLongestTimeSpan = "P10675199DT2H48M5.4775807S";

class Writer {
 public:
  explicit Writer(pugi::xml_node node) : node_(node) {}
  Writer& text(const char* name, std::string_view value) {
    node_.append_child(name).text().set(std::string(value).c_str());
    return *this;
  }
  Writer& flag(const char* name, bool value) { return text(name, value ? "true" : "false"); }
  Writer& number(const char* name, uint64_t value) { return text(name, std::to_string(value)); }
  Writer& duration(const char* name, const std::optional<Millis>& value) {
    return text(name, value ? format_duration(*value) : kLongestTimeSpan);
  }
  Writer& time(const char* name, WallTime value) { return text(name, rfc3339(value)); }
  /// Service Bus leaves it out when it says nothing.
  Writer& metadata(const EntityInfo& info) {
    return info.user_metadata.empty() ? *this : text("UserMetadata", info.user_metadata);
  }
  Writer& times(const EntityInfo& info, const Counts& counts) {
    return time("CreatedAt", info.created)
        .time("UpdatedAt", info.updated)
        .time("AccessedAt", std::max(counts.accessed, info.updated));
  }
  Writer& access(const EntityInfo& info) {
    auto list = node_.append_child("AuthorizationRules");
    for (const auto& rule : info.access_rules) {
      auto one = list.append_child("AuthorizationRule");
      one.append_attribute("i:type") = "SharedAccessAuthorizationRule";
      Writer(one).text("ClaimType", "SharedAccessKey").text("ClaimValue", "None");
      auto rights = one.append_child("Rights");
      for (const auto& name : names_of(rule.rights)) Writer(rights).text("AccessRights", name);
      Writer(one).time("CreatedTime", info.created).time("ModifiedTime", info.updated);
      Writer(one).text("KeyName", rule.name).text("PrimaryKey", rule.keys.front());
      Writer(one).text("SecondaryKey", rule.keys.back());
    }
    return *this;
  }
  Writer& details(const Counts& counts) {
    auto details = node_.append_child("CountDetails");
    details.append_attribute("xmlns:d2p1") = kCounts;
    Writer(details)
        .number("d2p1:ActiveMessageCount", counts.active)
        .number("d2p1:DeadLetterMessageCount", counts.dead_letters)
        .number("d2p1:ScheduledMessageCount", counts.scheduled)
        .number("d2p1:TransferMessageCount", 0)
        .number("d2p1:TransferDeadLetterMessageCount", 0);
    return *this;
  }
  pugi::xml_node node() const { return node_; }

 private:
  pugi::xml_node node_;
};

size_t all(const Counts& counts) {
  return counts.active + counts.dead_letters + counts.scheduled;
}

Millis window_of(const std::optional<DuplicateDetection>& duplicates) {
  return duplicates.value_or(DuplicateDetection{}).window;
}

struct ValueText {
  std::pair<const char*, std::string> operator()(std::monostate) const { return {"string", ""}; }
  std::pair<const char*, std::string> operator()(bool flag) const {
    return {"boolean", flag ? "true" : "false"};
  }
  // Clients know no xsd:long in answers.
  std::pair<const char*, std::string> operator()(int64_t number) const {
    return {"int", std::to_string(number)};
  }
  std::pair<const char*, std::string> operator()(double number) const {
    // As XML Schema spells it.
    if (std::isinf(number)) return {"double", number > 0 ? "INF" : "-INF"};
    return {"double", std::isnan(number) ? "NaN" : fmt::format("{}", number)};
  }
  std::pair<const char*, std::string> operator()(const std::string& text) const { return {"string", text}; }
  std::pair<const char*, std::string> operator()(WallTime time) const { return {"dateTime", rfc3339(time)}; }
};

void add_properties(pugi::xml_node filter, const Properties& properties) {
  auto list = filter.append_child("Properties");
  list.append_attribute("xmlns:d2p1") = kArrays;
  for (const auto& [name, value] : properties) {
    auto pair = list.append_child("KeyValueOfstringanyType");
    Writer(pair).text("Key", name);
    const auto [type, text] = std::visit(ValueText{}, value);
    auto written = pair.append_child("Value");
    written.append_attribute("i:type") = fmt::format("d6p1:{}", type).c_str();
    written.append_attribute("xmlns:d6p1") = kSchema;
    written.text().set(text.c_str());
  }
}

struct FilterWriter {
  pugi::xml_node node;

  void sql(const char* type, std::string_view expression) {
    node.append_attribute("i:type") = type;
    Writer(node).text("SqlExpression", expression).number("CompatibilityLevel", 20);
  }
  void operator()(const TrueFilter&) { sql("TrueFilter", "1=1"); }
  void operator()(const FalseFilter&) { sql("FalseFilter", "1=0"); }
  void operator()(const SqlFilter& filter) { sql("SqlFilter", filter.text()); }
  void operator()(const CorrelationFilter& filter) {
    node.append_attribute("i:type") = "CorrelationFilter";
    const auto put = [&](const char* name, const std::optional<std::string>& value) {
      if (value) Writer(node).text(name, *value);
    };
    put("CorrelationId", filter.correlation_id);
    put("MessageId", filter.message_id);
    put("To", filter.to);
    put("ReplyTo", filter.reply_to);
    put("Label", filter.subject);
    put("SessionId", filter.session_id);
    put("ReplyToSessionId", filter.reply_to_session_id);
    put("ContentType", filter.content_type);
    if (!filter.properties.empty()) add_properties(node, filter.properties);
  }
};

/// Elements in the service's order: contract serializers insist on it.
struct DescriptionWriter {
  pugi::xml_node content;
  const Counts& counts;

  Writer start(const char* name) {
    auto node = content.append_child(name);
    node.append_attribute("xmlns") = kServiceBus;
    node.append_attribute("xmlns:i") = kSchemaInstance;
    return Writer(node);
  }
  void operator()(const QueueDefinition& queue) {
    start("QueueDescription")
        .duration("LockDuration", queue.settings.lock_duration)
        .number("MaxSizeInMegabytes", kQueueBytesMost >> 20U)
        .flag("RequiresDuplicateDetection", queue.duplicates.has_value())
        .flag("RequiresSession", queue.settings.requires_session)
        .duration("DefaultMessageTimeToLive", queue.settings.default_time_to_live)
        .flag("DeadLetteringOnMessageExpiration", queue.settings.dead_letter_on_expiry)
        .duration("DuplicateDetectionHistoryTimeWindow", window_of(queue.duplicates))
        .number("MaxDeliveryCount", queue.settings.max_delivery_count)
        .flag("EnableBatchedOperations", true)
        .number("SizeInBytes", counts.bytes)
        .number("MessageCount", all(counts))
        .flag("IsAnonymousAccessible", false)
        .access(queue.info)
        .text("Status", name_of(queue.info.status))
        .metadata(queue.info)
        .times(queue.info, counts)
        .flag("SupportOrdering", true)
        .details(counts)
        .duration("AutoDeleteOnIdle", queue.info.auto_delete_on_idle)
        .flag("EnablePartitioning", false)
        .text("EntityAvailabilityStatus", "Available")
        .flag("EnableExpress", false)
        .number("MaxMessageSizeInKilobytes", kMessageBytesMost >> 10U);
  }
  void operator()(const TopicDefinition& topic) {
    start("TopicDescription")
        .duration("DefaultMessageTimeToLive", topic.default_time_to_live)
        .number("MaxSizeInMegabytes", kQueueBytesMost >> 20U)
        .flag("RequiresDuplicateDetection", topic.duplicates.has_value())
        .duration("DuplicateDetectionHistoryTimeWindow", window_of(topic.duplicates))
        .flag("EnableBatchedOperations", true)
        .number("SizeInBytes", counts.bytes)
        .flag("FilteringMessagesBeforePublishing", false)
        .flag("IsAnonymousAccessible", false)
        .access(topic.info)
        .text("Status", name_of(topic.info.status))
        .metadata(topic.info)
        .times(topic.info, counts)
        .flag("SupportOrdering", true)
        .details(counts)
        .number("SubscriptionCount", counts.subscriptions)
        .duration("AutoDeleteOnIdle", topic.info.auto_delete_on_idle)
        .flag("EnablePartitioning", false)
        .text("EntityAvailabilityStatus", "Available")
        .flag("EnableSubscriptionPartitioning", false)
        .flag("EnableExpress", false)
        .number("MaxMessageSizeInKilobytes", kMessageBytesMost >> 10U);
  }
  void operator()(const SubscriptionDefinition& subscription) {
    start("SubscriptionDescription")
        .duration("LockDuration", subscription.settings.lock_duration)
        .flag("RequiresSession", subscription.settings.requires_session)
        .duration("DefaultMessageTimeToLive", subscription.settings.default_time_to_live)
        .flag("DeadLetteringOnMessageExpiration", subscription.settings.dead_letter_on_expiry)
        .flag("DeadLetteringOnFilterEvaluationExceptions", false)
        .number("MessageCount", all(counts))
        .number("MaxDeliveryCount", subscription.settings.max_delivery_count)
        .flag("EnableBatchedOperations", true)
        .text("Status", name_of(subscription.info.status))
        .times(subscription.info, counts)
        .metadata(subscription.info)
        .details(counts)
        .duration("AutoDeleteOnIdle", subscription.info.auto_delete_on_idle)
        .text("EntityAvailabilityStatus", "Available");
  }
  void operator()(const Rule& rule) {
    const auto writer = start("RuleDescription");
    auto node = writer.node();
    std::visit(FilterWriter{node.append_child("Filter")}, rule.filter);
    auto action = node.append_child("Action");
    action.append_attribute("i:type") = rule.action ? "SqlRuleAction" : "EmptyRuleAction";
    if (rule.action)
      Writer(action).text("SqlExpression", rule.action->text()).number("CompatibilityLevel", 20);
    Writer(node).text("Name", rule.name);
  }
};

void add_link(pugi::xml_node node, const char* relation, const std::string& address) {
  auto link = node.append_child("link");
  link.append_attribute("rel") = relation;
  link.append_attribute("href") = address.c_str();
}

void add_entry(pugi::xml_node entry, const AtomEntry& described) {
  entry.append_attribute("xmlns") = kAtom;
  Writer(entry).text("id", described.address);
  auto title = entry.append_child("title");
  title.append_attribute("type") = "text";
  title.text().set(described.title.c_str());
  const auto now = SystemClock().wall();
  Writer(entry).time("published", now).time("updated", now);
  auto author = entry.append_child("author");
  Writer(author).text("name", "millrace-bus");
  add_link(entry, "self", described.address);
  auto content = entry.append_child("content");
  content.append_attribute("type") = "application/xml";
  std::visit(DescriptionWriter{content, described.counts}, described.description);
}

std::string text_of(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

}  // namespace

std::string write_entry(const AtomEntry& entry) {
  pugi::xml_document document;
  add_entry(document.append_child("entry"), entry);
  return text_of(document);
}

std::string write_feed(const std::string& address, const std::vector<AtomEntry>& entries,
                       const std::optional<std::string>& next) {
  pugi::xml_document document;
  auto feed = document.append_child("feed");
  feed.append_attribute("xmlns") = kAtom;
  auto title = feed.append_child("title");
  title.append_attribute("type") = "text";
  title.text().set("Publicly Listed Services");
  Writer(feed).text("id", address).time("updated", SystemClock().wall());
  add_link(feed, "self", address);
  if (next) add_link(feed, "next", *next);
  for (const auto& entry : entries) add_entry(feed.append_child("entry"), entry);
  return text_of(document);
}

std::string write_namespace(const std::string& address, const std::string& name) {
  pugi::xml_document document;
  auto entry = document.append_child("entry");
  entry.append_attribute("xmlns") = kAtom;
  Writer(entry).text("id", address);
  auto content = entry.append_child("content");
  content.append_attribute("type") = "application/xml";
  auto info = content.append_child("NamespaceInfo");
  info.append_attribute("xmlns") = kServiceBus;
  const auto now = SystemClock().wall();
  Writer(info)
      .time("CreatedTime", now)
      .text("MessagingSKU", "Standard")
      .time("ModifiedTime", now)
      .text("Name", name)
      .text("NamespaceType", "Messaging");
  return text_of(document);
}

std::string write_error(unsigned status, const std::string& detail) {
  pugi::xml_document document;
  auto error = document.append_child("Error");
  Writer(error).number("Code", status).text("Detail", fmt::format("SubCode={}00. {}", status, detail));
  return text_of(document);
}

}  // namespace millrace::bus

#include "emulator/admin/atom_read.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "emulator/entities/duration.hpp"

namespace millrace::bus {
namespace {

/// Longer than this is Service Bus's way to write "for ever".
constexpr Millis kForEver = std::chrono::days{36'500};

/// Well-formed UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text) {
  const auto byte = [&](size_t at) { return static_cast<uint8_t>(text[at]); };
  for (size_t at = 0; at < text.size();) {
    const auto lead = byte(at);
    const size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (length > 1) {
      if (lead < 0xc2 || lead > 0xf4 || text.size() - at < length) return false;
      // The second byte's range depends on the lead; the rest are plain continuation bytes.
      const int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      const int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      if (byte(at + 1) < least || byte(at + 1) > most) return false;
      for (size_t i = 2; i < length; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80) return false;
      }
    }
    at += length;
  }
  return true;
}

/// The XML parser lets any bytes pass, and makes what is no character of a reference like &#xD800;. Neither
/// could be read again from the store.
bool is_text(pugi::xml_document& document) {
  struct Walker : pugi::xml_tree_walker {
    bool for_each(pugi::xml_node& node) override { return is_utf8(node.value()); }
  } walker;
  return document.traverse(walker);
}

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  return parent.find_child([&](const pugi::xml_node& node) { return local_name(node.name()) == name; });
}

/// `SqlFilter` of `i:type="SqlFilter"`, whatever the prefixes.
std::string_view type_of(const pugi::xml_node& node) {
  const auto type =
      node.find_attribute([](const pugi::xml_attribute& one) { return local_name(one.name()) == "type"; });
  return local_name(type.value());
}

/// The elements of one description. The first that cannot be read is kept as the error.
class Elements {
 public:
  explicit Elements(pugi::xml_node description) : description_(description) {}

  std::optional<std::string> text(std::string_view name) const {
    const auto node = child(description_, name);
    if (!node) return {};
    return node.text().as_string();
  }
  bool flag(std::string_view name, bool otherwise) {
    const auto value = text(name);
    if (!value || value->empty()) return otherwise;
    if (*value == "true" || *value == "1") return true;
    if (*value == "false" || *value == "0") return false;
    complain(fmt::format("{} must be true or false, and is '{}'.", name, *value));
    return otherwise;
  }
  uint32_t number(std::string_view name, uint32_t otherwise) {
    const auto value = text(name);
    if (!value || value->empty()) return otherwise;
    uint32_t number = 0;
    const auto* end = value->data() + value->size();
    const auto read = std::from_chars(value->data(), end, number);
    if (read.ec == std::errc{} && read.ptr == end) return number;
    complain(fmt::format("{} must be a whole number, and is '{}'.", name, *value));
    return otherwise;
  }
  /// Nothing for "for ever".
  std::optional<Millis> duration(std::string_view name, std::optional<Millis> otherwise) {
    const auto value = text(name);
    if (!value || value->empty()) return otherwise;
    const auto read = parse_duration(*value);
    if (!read) {
      complain(fmt::format("{}: {}", name, read.error().message));
      return otherwise;
    }
    if (*read >= kForEver) return {};
    return *read;
  }
  void refuse_flag(std::string_view name, std::string_view why) {
    if (flag(name, false)) complain(fmt::format("{}: {}", name, why));
  }
  void refuse_text(std::string_view name, std::string_view why) {
    if (!text(name).value_or("").empty()) complain(fmt::format("{}: {}", name, why));
  }
  const pugi::xml_node& node() const { return description_; }
  void complain(std::string problem) {
    if (!problem_) problem_ = std::move(problem);
  }
  template <class Described>
  Result<Description> finish(Described described) const {
    if (problem_) return fail(ErrorKind::invalid_input, *problem_);
    return Description(std::move(described));
  }

 private:
  pugi::xml_node description_;
  std::optional<std::string> problem_;
};

void refuse_what_is_missing(Elements& elements) {
  elements.refuse_flag("EnablePartitioning", "this bus has no partitions.");
  elements.refuse_flag("EnableExpress", "this bus keeps every message on disk.");
  elements.refuse_text("ForwardTo", "this bus does not forward.");
  elements.refuse_text("ForwardDeadLetteredMessagesTo", "this bus does not forward.");
}

std::vector<AccessRule> read_access_rules(Elements& elements) {
  std::vector<AccessRule> rules;
  for (const auto& node : child(elements.node(), "AuthorizationRules").children()) {
    AccessRule rule;
    rule.name = child(node, "KeyName").text().as_string();
    for (const auto* key : {"PrimaryKey", "SecondaryKey"}) {
      if (const std::string secret = child(node, key).text().as_string(); !secret.empty())
        rule.keys.push_back(secret);
    }
    for (const auto& name : child(node, "Rights").children()) {
      const auto known = right(name.text().as_string());
      if (!known) elements.complain("AccessRights must be Manage, Send or Listen.");
      rule.rights |= known.value_or(0);
    }
    if (rule.name.empty() || rule.keys.empty() || rule.rights == 0)
      elements.complain("An AuthorizationRule needs a KeyName, a PrimaryKey and Rights.");
    rules.push_back(std::move(rule));
  }
  return rules;
}

EntityInfo read_info(Elements& elements) {
  EntityInfo info;
  if (const auto status = elements.text("Status"); status && !status->empty()) {
    const auto known = entity_status(*status);
    if (!known) elements.complain(fmt::format("Status cannot be '{}'.", *status));
    info.status = known.value_or(EntityStatus::active);
  }
  info.user_metadata = elements.text("UserMetadata").value_or("");
  info.auto_delete_on_idle = elements.duration("AutoDeleteOnIdle", {});
  info.access_rules = read_access_rules(elements);
  return info;
}

QueueSettings read_settings(Elements& elements) {
  QueueSettings settings;
  settings.lock_duration = elements.duration("LockDuration", settings.lock_duration).value_or(kForEver);
  settings.max_delivery_count = elements.number("MaxDeliveryCount", settings.max_delivery_count);
  settings.requires_session = elements.flag("RequiresSession", false);
  settings.dead_letter_on_expiry = elements.flag("DeadLetteringOnMessageExpiration", false);
  settings.default_time_to_live = elements.duration("DefaultMessageTimeToLive", {});
  return settings;
}

std::optional<DuplicateDetection> read_duplicates(Elements& elements) {
  const auto window = elements.duration("DuplicateDetectionHistoryTimeWindow", DuplicateDetection{}.window)
                          .value_or(kForEver);
  if (!elements.flag("RequiresDuplicateDetection", false)) return {};
  return DuplicateDetection{window};
}

Result<Description> read_queue(const pugi::xml_node& description) {
  Elements elements(description);
  refuse_what_is_missing(elements);
  QueueDefinition queue;
  queue.settings = read_settings(elements);
  queue.duplicates = read_duplicates(elements);
  queue.info = read_info(elements);
  return elements.finish(std::move(queue));
}

Result<Description> read_topic(const pugi::xml_node& description) {
  Elements elements(description);
  refuse_what_is_missing(elements);
  TopicDefinition topic;
  topic.duplicates = read_duplicates(elements);
  topic.default_time_to_live = elements.duration("DefaultMessageTimeToLive", {});
  topic.info = read_info(elements);
  return elements.finish(std::move(topic));
}

Result<Value> read_value(const pugi::xml_node& node) {
  const auto type = type_of(node);
  const std::string text = node.text().as_string();
  const auto wrong = [&] {
    return fail(ErrorKind::invalid_input, fmt::format("'{}' is not of the type '{}'.", text, type));
  };
  const auto* end = text.data() + text.size();
  if (type == "string") return Value{text};
  if (type == "boolean") return Value{text == "true" || text == "1"};
  if (type == "int" || type == "long" || type == "short" || type == "byte") {
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end ? Result<Value>(Value{number}) : wrong();
  }
  if (type == "double" || type == "float" || type == "decimal") {
    double number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end ? Result<Value>(Value{number}) : wrong();
  }
  if (type == "dateTime") {
    const auto time = parse_rfc3339(text);
    return time ? Result<Value>(Value{*time}) : wrong();
  }
  return fail(ErrorKind::invalid_input, fmt::format("A property of the type '{}' cannot be compared.", type));
}

Result<CorrelationFilter> read_correlation(const pugi::xml_node& node) {
  Elements elements(node);
  CorrelationFilter filter;
  const auto text = [&](std::string_view name) {
    auto value = elements.text(name);
    return value && value->empty() ? std::nullopt : value;
  };
  filter.correlation_id = text("CorrelationId");
  filter.message_id = text("MessageId");
  filter.to = text("To");
  filter.reply_to = text("ReplyTo");
  filter.subject = text("Label");
  filter.session_id = text("SessionId");
  filter.reply_to_session_id = text("ReplyToSessionId");
  filter.content_type = text("ContentType");
  for (const auto& pair : child(node, "Properties").children()) {
    auto value = read_value(child(pair, "Value"));
    if (!value) return std::unexpected(value.error());
    filter.properties.insert_or_assign(child(pair, "Key").text().as_string(), std::move(*value));
  }
  return filter;
}

Result<std::optional<SqlAction>> read_action(const pugi::xml_node& node) {
  const auto type = type_of(node);
  const auto expression = child(node, "SqlExpression");
  if (type == "EmptyRuleAction" || (type.empty() && !expression)) return std::nullopt;
  if (!type.empty() && type != "SqlRuleAction")
    return fail(ErrorKind::invalid_input, fmt::format("'{}' is not an action that is known here.", type));
  if (child(node, "Parameters").first_child())
    return fail(ErrorKind::invalid_input, "This bus takes SQL actions without parameters.");
  auto action = SqlAction::parse(expression.text().as_string());
  if (!action) return fail(ErrorKind::invalid_input, fmt::format("The action: {}", action.error().message));
  return std::move(*action);
}

Result<Description> read_rule(const pugi::xml_node& description) {
  Rule rule{child(description, "Name").text().as_string(), TrueFilter{}};
  auto action = read_action(child(description, "Action"));
  if (!action) return std::unexpected(action.error());
  rule.action = std::move(*action);
  const auto node = child(description, "Filter");
  const auto type = type_of(node);
  if (type == "SqlFilter") {
    if (child(node, "Parameters").first_child())
      return fail(ErrorKind::invalid_input, "This bus takes SQL filters without parameters.");
    auto filter = SqlFilter::parse(child(node, "SqlExpression").text().as_string());
    if (!filter) return std::unexpected(filter.error());
    rule.filter = std::move(*filter);
  } else if (type == "CorrelationFilter") {
    auto filter = read_correlation(node);
    if (!filter) return std::unexpected(filter.error());
    rule.filter = std::move(*filter);
  } else if (type == "FalseFilter") {
    rule.filter = FalseFilter{};
  } else if (node && type != "TrueFilter") {
    return fail(ErrorKind::invalid_input, fmt::format("'{}' is not a filter that is known here.", type));
  }
  return Description(std::move(rule));
}

Result<Description> read_subscription(const pugi::xml_node& description) {
  Elements elements(description);
  refuse_what_is_missing(elements);
  SubscriptionDefinition subscription;
  subscription.settings = read_settings(elements);
  subscription.info = read_info(elements);
  const auto given = child(description, "DefaultRuleDescription");
  if (!given) {
    subscription.rules.push_back(Rule::everything());
  } else {
    auto rule = read_rule(given);
    if (!rule) return rule;
    subscription.rules.push_back(std::get<Rule>(std::move(*rule)));
    if (subscription.rules.back().name.empty()) subscription.rules.back().name = kDefaultRuleName;
  }
  return elements.finish(std::move(subscription));
}

}  // namespace

Result<Description> read_description(std::string_view atom) {
  pugi::xml_document document;
  const auto read = document.load_buffer(atom.data(), atom.size());
  if (!read) {
    return fail(ErrorKind::invalid_input,
                fmt::format("The body is not XML: {} at byte {}.", read.description(), read.offset));
  }
  if (!is_text(document)) return fail(ErrorKind::invalid_input, "The body holds text that is not UTF-8.");
  const auto description = child(child(document, "entry"), "content").first_child();
  const auto kind = local_name(description.name());
  if (kind == "QueueDescription") return read_queue(description);
  if (kind == "TopicDescription") return read_topic(description);
  if (kind == "SubscriptionDescription") return read_subscription(description);
  if (kind == "RuleDescription") return read_rule(description);
  return fail(ErrorKind::invalid_input,
              "The body must be an Atom entry whose content is the description of a queue, a topic, a "
              "subscription or a rule.");
}

}  // namespace millrace::bus

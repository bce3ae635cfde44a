#include "emulator/broker/definition.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

constexpr std::string_view kSubscriptions = "/Subscriptions/";
constexpr std::array<std::pair<std::string_view, Rights>, 3> kRightNames{
    {{"Manage", kManage}, {"Send", kSend}, {"Listen", kListen}}};
/// In the order of the enumeration.
constexpr std::array<std::string_view, 4> kStatusNames{"Active", "Disabled", "SendDisabled",
                                                       "ReceiveDisabled"};

bool is_name(std::string_view name, size_t most, std::string_view punctuation) {
  return !name.empty() && name.size() <= most && std::ranges::all_of(name, [&](unsigned char c) {
    return std::isalnum(c) != 0 || punctuation.contains(static_cast<char>(c));
  });
}

std::unexpected<Refusal> outside(std::string_view what, Millis least, Millis most) {
  return refuse(Reason::argument,
                fmt::format("{} must be {} to {} seconds.", what, least.count() / 1000, most.count() / 1000));
}

Answer<> check_info(const EntityInfo& info) {
  if (utf16_units(info.user_metadata) > kUserMetadataMost) {
    return refuse(Reason::argument, fmt::format("UserMetadata may have {} characters.", kUserMetadataMost));
  }
  if (info.access_rules.size() > kAccessRulesMost) {
    return refuse(Reason::argument,
                  fmt::format("An entity has {} authorization rules at most.", kAccessRulesMost));
  }
  if (info.auto_delete_on_idle && *info.auto_delete_on_idle < kIdleShortest) {
    return refuse(Reason::argument, "AutoDeleteOnIdle must be at least 5 minutes.");
  }
  return {};
}

Answer<> check_life(const std::optional<Millis>& life) {
  if (!life || *life >= std::chrono::seconds{1}) return {};
  return refuse(Reason::argument, "DefaultMessageTimeToLive must be at least 1 second.");
}

Answer<> check_settings(const QueueSettings& settings) {
  if (keeps(Behaviour::lock_bounds) &&
      (settings.lock_duration < kLockShortest || settings.lock_duration > kLockLongest)) {
    return outside("LockDuration", kLockShortest, kLockLongest);
  }
  if (settings.max_delivery_count < 1 || settings.max_delivery_count > kDeliveriesMost) {
    return refuse(Reason::argument, fmt::format("MaxDeliveryCount must be 1 to {}.", kDeliveriesMost));
  }
  return check_life(settings.default_time_to_live);
}

Answer<> check_duplicates(const std::optional<DuplicateDetection>& duplicates) {
  if (!duplicates || (duplicates->window >= kWindowShortest && duplicates->window <= kWindowLongest))
    return {};
  return outside("DuplicateDetectionHistoryTimeWindow", kWindowShortest, kWindowLongest);
}

std::unexpected<Refusal> bad_name(std::string_view name, size_t most) {
  return refuse(Reason::argument,
                fmt::format("'{}' is not a name: use 1 to {} letters, digits, '.', '-' or '_'.", name, most));
}

struct Check {
  Answer<> operator()(const QueueDefinition& queue) const {
    if (!is_entity_name(queue.name)) return bad_name(queue.name, kEntityNameMost);
    if (auto good = check_settings(queue.settings); !good) return good;
    if (auto good = check_duplicates(queue.duplicates); !good) return good;
    return check_info(queue.info);
  }
  Answer<> operator()(const TopicDefinition& topic) const {
    if (!is_entity_name(topic.name)) return bad_name(topic.name, kEntityNameMost);
    if (auto good = check_life(topic.default_time_to_live); !good) return good;
    if (auto good = check_duplicates(topic.duplicates); !good) return good;
    return check_info(topic.info);
  }
  Answer<> operator()(const SubscriptionOf& of) const {
    const auto& subscription = of.subscription;
    if (!is_subscription_name(subscription.name)) return bad_name(subscription.name, kSubscriptionNameMost);
    if (auto good = check_settings(subscription.settings); !good) return good;
    for (const auto& rule : subscription.rules) {
      if (auto good = check(rule); !good) return good;
    }
    return check_info(subscription.info);
  }
};

}  // namespace

std::vector<std::string> names_of(Rights rights) {
  std::vector<std::string> names;
  for (const auto& [name, bit] : kRightNames) {
    if ((rights & bit) != 0) names.emplace_back(name);
  }
  return names;
}

std::optional<Rights> right(std::string_view name) {
  const auto found = std::ranges::find(kRightNames, name, &std::pair<std::string_view, Rights>::first);
  if (found == kRightNames.end()) return {};
  return found->second == kManage ? kManage | kSend | kListen : found->second;
}

std::string_view name_of(EntityStatus status) {
  return kStatusNames.at(static_cast<size_t>(status));
}

std::optional<EntityStatus> entity_status(std::string_view name) {
  const auto found = std::ranges::find(kStatusNames, name);
  if (found == kStatusNames.end()) return {};
  return static_cast<EntityStatus>(found - kStatusNames.begin());
}

std::string subscription_path(std::string_view topic, std::string_view name) {
  return fmt::format("{}{}{}", topic, kSubscriptions, name);
}

std::string path_of(const Definition& definition) {
  return std::visit(
      [](const auto& entity) {
        if constexpr (std::is_same_v<std::decay_t<decltype(entity)>, SubscriptionOf>) {
          return subscription_path(entity.topic, entity.subscription.name);
        } else {
          return entity.name;
        }
      },
      definition);
}

bool is_entity_name(std::string_view name) {
  if (!keeps(Behaviour::name_characters)) return true;
  // Not to be taken for a subscription's path, or for the list of them.
  return is_name(name, kEntityNameMost, ".-_/") && !name.starts_with('/') && !name.ends_with('/') &&
         !(lower_case(name) + '/').contains(lower_case(kSubscriptions));
}

bool is_subscription_name(std::string_view name) {
  return is_name(name, kSubscriptionNameMost, ".-_");
}

bool is_rule_name(std::string_view name) {
  return is_name(name, kSubscriptionNameMost, ".-_$");
}

Answer<> check(const Definition& definition) {
  return std::visit(Check{}, definition);
}

Answer<> check(const Rule& rule) {
  if (is_rule_name(rule.name)) return {};
  return bad_name(rule.name, kSubscriptionNameMost);
}

}  // namespace millrace::bus

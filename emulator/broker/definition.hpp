// What an entity is, as configuration or administration says it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/clock.hpp"
#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/refusal.hpp"
#include "emulator/broker/rules.hpp"

namespace millrace::bus {

// The bounds of Azure Service Bus; locks may be shorter here, for tests.
inline constexpr Millis kLockShortest = std::chrono::seconds{1};
inline constexpr Millis kLockLongest = std::chrono::minutes{5};
inline constexpr Millis kWindowShortest = std::chrono::seconds{20};
inline constexpr Millis kWindowLongest = std::chrono::days{7};
inline constexpr Millis kIdleShortest = std::chrono::minutes{5};
inline constexpr uint32_t kDeliveriesMost = 2000;
inline constexpr size_t kEntityNameMost = 260;
inline constexpr size_t kSubscriptionNameMost = 50;  ///< also a rule's
inline constexpr size_t kUserMetadataMost = 1024;
inline constexpr size_t kSubscriptionsPerTopicMost = 2000;
inline constexpr size_t kRulesPerSubscriptionMost = 2000;
inline constexpr size_t kEntitiesMost = 10'000;  ///< queues and topics

enum class EntityStatus : uint8_t { active, disabled, send_disabled, receive_disabled };

using Rights = uint8_t;  ///< a set of these
inline constexpr Rights kListen = 1;
inline constexpr Rights kSend = 2;
inline constexpr Rights kManage = 4;
inline constexpr size_t kAccessRulesMost = 12;  ///< of one entity, as in the service

/// Whoever has one of the keys may do this. Manage comes with Send and Listen.
struct AccessRule {
  std::string name;
  std::vector<std::string> keys;
  Rights rights = 0;
};
std::vector<std::string> names_of(Rights rights);
/// Nothing when it is none of Manage, Send and Listen.
std::optional<Rights> right(std::string_view name);

/// What all entities have.
struct EntityInfo {
  EntityStatus status = EntityStatus::active;
  std::string user_metadata;
  std::optional<Millis> auto_delete_on_idle;  ///< nothing: never
  std::vector<AccessRule> access_rules{};
  WallTime created{};
  WallTime updated{};

  bool takes_sends() const {
    return status == EntityStatus::active || status == EntityStatus::receive_disabled || ignores_disabled();
  }
  bool gives_messages() const {
    return status == EntityStatus::active || status == EntityStatus::send_disabled || ignores_disabled();
  }
  bool ignores_disabled() const {
    return status == EntityStatus::disabled && !keeps(Behaviour::status_disabled);
  }
};

/// What queues and subscriptions have in common. Defaults are those of Azure Service Bus.
struct QueueSettings {
  Millis lock_duration = std::chrono::minutes{1};
  uint32_t max_delivery_count = 10;
  bool requires_session = false;
  bool dead_letter_on_expiry = false;
  std::optional<Millis> default_time_to_live;  ///< nothing: for ever
};

struct DuplicateDetection {
  Millis window = std::chrono::minutes{10};
};

struct QueueDefinition {
  std::string name;
  QueueSettings settings;
  std::optional<DuplicateDetection> duplicates;
  EntityInfo info{};
};

struct SubscriptionDefinition {
  std::string name;
  QueueSettings settings;
  std::vector<Rule> rules;  ///< none: it gets nothing
  EntityInfo info{};
};

struct TopicDefinition {
  std::string name;
  std::optional<DuplicateDetection> duplicates;
  std::optional<Millis> default_time_to_live;
  std::vector<SubscriptionDefinition> subscriptions;
  EntityInfo info{};
};

/// A subscription with the name of its topic.
struct SubscriptionOf {
  std::string topic;
  SubscriptionDefinition subscription;
};
/// Of one entity; a topic's does not hold its subscriptions.
using Definition = std::variant<QueueDefinition, TopicDefinition, SubscriptionOf>;

struct Definitions {
  std::vector<QueueDefinition> queues;
  std::vector<TopicDefinition> topics;
};

/// As Service Bus spells it: `Active`, `SendDisabled`, ….
std::string_view name_of(EntityStatus status);
std::optional<EntityStatus> entity_status(std::string_view name);

/// `topic/Subscriptions/name`.
std::string subscription_path(std::string_view topic, std::string_view name);
std::string path_of(const Definition& definition);

/// Letters, digits, '.', '-', '_', and for a queue or topic '/' within.
bool is_entity_name(std::string_view name);
bool is_subscription_name(std::string_view name);
bool is_rule_name(std::string_view name);

/// Refuses names and figures that are out of bounds.
Answer<> check(const Definition& definition);
Answer<> check(const Rule& rule);

}  // namespace millrace::bus

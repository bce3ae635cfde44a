// What an entity is, as configuration says it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "emulator/broker/rules.hpp"

namespace millrace::bus {

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
};

struct SubscriptionDefinition {
  std::string name;
  QueueSettings settings;
  std::vector<Rule> rules;  ///< none in the file means the default rule, which matches everything
};

struct TopicDefinition {
  std::string name;
  std::optional<DuplicateDetection> duplicates;
  std::optional<Millis> default_time_to_live;
  std::vector<SubscriptionDefinition> subscriptions;
};

struct Definitions {
  std::vector<QueueDefinition> queues;
  std::vector<TopicDefinition> topics;
};

}  // namespace millrace::bus

// Where senders send to. Private to this module.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/broker/broker.hpp"

namespace millrace::bus {

/// A queue, or a topic with its subscriptions.
struct Broker::Target {
  EntityId id = 0;
  std::variant<QueueDefinition, TopicDefinition> definition;
  Queue* queue = nullptr;    ///< null for a topic
  Queue* waiting = nullptr;  ///< where scheduled messages are: the queue, or one of the topic's own
  std::vector<std::unique_ptr<Subscription>> subscriptions;
  std::optional<DuplicateHistory> history;

  const std::string& path() const {
    return std::visit([](const auto& entity) -> const std::string& { return entity.name; }, definition);
  }
  const EntityInfo& info() const {
    return std::visit([](const auto& entity) -> const EntityInfo& { return entity.info; }, definition);
  }
  std::optional<Millis> default_time_to_live() const {
    const auto* topic = std::get_if<TopicDefinition>(&definition);
    return topic != nullptr ? topic->default_time_to_live : std::nullopt;
  }
};

}  // namespace millrace::bus

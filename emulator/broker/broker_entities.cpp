// How entities come, change and go.
#include <algorithm>
#include <chrono>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/target.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

constexpr std::string_view kDeadLetterSuffix = "/$DeadLetterQueue";

Refusal gone(std::string_view path) {
  return {Reason::not_found, fmt::format("The messaging entity '{}' could not be found.", path)};
}

std::unexpected<Refusal> exists(std::string_view path) {
  return refuse(Reason::entity_exists, fmt::format("'{}' exists already.", path));
}

std::unexpected<Refusal> is_for_good(std::string_view path, std::string_view what) {
  return refuse(Reason::argument,
                fmt::format("{} of '{}' cannot be changed: delete it and make it anew.", what, path));
}

EntityInfo& info_of(Definition& definition) {
  return std::visit(
      [](auto& entity) -> EntityInfo& {
        if constexpr (std::is_same_v<std::decay_t<decltype(entity)>, SubscriptionOf>) {
          return entity.subscription.info;
        } else {
          return entity.info;
        }
      },
      definition);
}

auto find_rule(std::vector<Rule>& rules, std::string_view name) {
  return std::ranges::find_if(rules, [&](const Rule& rule) { return same_ignoring_case(rule.name, name); });
}

/// Dead letters are read without sessions, whatever their queue asks for.
QueueSettings for_dead_letters(const QueueSettings& of_queue) {
  QueueSettings settings;
  settings.lock_duration = of_queue.lock_duration;
  settings.requires_session = of_queue.requires_session && !keeps(Behaviour::dead_letters_without_sessions);
  return settings;
}

void change_settings(Queue& queue, const QueueSettings& settings) {
  queue.change_settings(settings);
  if (keeps(Behaviour::dead_letter_lock)) queue.dead_letters()->change_settings(for_dead_letters(settings));
}

std::unexpected<Refusal> no_such_rule(std::string_view name) {
  return refuse(Reason::rule_not_found,
                fmt::format("The messaging entity '{}' could not be found: no such rule.", name));
}

}  // namespace

// Looking.

Broker::Target* Broker::target_of_topic(std::string_view name) const {
  auto* found = target(name);
  return found != nullptr && found->queue == nullptr ? found : nullptr;
}

Broker::Subscription* Broker::find_subscription(std::string_view path) const {
  const auto* wanted = queue(path);
  if (wanted == nullptr) return nullptr;
  for (const auto& [name, target] : targets_by_path_) {
    for (const auto& subscription : target->subscriptions) {
      if (subscription->queue == wanted) return subscription.get();
    }
  }
  return nullptr;
}

const Broker::Subscription* Broker::subscription(std::string_view path) const {
  return find_subscription(path);
}

const QueueDefinition* Broker::find_queue(std::string_view path) const {
  const auto* found = target(path);
  return found == nullptr ? nullptr : std::get_if<QueueDefinition>(&found->definition);
}

const TopicDefinition* Broker::find_topic(std::string_view path) const {
  const auto* found = target(path);
  return found == nullptr ? nullptr : std::get_if<TopicDefinition>(&found->definition);
}

std::vector<const QueueDefinition*> Broker::queue_definitions() const {
  std::vector<const QueueDefinition*> all;
  for (const auto& [path, target] : targets_by_path_) {
    if (const auto* queue = std::get_if<QueueDefinition>(&target->definition)) all.push_back(queue);
  }
  return all;
}

std::vector<const TopicDefinition*> Broker::topic_definitions() const {
  std::vector<const TopicDefinition*> all;
  for (const auto& [path, target] : targets_by_path_) {
    if (const auto* topic = std::get_if<TopicDefinition>(&target->definition)) all.push_back(topic);
  }
  return all;
}

std::vector<const Broker::Subscription*> Broker::subscriptions(std::string_view topic) const {
  std::vector<const Subscription*> all;
  const auto* found = target_of_topic(topic);
  if (found == nullptr) return all;
  all.reserve(found->subscriptions.size());
  for (const auto& subscription : found->subscriptions) all.push_back(subscription.get());
  std::ranges::sort(all, {}, [](const auto* one) { return lower_case(one->definition.name); });
  return all;
}

std::vector<Queue*> Broker::queues() const {
  std::vector<Queue*> all;
  all.reserve(queues_by_path_.size());
  for (const auto& [path, queue] : queues_by_path_) all.push_back(queue);
  return all;
}

// Making.

EntityRecord Broker::name(const std::string& path, Change& change) {
  const auto [at, is_new] = records_.try_emplace(lower_case(path));
  if (is_new) {
    at->second.id = next_id_++;
    change.effects.emplace_back(NameEntity{at->second.id, path});
  }
  return at->second;
}

Queue* Broker::add_queue(const std::string& path, const QueueSettings& settings, Change& change) {
  const auto add = [&](const std::string& at, const QueueSettings& given,
                       std::shared_ptr<Queue> dead_letters) {
    const auto known = queues_by_path_.find(lower_case(at));
    if (!keeps(Behaviour::removed_messages) && known != queues_by_path_.end())
      return queues_by_id_.at(known->second->id());
    const auto record = name(at, change);
    auto queue =
        std::make_shared<Queue>(record.id, at, given, std::move(dead_letters), new_token_, timetable_);
    queue->restore_next_sequence(record.next_sequence);
    queues_by_path_[lower_case(at)] = queue.get();
    queues_by_id_[record.id] = queue;
    return queue;
  };
  auto dead_letters = add(path + std::string(kDeadLetterSuffix), for_dead_letters(settings), nullptr);
  return add(path, settings, std::move(dead_letters)).get();
}

void Broker::define(Definition definition, Change& change) {
  std::visit([&](const auto& entity) { define(entity, change); }, definition);
  change.effects.emplace_back(Define{std::move(definition)});
}

void Broker::define(const QueueDefinition& queue, Change& change) {
  auto& target = targets_by_path_[lower_case(queue.name)];
  if (target == nullptr) {
    auto* made = add_queue(queue.name, queue.settings, change);
    target = std::make_unique<Target>(Target{.id = made->id(),
                                             .definition = queue,
                                             .queue = made,
                                             .waiting = made,
                                             .subscriptions = {},
                                             .history = {}});
  }
  target->definition = queue;
  change_settings(*target->queue, queue.settings);
  if (!queue.duplicates) {
    target->history.reset();
  } else if (target->history) {
    target->history->change_window(queue.duplicates->window);
  } else {
    target->history.emplace(target->id, queue.duplicates->window);
  }
}

void Broker::define(const TopicDefinition& topic, Change& change) {
  auto& target = targets_by_path_[lower_case(topic.name)];
  if (target == nullptr) {
    const auto record = name(topic.name, change);
    auto waiting =
        std::make_shared<Queue>(record.id, topic.name, QueueSettings{}, nullptr, new_token_, timetable_);
    waiting->restore_next_sequence(record.next_sequence);
    target = std::make_unique<Target>(Target{.id = record.id,
                                             .definition = topic,
                                             .queue = nullptr,
                                             .waiting = waiting.get(),
                                             .subscriptions = {},
                                             .history = {}});
    queues_by_id_[record.id] = std::move(waiting);  // not by path: nobody receives from a topic
  }
  auto definition = topic;
  definition.subscriptions.clear();  // they are entities of their own
  target->definition = std::move(definition);
  if (!topic.duplicates) {
    target->history.reset();
  } else if (target->history) {
    target->history->change_window(topic.duplicates->window);
  } else {
    target->history.emplace(target->id, topic.duplicates->window);
  }
}

void Broker::define(const SubscriptionOf& of, Change& change) {
  const auto path = subscription_path(of.topic, of.subscription.name);
  if (auto* known = find_subscription(path)) {
    known->definition = of.subscription;
    change_settings(*known->queue, of.subscription.settings);
    return;
  }
  auto* queue = add_queue(path, of.subscription.settings, change);
  target_of_topic(of.topic)->subscriptions.push_back(
      std::make_unique<Subscription>(Subscription{of.topic, of.subscription, queue}));
}

// Commands.

Answer<> Broker::check_new(const Definition& definition) const {
  if (auto good = bus::check(definition); !good) return good;
  if (const auto* of = std::get_if<SubscriptionOf>(&definition)) {
    const auto* topic = target_of_topic(of->topic);
    if (topic == nullptr) return std::unexpected(gone(of->topic));
    if (topic->subscriptions.size() >= kSubscriptionsPerTopicMost) {
      return refuse(Reason::quota_exceeded,
                    fmt::format("A topic has {} subscriptions at most.", kSubscriptionsPerTopicMost));
    }
  } else if (targets_by_path_.size() >= kEntitiesMost) {
    return refuse(Reason::quota_exceeded,
                  fmt::format("There are {} queues and topics at most.", kEntitiesMost));
  }
  const auto path = path_of(definition);
  const bool is_queue = queue(path) != nullptr && keeps(Behaviour::removed_messages);
  if (keeps(Behaviour::create_conflict) && (target(path) != nullptr || is_queue)) return exists(path);
  return {};
}

Answer<> Broker::create(Definition definition, Moment now, Change& change) {
  if (auto may = change.may_grow(); !may) return may;
  if (auto good = check_new(definition); !good) return good;
  auto& info = info_of(definition);
  info.created = info.updated = now.wall;
  define(std::move(definition), change);
  return {};
}

Answer<> Broker::check_change(const Definition& definition) const {
  if (auto good = bus::check(definition); !good) return good;
  const auto path = path_of(definition);
  if (!keeps(Behaviour::for_good)) return {};
  if (const auto* wanted = std::get_if<QueueDefinition>(&definition)) {
    const auto* known = find_queue(path);
    if (known == nullptr) return std::unexpected(gone(path));
    if (known->settings.requires_session != wanted->settings.requires_session)
      return is_for_good(path, "RequiresSession");
    if (known->duplicates.has_value() != wanted->duplicates.has_value())
      return is_for_good(path, "RequiresDuplicateDetection");
  } else if (const auto* topic = std::get_if<TopicDefinition>(&definition)) {
    const auto* known = find_topic(path);
    if (known == nullptr) return std::unexpected(gone(path));
    if (known->duplicates.has_value() != topic->duplicates.has_value())
      return is_for_good(path, "RequiresDuplicateDetection");
  } else {
    const auto* known = subscription(path);
    if (known == nullptr) return std::unexpected(gone(path));
    if (known->definition.settings.requires_session !=
        std::get<SubscriptionOf>(definition).subscription.settings.requires_session)
      return is_for_good(path, "RequiresSession");
  }
  return {};
}

Answer<> Broker::update(Definition definition, Moment now, Change& change) {
  if (auto may = change.may_grow(); !may) return may;
  if (auto good = check_change(definition); !good) return good;
  const auto path = path_of(definition);
  auto& info = info_of(definition);
  const auto* known_target = target(path);
  const auto* known = subscription(path);
  if (known_target == nullptr && known == nullptr) return std::unexpected(gone(path));
  info.created = known_target != nullptr ? known_target->info().created : known->definition.info.created;
  info.updated = now.wall;
  // Rules have commands of their own.
  if (auto* of = std::get_if<SubscriptionOf>(&definition)) of->subscription.rules = known->definition.rules;
  if (keeps(Behaviour::update)) define(std::move(definition), change);
  if (const auto open = accepts_receivers(path); !open && open.error().reason == Reason::entity_disabled) {
    end(*queue(path), open.error(), change);
  }
  return {};
}

void Broker::end(Queue& queue, const Refusal& why, Change& change) {
  if (keeps(Behaviour::end_receivers)) change.ended.push_back({queue.id(), why});
}

void Broker::remove_queue(Queue& queue, Change& change) {
  const auto id = queue.id();
  const auto path = lower_case(queue.path());
  end(queue, gone(queue.path()), change);
  if (!keeps(Behaviour::removed_messages)) return;
  queue.clear();
  change.effects.emplace_back(RemoveEntity{id});
  records_.erase(path);
  queues_by_path_.erase(path);
  queues_by_id_.erase(id);  // the last use of the queue here: a link may still hold it
}

Answer<> Broker::remove(std::string_view path, Change& change) {
  const auto remove_with_dead_letters = [&](Queue& queue) {
    if (auto* dead_letters = queue.dead_letters()) remove_queue(*dead_letters, change);
    remove_queue(queue, change);
  };
  if (const auto* subscribed = find_subscription(path)) {
    auto& all = target_of_topic(subscribed->topic)->subscriptions;
    change.effects.emplace_back(Undefine{subscribed->queue->path()});
    remove_with_dead_letters(*subscribed->queue);
    std::erase_if(all, [&](const auto& one) { return one.get() == subscribed; });
    return {};
  }
  const auto found = targets_by_path_.find(lower_case(path));
  if (found == targets_by_path_.end()) return std::unexpected(gone(path));
  const auto& target = *found->second;
  for (const auto& subscription : target.subscriptions) {
    change.effects.emplace_back(Undefine{subscription->queue->path()});
    remove_with_dead_letters(*subscription->queue);
  }
  change.effects.emplace_back(Undefine{target.path()});
  remove_with_dead_letters(*target.waiting);
  targets_by_path_.erase(found);
  return {};
}

template <class Edit>
Answer<> Broker::edit_rules(std::string_view path, Moment now, Change& change, Edit edit) {
  auto* known = find_subscription(path);
  if (known == nullptr) {
    if (queue(path) != nullptr || target(path) != nullptr)
      return refuse(Reason::not_allowed, "Only subscriptions have rules.");
    return std::unexpected(gone(path));
  }
  auto& definition = known->definition;
  if (auto edited = edit(definition.rules); !edited) return edited;
  definition.info.updated = now.wall;
  change.effects.emplace_back(Define{SubscriptionOf{known->topic, definition}});
  return {};
}

Answer<> Broker::add_rule(std::string_view subscription, Rule rule, Moment now, Change& change) {
  if (auto good = bus::check(rule); !good) return good;
  if (auto may = change.may_grow(); !may) return may;
  return edit_rules(subscription, now, change, [&](std::vector<Rule>& rules) -> Answer<> {
    if (keeps(Behaviour::rule_conflict) && find_rule(rules, rule.name) != rules.end())
      return exists(rule.name);
    if (rules.size() >= kRulesPerSubscriptionMost) {
      return refuse(Reason::quota_exceeded,
                    fmt::format("A subscription has {} rules at most.", kRulesPerSubscriptionMost));
    }
    rules.push_back(std::move(rule));
    return {};
  });
}

Answer<> Broker::replace_rule(std::string_view subscription, Rule rule, Moment now, Change& change) {
  if (auto may = change.may_grow(); !may) return may;
  return edit_rules(subscription, now, change, [&](std::vector<Rule>& rules) -> Answer<> {
    const auto known = find_rule(rules, rule.name);
    if (known == rules.end()) return no_such_rule(rule.name);
    *known = std::move(rule);
    return {};
  });
}

Answer<> Broker::remove_rule(std::string_view subscription, std::string_view rule, Moment now,
                             Change& change) {
  return edit_rules(subscription, now, change, [&](std::vector<Rule>& rules) -> Answer<> {
    const auto known = find_rule(rules, rule);
    if (known == rules.end()) return keeps(Behaviour::rule_missing) ? no_such_rule(rule) : Answer<>{};
    rules.erase(known);
    return {};
  });
}

}  // namespace millrace::bus

#include "emulator/store/catalogue.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/log.hpp"
#include "emulator/broker/text.hpp"
#include "emulator/entities/definition_json.hpp"

namespace millrace::bus {
namespace {

/// Topics before their subscriptions.
std::vector<Definition> listed(const Definitions& file) {
  std::vector<Definition> all;
  all.reserve(file.queues.size() + file.topics.size());
  for (const auto& queue : file.queues) all.emplace_back(queue);
  for (const auto& topic : file.topics) {
    all.emplace_back(topic);
    for (const auto& subscription : topic.subscriptions)
      all.emplace_back(SubscriptionOf{topic.name, subscription});
  }
  return all;
}

bool is_subscription(const Definition& definition) {
  return std::holds_alternative<SubscriptionOf>(definition);
}

void set_times(Definition& definition, WallTime created, WallTime updated) {
  const auto set = [&](EntityInfo& info) {
    info.created = created;
    info.updated = updated;
  };
  if (auto* queue = std::get_if<QueueDefinition>(&definition)) set(queue->info);
  if (auto* topic = std::get_if<TopicDefinition>(&definition)) set(topic->info);
  if (auto* of = std::get_if<SubscriptionOf>(&definition)) set(of->subscription.info);
}

bool is_other_kind(const Definition& definition, const Broker& broker) {
  const auto path = path_of(definition);
  return (std::holds_alternative<QueueDefinition>(definition) && broker.find_topic(path) != nullptr) ||
         (std::holds_alternative<TopicDefinition>(definition) && broker.find_queue(path) != nullptr);
}

void define_stored(const std::vector<StoredDefinition>& stored, Broker& broker) {
  Change known_already;
  for (const bool subscriptions : {false, true}) {
    for (const auto& one : stored) {
      if (one.definition && is_subscription(*one.definition) == subscriptions)
        broker.define(*one.definition, known_already);
    }
  }
}

}  // namespace

Result<std::unique_ptr<Broker>> load_broker(BusStore& store, const Definitions& file, WallTime now,
                                            TokenSource new_token, Broker::ReadAgain read_again,
                                            Broker::Rewrite rewrite) {
  const auto records = store.entities();
  if (!records) return std::unexpected(records.error());
  const auto stored = store.definitions();
  if (!stored) return std::unexpected(stored.error());
  auto broker =
      std::make_unique<Broker>(*records, std::move(new_token), std::move(read_again), std::move(rewrite));
  define_stored(*stored, *broker);

  std::map<std::string, std::string> last_time;
  for (const auto& one : *stored) {
    if (one.from_file) last_time[lower_case(one.path)] = *one.from_file;
  }
  Change change;
  std::map<std::string, std::string> this_time;
  for (auto& definition : listed(file)) {
    const auto path = path_of(definition);
    auto json = to_json(definition);
    const auto known = last_time.extract(lower_case(path));
    const auto* of = std::get_if<SubscriptionOf>(&definition);
    if (of != nullptr && !broker->is_topic(of->topic)) {  // administration deleted it
      if (known) this_time[path] = known.mapped();
      continue;
    }
    const bool says_nothing_new = known && known.mapped() == json;
    this_time[path] = std::move(json);
    if (says_nothing_new) continue;
    if (is_other_kind(definition, *broker)) {
      log::warn("bus.entity_changed_kind", {{"entity", path}, {"lost", "all that was in it"}});
      if (auto removed = broker->remove(path, change); !removed)
        return fail(ErrorKind::corrupt, removed.error().text);
    }
    set_times(definition, now, now);
    broker->define(std::move(definition), change);
  }
  for (const auto& [path, json] : last_time) {
    if (broker->queue(path) == nullptr && !broker->is_topic(path)) continue;
    log::warn("bus.entity_left_file",
              {{"entity", path}, {"remedy", "it stays with its messages; delete it, or put it back"}});
  }
  if (auto written = store.follow_file(change.effects, this_time); !written)
    return std::unexpected(written.error());
  if (auto restored = store.restore(*broker); !restored) return std::unexpected(restored.error());
  return broker;
}

}  // namespace millrace::bus

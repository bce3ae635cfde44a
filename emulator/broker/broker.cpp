#include "emulator/broker/broker.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

constexpr std::string_view kDeadLetterSuffix = "/$DeadLetterQueue";

/// Longer than any plant keeps a message; also what "for ever" looks like in official files (P10675199D…).
constexpr std::chrono::days kForEver{36'500};

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return lower(c); });
  return result;
}

std::string subscription_path(const std::string& topic, const std::string& name) {
  return fmt::format("{}/Subscriptions/{}", topic, name);
}

std::optional<Millis> shorter(std::optional<Millis> a, std::optional<Millis> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::optional<WallTime> expiry(WallTime enqueued, std::optional<Millis> time_to_live) {
  if (!time_to_live || *time_to_live > kForEver) return {};
  return enqueued + *time_to_live;
}

bool too_long(const std::optional<std::string>& id) {
  return id && id->size() > kIdCharactersMost;
}

}  // namespace

struct Broker::Target {
  EntityId id = 0;
  std::string path;
  Queue* queue = nullptr;    ///< null for a topic
  Queue* waiting = nullptr;  ///< where scheduled messages are: the queue, or one of the topic's own
  std::vector<Subscription> subscriptions;
  std::optional<DuplicateHistory> history;
  std::optional<Millis> default_time_to_live;
};

std::vector<std::string> entity_paths(const Definitions& definitions) {
  std::vector<std::string> paths;
  const auto add = [&](const std::string& path) {
    paths.push_back(path);
    paths.push_back(path + std::string(kDeadLetterSuffix));
  };
  for (const auto& queue : definitions.queues) add(queue.name);
  for (const auto& topic : definitions.topics) {
    paths.push_back(topic.name);
    for (const auto& subscription : topic.subscriptions) {
      add(subscription_path(topic.name, subscription.name));
    }
  }
  return paths;
}

Broker::Broker(const Definitions& definitions, const EntityRecords& records, TokenSource new_token,
               ReadAgain read_again)
    : new_token_(std::move(new_token)), read_again_(std::move(read_again)) {
  const auto history = [](EntityId id, const std::optional<DuplicateDetection>& duplicates) {
    return duplicates ? std::optional<DuplicateHistory>(std::in_place, id, duplicates->window) : std::nullopt;
  };
  for (const auto& definition : definitions.queues) {
    auto* queue = add_queue(definition.name, definition.settings, records);
    targets_.push_back(std::make_unique<Target>(Target{.id = queue->id(),
                                                       .path = definition.name,
                                                       .queue = queue,
                                                       .waiting = queue,
                                                       .subscriptions = {},
                                                       .history = history(queue->id(), definition.duplicates),
                                                       .default_time_to_live = {}}));
  }
  for (const auto& definition : definitions.topics) {
    const auto& record = records.at(definition.name);
    queues_.push_back(
        std::make_unique<Queue>(record.id, definition.name, QueueSettings{}, nullptr, new_token_));
    auto* waiting = queues_.back().get();
    waiting->restore_next_sequence(record.next_sequence);
    queues_by_id_[record.id] = waiting;  // not by path: nobody receives from a topic
    auto topic = std::make_unique<Target>(Target{.id = record.id,
                                                 .path = definition.name,
                                                 .queue = nullptr,
                                                 .waiting = waiting,
                                                 .subscriptions = {},
                                                 .history = history(record.id, definition.duplicates),
                                                 .default_time_to_live = definition.default_time_to_live});
    for (const auto& subscription : definition.subscriptions) {
      const auto path = subscription_path(definition.name, subscription.name);
      topic->subscriptions.push_back(
          {subscription.name, add_queue(path, subscription.settings, records), subscription.rules});
    }
    targets_.push_back(std::move(topic));
  }
  for (const auto& target : targets_) targets_by_path_[lower_case(target->path)] = target.get();
}

Broker::~Broker() = default;

Queue* Broker::add_queue(const std::string& path, const QueueSettings& settings,
                         const EntityRecords& records) {
  const auto add = [&](const std::string& at, const QueueSettings& given, Queue* dead_letters) {
    const auto& record = records.at(at);
    queues_.push_back(std::make_unique<Queue>(record.id, at, given, dead_letters, new_token_));
    auto* queue = queues_.back().get();
    queue->restore_next_sequence(record.next_sequence);
    queues_by_path_[lower_case(at)] = queue;
    queues_by_id_[record.id] = queue;
    return queue;
  };
  // Dead letters are read without sessions, whatever their queue asks for.
  QueueSettings for_dead_letters;
  for_dead_letters.lock_duration = settings.lock_duration;
  return add(path, settings, add(path + std::string(kDeadLetterSuffix), for_dead_letters, nullptr));
}

Queue* Broker::queue(std::string_view path) const {
  const auto found = queues_by_path_.find(lower_case(path));
  return found == queues_by_path_.end() ? nullptr : found->second;
}

Queue* Broker::queue(EntityId id) const {
  const auto found = queues_by_id_.find(id);
  return found == queues_by_id_.end() ? nullptr : found->second;
}

Broker::Target* Broker::target(std::string_view path) const {
  const auto found = targets_by_path_.find(lower_case(path));
  return found == targets_by_path_.end() ? nullptr : found->second;
}

bool Broker::is_topic(std::string_view path) const {
  const auto* found = target(path);
  return found != nullptr && found->queue == nullptr;
}

Queue* Broker::schedule(std::string_view path) const {
  const auto* found = target(path);
  return found == nullptr ? nullptr : found->waiting;
}

Broker::Subscription* Broker::subscription(std::string_view path) const {
  const auto* wanted = queue(path);
  if (wanted == nullptr) return nullptr;
  for (const auto& target : targets_) {
    for (auto& subscription : target->subscriptions) {
      if (subscription.queue == wanted) return &subscription;
    }
  }
  return nullptr;
}

Answer<> Broker::accepts_sends(std::string_view path) const {
  if (target(path) != nullptr) return {};
  if (queue(path) != nullptr) {
    return refuse(Reason::not_allowed,
                  fmt::format("'{}' cannot be sent to: send to its queue or topic.", path));
  }
  // The words by which the JavaScript SDK tells a missing entity from other failures.
  return refuse(Reason::not_found, fmt::format("The messaging entity '{}' could not be found.", path));
}

Answer<> Broker::check(const Target& target, const Incoming& message) const {
  if (message.encoded.size() > kMessageBytesMost) {
    return refuse(Reason::too_large, fmt::format("The message is {} bytes long; {} are allowed.",
                                                 message.encoded.size(), kMessageBytesMost));
  }
  if (too_long(message.message_id) || too_long(message.session_id) || too_long(message.partition_key)) {
    return refuse(Reason::argument,
                  fmt::format("MessageId, SessionId and PartitionKey may have at most {} characters.",
                              kIdCharactersMost));
  }
  if (message.partition_key && message.session_id && message.partition_key != message.session_id) {
    return refuse(Reason::argument, "PartitionKey and SessionId must be equal when both are set.");
  }
  if (target.queue != nullptr && target.queue->settings().requires_session && !message.session_id) {
    return refuse(Reason::not_allowed, fmt::format("The SessionId was not set on a message, and it cannot be "
                                                   "sent to the entity. '{}' requires sessions.",
                                                   target.path));
  }
  const auto full = [&](const Queue& queue) { return !queue.has_room(message.encoded.size()); };
  const bool any_full =
      full(*target.waiting) ||
      std::ranges::any_of(target.subscriptions, [&](const auto& s) { return full(*s.queue); });
  if (any_full) {
    return refuse(Reason::quota_exceeded,
                  fmt::format("'{}' is full. Receive from it before sending more.", target.path));
  }
  return {};
}

Answer<Broker::Sent> Broker::send(std::string_view path, std::vector<Incoming> messages, Moment now,
                                  Change& change) {
  if (auto allowed = accepts_sends(path); !allowed) return std::unexpected(allowed.error());
  auto& to = *target(path);
  if (messages.size() > kMessagesPerBatchMost) {
    return refuse(Reason::too_large, fmt::format("A batch may hold {} messages.", kMessagesPerBatchMost));
  }
  for (const auto& message : messages) {
    if (auto good = check(to, message); !good) return std::unexpected(good.error());
  }
  Sent sent;
  if (to.history) to.history->forget(now.wall, change);
  for (auto& message : messages) {
    const bool is_watched = to.history && message.message_id;
    if (is_watched && to.history->contains(*message.message_id, now.wall)) {
      ++sent.duplicates;
      sent.sequences.push_back(0);
      continue;
    }
    if (is_watched) to.history->remember(*message.message_id, now.wall, change);
    sent.sequences.push_back(accept(to, std::move(message), now, change));
    ++sent.accepted;
  }
  return sent;
}

Sequence Broker::accept(Target& to, Incoming incoming, Moment now, Change& change) {
  auto payload = std::make_shared<Payload>();
  payload->id = next_payload_++;
  payload->encoded = std::move(incoming.encoded);
  Message message;
  message.session_id = incoming.session_id.value_or("");
  message.enqueued = now.wall;
  message.time_to_live = incoming.time_to_live;
  message.scheduled = incoming.scheduled;
  message.payload = std::move(payload);
  if (!incoming.scheduled || *incoming.scheduled <= now.wall)
    return enqueue(to, incoming, std::move(message), change);
  message.state = MessageState::scheduled;
  return to.waiting->put(std::move(message), change);
}

Sequence Broker::enqueue(Target& to, const Incoming& incoming, Message message, Change& change) {
  const auto life_in = [&](const Queue& queue) {
    return shorter(message.time_to_live,
                   shorter(to.default_time_to_live, queue.settings().default_time_to_live));
  };
  if (to.queue != nullptr) {
    message.expires = expiry(message.enqueued, life_in(*to.queue));
    return to.queue->put(std::move(message), change);
  }
  message.enqueue_sequence = to.waiting->take_number(change);
  for (const auto& subscription : to.subscriptions) {
    if (!any_matches(subscription.rules, incoming)) continue;
    auto& queue = *subscription.queue;
    auto copy = message;
    copy.expires = expiry(message.enqueued, life_in(queue));
    if (queue.settings().requires_session && !incoming.session_id) {
      queue.put_dead_letter(std::move(copy), "Session ID is null.", change);
    } else {
      queue.put(std::move(copy), change);
    }
  }
  return message.enqueue_sequence;
}

void Broker::committed(Change& change) {
  for (auto& arrival : std::exchange(change.arrivals, {})) {
    arrival.queue->arrive(std::move(arrival.message), change);
  }
}

void Broker::refresh(Moment now, Change& change) {
  for (const auto& queue : queues_) queue->refresh(now, change);
  for (const auto& target : targets_) {
    for (auto& message : target->waiting->due(now.wall)) {
      const auto sequence = std::exchange(message.sequence, 0);
      message.enqueue_sequence = 0;
      message.state = MessageState::active;
      message.enqueued = now.wall;
      // Its rules are those of today. The payload goes over before it would be removed with the scheduled
      // message.
      const auto incoming = read_again_(message.payload->encoded);
      enqueue(*target, incoming, std::move(message), change);
      target->waiting->remove_scheduled(sequence, change);
    }
  }
}

std::optional<MonoTime> Broker::next_deadline(Moment now) const {
  std::optional<MonoTime> earliest;
  for (const auto& queue : queues_) {
    const auto deadline = queue->next_deadline(now);
    if (deadline) earliest = std::min(earliest.value_or(*deadline), *deadline);
  }
  return earliest;
}

void Broker::restore(EntityId id, Message message) {
  if (auto* found = queue(id)) found->restore(std::move(message));
}

void Broker::restore_session_state(EntityId id, const std::string& session_id, Bytes state) {
  if (auto* found = queue(id)) found->restore_session_state(session_id, std::move(state));
}

void Broker::restore_message_id(EntityId entity, const std::string& message_id, WallTime until) {
  for (const auto& target : targets_) {
    if (target->id == entity && target->history) target->history->restore(message_id, until);
  }
}

}  // namespace millrace::bus

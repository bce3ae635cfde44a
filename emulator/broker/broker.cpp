#include "emulator/broker/broker.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/target.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

/// Longer than any plant keeps a message; also what "for ever" looks like in official files (P10675199D…).
constexpr std::chrono::days kNeverExpires{36'500};

std::optional<Millis> shorter(std::optional<Millis> a, std::optional<Millis> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

std::optional<WallTime> expiry(WallTime enqueued, std::optional<Millis> time_to_live) {
  if (!time_to_live || *time_to_live > kNeverExpires || !keeps(Behaviour::time_to_live)) return {};
  return enqueued + *time_to_live;
}

std::string key_of(std::string_view path) {
  return keeps(Behaviour::names_without_case) ? lower_case(path) : std::string(path);
}

bool too_long(const std::optional<std::string>& id) {
  if (!id) return false;
  return (keeps(Behaviour::id_characters) ? utf16_units(*id) : id->size()) > kIdCharactersMost;
}

}  // namespace

Broker::Broker(EntityRecords records, TokenSource new_token, ReadAgain read_again, Rewrite rewrite)
    : records_(std::move(records)),
      new_token_(std::move(new_token)),
      read_again_(std::move(read_again)),
      rewrite_(std::move(rewrite)) {
  for (const auto& [path, record] : records_) next_id_ = std::max(next_id_, record.id + 1);
}

Broker::~Broker() = default;

Queue* Broker::queue(std::string_view path) const {
  if (!keeps(Behaviour::topic_receivers) && is_topic(path)) return schedule(path);
  const auto found = queues_by_path_.find(key_of(path));
  return found == queues_by_path_.end() ? nullptr : found->second;
}

Queue* Broker::queue(EntityId id) const {
  const auto found = queues_by_id_.find(id);
  return found == queues_by_id_.end() ? nullptr : found->second.get();
}

Broker::Target* Broker::target(std::string_view path) const {
  const auto found = targets_by_path_.find(key_of(path));
  return found == targets_by_path_.end() ? nullptr : found->second.get();
}

bool Broker::is_topic(std::string_view path) const {
  const auto* found = target(path);
  return found != nullptr && found->queue == nullptr;
}

Queue* Broker::schedule(std::string_view path) const {
  const auto* found = target(path);
  return found == nullptr ? nullptr : found->waiting;
}

Answer<> Broker::accepts_sends(std::string_view path) const {
  if (const auto* found = target(path)) {
    if (found->info().takes_sends() || !keeps(Behaviour::send_disabled)) return {};
    return refuse(Reason::entity_disabled, fmt::format("'{}' is disabled for sending.", found->path()));
  }
  if (queue(path) != nullptr) {
    if (!keeps(Behaviour::dead_letters_closed)) return {};
    return refuse(Reason::not_allowed,
                  fmt::format("'{}' cannot be sent to: send to its queue or topic.", path));
  }
  // The words by which the JavaScript SDK tells a missing entity from other failures.
  return refuse(Reason::not_found, fmt::format("The messaging entity '{}' could not be found.", path));
}

Answer<> Broker::accepts_receivers(std::string_view path) const {
  const auto* wanted = queue(path);
  if (wanted == nullptr) {
    if (is_topic(path)) {
      return refuse(Reason::not_allowed,
                    fmt::format("'{}' is a topic: receive from one of its subscriptions.", path));
    }
    return refuse(Reason::not_found, fmt::format("The messaging entity '{}' could not be found.", path));
  }
  const auto* target_here = target(path);
  const auto* subscribed = subscription(path);
  const EntityInfo* info = target_here != nullptr  ? &target_here->info()
                           : subscribed != nullptr ? &subscribed->definition.info
                                                   : nullptr;  // sub-queues are always open
  if (info == nullptr || info->gives_messages() || !keeps(Behaviour::receive_disabled)) return {};
  return refuse(Reason::entity_disabled, fmt::format("'{}' is disabled for receiving.", wanted->path()));
}

Answer<> Broker::check_ids(const Incoming& message) {
  if (keeps(Behaviour::id_length) &&
      (too_long(message.message_id) || too_long(message.session_id) || too_long(message.partition_key))) {
    return refuse(Reason::argument,
                  fmt::format("MessageId, SessionId and PartitionKey may have at most {} characters.",
                              kIdCharactersMost));
  }
  if (keeps(Behaviour::partition_key) && message.partition_key && message.session_id &&
      message.partition_key != message.session_id) {
    return refuse(Reason::argument, "PartitionKey and SessionId must be equal when both are set.");
  }
  return {};
}

Answer<> Broker::check(const Target& target, const Incoming& message) const {
  if (message.encoded.size() > kMessageBytesMost && keeps(Behaviour::message_size)) {
    return refuse(Reason::too_large, fmt::format("The message is {} bytes long; {} are allowed.",
                                                 message.encoded.size(), kMessageBytesMost));
  }
  if (auto good = check_ids(message); !good) return good;
  if (keeps(Behaviour::session_id_on_send) && target.queue != nullptr &&
      target.queue->settings().requires_session && !message.session_id) {
    return refuse(Reason::not_allowed, fmt::format("The SessionId was not set on a message, and it cannot be "
                                                   "sent to the entity. '{}' requires sessions.",
                                                   target.path()));
  }
  const auto full = [&](const Queue& queue, size_t copies = 1) {
    return !queue.has_room(copies * message.encoded.size());
  };
  const bool any_full =
      full(*target.waiting) || std::ranges::any_of(target.subscriptions, [&](const auto& s) {
        return full(*s->queue, copies_most(s->definition.rules));
      });
  if (any_full) {
    return refuse(Reason::quota_exceeded,
                  fmt::format("'{}' is full. Receive from it, or from its dead letters, before sending more.",
                              target.path()));
  }
  return {};
}

Answer<Broker::Sent> Broker::send(std::string_view path, std::vector<Incoming> messages, Moment now,
                                  Change& change) {
  if (auto allowed = accepts_sends(path); !allowed) return std::unexpected(allowed.error());
  if (auto may = change.may_grow(); !may) return std::unexpected(may.error());
  if (!keeps(Behaviour::dead_letters_closed) && target(path) == nullptr) return Sent{};
  auto& to = *target(path);
  if (messages.size() > kMessagesPerBatchMost) {
    return refuse(Reason::too_large, fmt::format("A batch may hold {} messages.", kMessagesPerBatchMost));
  }
  for (const auto& message : messages) {
    if (auto good = check(to, message); !good && keeps(Behaviour::batch_as_a_whole))
      return std::unexpected(good.error());
  }
  Sent sent;
  to.waiting->touch(now.wall);
  if (to.history) to.history->forget(now.wall, change);
  for (auto& message : messages) {
    if (!keeps(Behaviour::batch_as_a_whole)) {
      if (auto good = check(to, message); !good) return std::unexpected(good.error());
    }
    const bool is_watched = keeps(Behaviour::duplicate_detection) && to.history && message.message_id &&
                            (!message.scheduled || keeps(Behaviour::scheduled_duplicates));
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
  payload->partition_key = incoming.partition_key;
  payload->id = next_payload_++;
  payload->encoded = std::move(incoming.encoded);
  Message message;
  message.session_id = incoming.session_id.value_or("");
  message.enqueued = now.wall;
  message.time_to_live = incoming.time_to_live;
  message.scheduled = incoming.scheduled;
  message.payload = std::move(payload);
  if (!incoming.scheduled || *incoming.scheduled <= now.wall || !keeps(Behaviour::scheduling))
    return enqueue(to, incoming, std::move(message), change);
  message.state = MessageState::scheduled;
  return to.waiting->put(std::move(message), change);
}

void Broker::begin_life(const Target& to, const Queue& queue, Message& message) {
  auto life = message.time_to_live;
  if (keeps(Behaviour::entity_time_to_live))
    life = shorter(life, shorter(to.default_time_to_live(), queue.settings().default_time_to_live));
  message.expires = expiry(message.enqueued, life);
  if (keeps(Behaviour::time_to_live_told)) message.time_to_live = life;
}

Sequence Broker::enqueue(Target& to, const Incoming& incoming, Message message, Change& change) {
  if (to.queue != nullptr) {
    begin_life(to, *to.queue, message);
    return to.queue->put(std::move(message), change);
  }
  message.enqueue_sequence = to.waiting->take_number(change);
  for (const auto& subscription : to.subscriptions) {
    // Also into one that is disabled: its messages wait there.
    if (!subscription->definition.info.takes_sends() && !keeps(Behaviour::disabled_subscription)) continue;
    copy(to, *subscription, incoming, message, change);
  }
  return message.enqueue_sequence;
}

void Broker::committed(Change& change) {
  for (auto& arrival : std::exchange(change.arrivals, {})) {
    // A queue that was deleted meanwhile has nobody to show it to.
    if (auto* at = queue(arrival.queue)) at->arrive(std::move(arrival.message), change);
  }
}

void Broker::refresh(Moment now, Change& change) {
  update_timetable();
  const auto due = timetable_->due(now);
  for (const auto id : due) queue(id)->refresh(now, change);
  for (const auto id : due) {
    auto* scheduled_at = target(queue(id)->path());
    if (scheduled_at != nullptr && scheduled_at->id == id) enqueue_due(*scheduled_at, now, change);
  }
}

void Broker::enqueue_due(Target& target, Moment now, Change& change) {
  for (auto& message : target.waiting->due(now.wall)) {
    const auto sequence = std::exchange(message.sequence, 0);
    message.enqueue_sequence = keeps(Behaviour::scheduled_number) ? 0 : sequence;
    message.state = MessageState::active;
    if (keeps(Behaviour::scheduled_time)) message.enqueued = now.wall;
    // Its rules are those of today. The payload goes over before it would be removed with the scheduled
    // message.
    auto incoming = read_again_(message.payload->encoded);
    if (keeps(Behaviour::partition_key_scheduled)) incoming.partition_key = message.payload->partition_key;
    enqueue(target, incoming, std::move(message), change);
    target.waiting->remove_scheduled(sequence, change);
  }
}

void Broker::update_timetable() const {
  timetable_->update([this](EntityId id) {
    const auto* changed = queue(id);
    return changed == nullptr ? Deadlines{} : changed->deadlines();
  });
}

std::optional<MonoTime> Broker::next_deadline(Moment now) const {
  update_timetable();
  return timetable_->next(now);
}

void Broker::restore(EntityId id, Message message) {
  if (auto* found = queue(id)) found->restore(std::move(message));
}

void Broker::restore_session_state(EntityId id, const std::string& session_id, Bytes state) {
  if (auto* found = queue(id)) found->restore_session_state(session_id, std::move(state));
}

void Broker::restore_message_id(EntityId entity, const std::string& message_id, WallTime until) {
  for (const auto& [path, target] : targets_by_path_) {
    if (target->id == entity && target->history) target->history->restore(message_id, until);
  }
}

}  // namespace millrace::bus

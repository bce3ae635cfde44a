// All entities of the bus: finds them by path, takes messages in and hands them to queues.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/broker/change.hpp"
#include "emulator/broker/deadlines.hpp"
#include "emulator/broker/definition.hpp"
#include "emulator/broker/duplicates.hpp"
#include "emulator/broker/queue.hpp"
#include "emulator/broker/refusal.hpp"

namespace millrace::bus {

/// The bounds of the Standard tier, so that what fits here fits there.
inline constexpr size_t kMessageBytesMost = size_t{256} * 1024;
inline constexpr size_t kIdCharactersMost = 128;
inline constexpr size_t kMessagesPerBatchMost = 4500;

/// What the store knows about an entity.
struct EntityRecord {
  EntityId id = 0;
  Sequence next_sequence = 1;
};
/// By lower-case path: queues, topics, subscriptions and dead-letter sub-queues, `queue/$DeadLetterQueue`.
using EntityRecords = std::map<std::string, EntityRecord>;

/// Queues and topics. Like Queue it decides in memory and writes what must survive into the Change. Owned by
/// the composition root; loop thread.
class Broker {
 public:
  struct Subscription {
    std::string topic;
    SubscriptionDefinition definition;
    Queue* queue;
  };
  struct Sent {
    size_t accepted = 0;
    size_t duplicates = 0;  ///< accepted and dropped
    /// By which each can be cancelled while it is scheduled, in their order; 0 for a duplicate.
    std::vector<Sequence> sequences;
  };
  /// What a message said when it came, from the bytes that were kept of it.
  using ReadAgain = std::function<Incoming(const Bytes& encoded)>;
  /// The bytes that were kept of a message, as they are after an action.
  using Rewrite = std::function<Bytes(const Bytes& encoded, const Edited& edited)>;

  /// Without entities; those that will be defined again find their number in `records`.
  Broker(EntityRecords records, TokenSource new_token, ReadAgain read_again, Rewrite rewrite);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// Paths are case-insensitive. Null when there is no queue, subscription or sub-queue of that path.
  Queue* queue(std::string_view path) const;
  Queue* queue(EntityId id) const;
  bool is_topic(std::string_view path) const;
  /// Where messages that were sent to this path wait for their time: the queue itself, or the topic's own.
  /// Null when the path cannot be sent to.
  Queue* schedule(std::string_view path) const;
  /// Null when the path is not a subscription's.
  const Subscription* subscription(std::string_view path) const;
  /// Null when the path is not a queue's, or not a topic's.
  const QueueDefinition* find_queue(std::string_view path) const;
  const TopicDefinition* find_topic(std::string_view path) const;
  /// By name.
  std::vector<const QueueDefinition*> queue_definitions() const;
  std::vector<const TopicDefinition*> topic_definitions() const;
  std::vector<const Subscription*> subscriptions(std::string_view topic) const;
  /// With sub-queues, and without those of topics.
  std::vector<Queue*> queues() const;

  // Administration. Names and figures are checked; what a path names must, or must not, exist. Nothing is
  // made or changed, but removed, while the disk has no room.
  Answer<> create(Definition definition, Moment now, Change& change);
  /// Sessions and duplicate detection are for good.
  Answer<> update(Definition definition, Moment now, Change& change);
  /// With its subscriptions and messages.
  Answer<> remove(std::string_view path, Change& change);
  Answer<> add_rule(std::string_view subscription, Rule rule, Moment now, Change& change);
  Answer<> replace_rule(std::string_view subscription, Rule rule, Moment now, Change& change);
  Answer<> remove_rule(std::string_view subscription, std::string_view rule, Moment now, Change& change);
  /// Creates or replaces without a question, as the store and the file of entities do at the start. A
  /// subscription's topic must exist.
  void define(Definition definition, Change& change);

  /// Whether messages may be received there at all.
  Answer<> accepts_receivers(std::string_view path) const;
  /// Whether messages may be sent there at all.
  Answer<> accepts_sends(std::string_view path) const;
  /// Accepts all messages or none. Duplicates are accepted and dropped.
  Answer<Sent> send(std::string_view path, std::vector<Incoming> messages, Moment now, Change& change);

  /// The change is on disk: its arrivals can be received from now on.
  void committed(Change& change);
  /// Ends the locks and lives that are over in all queues, and enqueues what was scheduled for now.
  void refresh(Moment now, Change& change);
  std::optional<MonoTime> next_deadline(Moment now) const;

  // From the store, at start. Unknown entities are ignored.
  void restore(EntityId queue, Message message);
  void restore_session_state(EntityId queue, const std::string& session_id, Bytes state);
  void restore_message_id(EntityId entity, const std::string& message_id, WallTime until);
  void restore_next_payload(PayloadId next) { next_payload_ = next; }

 private:
  struct Target;

  Target* target(std::string_view path) const;
  Subscription* find_subscription(std::string_view path) const;
  Target* target_of_topic(std::string_view name) const;
  EntityRecord name(const std::string& path, Change& change);
  Queue* add_queue(const std::string& path, const QueueSettings& settings, Change& change);
  void remove_queue(Queue& queue, Change& change);
  void end(Queue& queue, const Refusal& why, Change& change);
  void define(const QueueDefinition& queue, Change& change);
  void define(const TopicDefinition& topic, Change& change);
  void define(const SubscriptionOf& of, Change& change);
  Answer<> check_new(const Definition& definition) const;
  Answer<> check_change(const Definition& definition) const;
  /// Runs `edit(rules)` on the subscription's and writes them down.
  template <class Edit>
  Answer<> edit_rules(std::string_view subscription, Moment now, Change& change, Edit edit);

  static Answer<> check_ids(const Incoming& message);
  Answer<> check(const Target& target, const Incoming& message) const;
  Sequence accept(Target& target, Incoming message, Moment now, Change& change);
  /// Enqueues what was scheduled at this queue or topic for now.
  void enqueue_due(Target& target, Moment now, Change& change);
  void update_timetable() const;
  /// Into the queue, or into all subscriptions that want it. Returns its number there, or at the topic.
  Sequence enqueue(Target& target, const Incoming& incoming, Message message, Change& change);
  static void begin_life(const Target& target, const Queue& queue, Message& message);
  /// Into one subscription, as its rules say.
  void copy(const Target& topic, const Subscription& subscription, const Incoming& incoming,
            const Message& message, Change& change);
  /// The copy that a rule with an action makes; nothing when the action fails on the message.
  std::optional<Message> edit(const Rule& rule, const Incoming& incoming, const Message& message);
  static void put_copy(const Target& topic, Queue& queue, Message copy, Change& change);

  EntityRecords records_;
  EntityId next_id_ = 1;
  TokenSource new_token_;
  ReadAgain read_again_;
  Rewrite rewrite_;
  PayloadId next_payload_ = 1;
  std::shared_ptr<Timetable> timetable_ = std::make_shared<Timetable>();
  std::map<EntityId, std::shared_ptr<Queue>> queues_by_id_;
  std::map<std::string, Queue*, std::less<>> queues_by_path_;                    ///< lower-case paths
  std::map<std::string, std::unique_ptr<Target>, std::less<>> targets_by_path_;  ///< lower-case paths
};

}  // namespace millrace::bus

// All entities of the bus: finds them by path, takes messages in and hands them to queues.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/broker/change.hpp"
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
using EntityRecords = std::map<std::string, EntityRecord>;

/// The paths of all entities that the definitions ask for, with subscriptions and dead-letter sub-queues:
/// `queue`, `queue/$DeadLetterQueue`, `topic`, `topic/Subscriptions/name`, ….
std::vector<std::string> entity_paths(const Definitions& definitions);

/// Queues and topics. Like Queue it decides in memory and writes what must survive into the Change. Owned by
/// the composition root; loop thread.
class Broker {
 public:
  struct Subscription {
    std::string name;
    Queue* queue;
    std::vector<Rule> rules;
  };
  struct Sent {
    size_t accepted = 0;
    size_t duplicates = 0;  ///< accepted and dropped
    /// By which each can be cancelled while it is scheduled, in their order; 0 for a duplicate.
    std::vector<Sequence> sequences;
  };
  /// What a message said when it came, from the bytes that were kept of it.
  using ReadAgain = std::function<Incoming(const Bytes& encoded)>;

  /// `records` has an entry for every path of `entity_paths`.
  Broker(const Definitions& definitions, const EntityRecords& records, TokenSource new_token,
         ReadAgain read_again);
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
  Subscription* subscription(std::string_view path) const;
  const std::vector<std::unique_ptr<Queue>>& queues() const { return queues_; }

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
  /// Where senders send to: a queue, or a topic with its subscriptions.
  struct Target;

  Target* target(std::string_view path) const;
  Queue* add_queue(const std::string& path, const QueueSettings& settings, const EntityRecords& records);
  Answer<> check(const Target& target, const Incoming& message) const;
  Sequence accept(Target& target, Incoming message, Moment now, Change& change);
  /// Into the queue, or into all subscriptions that want it. Returns its number there, or at the topic.
  Sequence enqueue(Target& target, const Incoming& incoming, Message message, Change& change);

  TokenSource new_token_;
  ReadAgain read_again_;
  PayloadId next_payload_ = 1;
  std::vector<std::unique_ptr<Queue>> queues_;
  std::vector<std::unique_ptr<Target>> targets_;
  std::map<std::string, Queue*, std::less<>> queues_by_path_;  ///< lower-case paths
  std::map<EntityId, Queue*> queues_by_id_;
  std::map<std::string, Target*, std::less<>> targets_by_path_;  ///< lower-case paths
};

}  // namespace millrace::bus

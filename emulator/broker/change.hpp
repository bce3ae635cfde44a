// What a command does: lines for the disk, and news for whoever waits.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "emulator/broker/definition.hpp"
#include "emulator/broker/message.hpp"
#include "emulator/broker/refusal.hpp"

namespace millrace::bus {

/// Names a receiver across the broker's calls; the protocol side counts them up.
using ReceiverId = uint64_t;

/// A message enters a queue.
struct PutMessage {
  EntityId queue;
  Message message;
};
struct RemoveMessage {
  EntityId queue;
  Sequence sequence;
  PayloadId payload;
};
/// Delivery count, state or properties of a message changed.
struct UpdateMessage {
  EntityId queue;
  Message message;
};
/// The number that the entity's next message gets.
struct AdvanceSequence {
  EntityId entity;
  Sequence next;
};
/// A MessageId enters the duplicate detection history.
struct RememberMessageId {
  EntityId entity;
  std::string message_id;
  WallTime until;
};
/// The history forgets what was to be kept only up to this time.
struct ForgetMessageIds {
  EntityId entity;
  WallTime up_to;
};
struct SetSessionState {
  EntityId queue;
  std::string session_id;
  std::optional<Bytes> state;  ///< nothing removes it
};
/// A queue, topic, subscription or sub-queue got its number.
struct NameEntity {
  EntityId id;
  std::string path;
};
/// Everything that belongs to it goes.
struct RemoveEntity {
  EntityId id;
};
/// A new definition, or one that changed.
struct Define {
  Definition definition;
};
struct Undefine {
  std::string path;
};
using Effect = std::variant<PutMessage, RemoveMessage, UpdateMessage, AdvanceSequence, RememberMessageId,
                            ForgetMessageIds, SetSessionState, NameEntity, RemoveEntity, Define, Undefine>;

struct LostSession {
  EntityId queue;
  std::string session_id;
  ReceiverId receiver;
};

/// Nobody receives from this queue any more: it was deleted or disabled.
struct EndedQueue {
  EntityId queue;
  Refusal why;
};

/// Filled by the broker's commands. `effects` go to disk in one transaction; only then may the command be
/// answered and `Broker::committed` be called, which lets receivers see the arrivals.
struct Change {
  struct Arrival {
    EntityId queue;
    Message message;
  };
  std::vector<Effect> effects;
  std::vector<Arrival> arrivals;
  std::vector<LostSession> lost;  ///< receivers whose session lock expired
  std::vector<EndedQueue> ended;
  std::set<EntityId> awake;  ///< queues where a message or a session became available just now

  /// Set before the command. While it is false nothing is taken that grows: what is left of the disk is for
  /// settling, whose commits must not fail.
  bool disk_has_room = true;

  bool durable() const { return !effects.empty(); }
  Answer<> may_grow() const {
    if (disk_has_room) return {};
    return refuse(Reason::quota_exceeded, "The disk of the bus is nearly full. Free some space on it.");
  }
};

}  // namespace millrace::bus

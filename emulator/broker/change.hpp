// What a command does: lines for the disk, and news for whoever waits.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "emulator/broker/message.hpp"

namespace millrace::bus {

class Queue;

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
using Effect = std::variant<PutMessage, RemoveMessage, UpdateMessage, AdvanceSequence, RememberMessageId,
                            ForgetMessageIds, SetSessionState>;

struct LostSession {
  EntityId queue;
  std::string session_id;
  ReceiverId receiver;
};

/// Filled by the broker's commands. `effects` go to disk in one transaction; only then may the command be
/// answered and `Broker::committed` be called, which lets receivers see the arrivals.
struct Change {
  struct Arrival {
    Queue* queue;
    Message message;
  };
  std::vector<Effect> effects;
  std::vector<Arrival> arrivals;
  std::vector<LostSession> lost;  ///< receivers whose session lock expired
  std::set<EntityId> awake;       ///< queues where a message or a session became available just now

  bool durable() const { return !effects.empty(); }
};

}  // namespace millrace::bus

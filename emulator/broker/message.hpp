// A message on its way in, and as a queue keeps it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"
#include "emulator/broker/value.hpp"

namespace millrace::bus {

using EntityId = int64_t;
using PayloadId = int64_t;
/// Gap-free per entity, from 1.
using Sequence = int64_t;

/// The bytes that the sender handed in; shared by the copies in all subscriptions of a topic.
struct Payload {
  PayloadId id = 0;  ///< names the bytes in the store
  Bytes encoded;     ///< properties, application properties and body as AMQP sections, untouched
  std::optional<std::string> partition_key;  ///< the one annotation that the receiver gets as it was sent
};

/// What a sender hands in, decoded as far as the broker decides on it.
struct Incoming {
  Bytes encoded;
  std::optional<std::string> message_id;
  std::optional<std::string> session_id;
  std::optional<std::string> correlation_id;
  std::optional<std::string> to;
  std::optional<std::string> reply_to;
  std::optional<std::string> reply_to_session_id;
  std::optional<std::string> subject;
  std::optional<std::string> content_type;
  std::optional<std::string> partition_key;
  std::optional<Millis> time_to_live;
  std::optional<WallTime> scheduled;
  Properties properties;
};

/// The value of x-opt-message-state.
enum class MessageState : uint8_t { active = 0, deferred = 1, scheduled = 2 };

struct Message {
  Sequence sequence = 0;
  Sequence enqueue_sequence = 0;  ///< its number at the topic, or before it was dead-lettered
  std::shared_ptr<const Payload> payload;
  std::string session_id;  ///< empty when it has none
  WallTime enqueued;
  std::optional<Millis> time_to_live;  ///< as sent; once it is enqueued no longer than its entity allows
  std::optional<WallTime> expires;     ///< nothing when it never does
  std::optional<WallTime> scheduled;   ///< when it is, or was, to be enqueued
  uint32_t delivery_count = 0;         ///< earlier deliveries that failed
  MessageState state = MessageState::active;
  Properties changed;              ///< what abandon, defer and dead-letter added to the user properties
  std::string dead_letter_source;  ///< where it was dead-lettered, empty if it was not
};

/// A message in a receiver's hands.
struct Delivery {
  Message message;
  Uuid lock_token;        ///< nil in receive-and-delete mode
  WallTime locked_until;  ///< zero in receive-and-delete mode
};

/// The time twice: locks run on the clock that never jumps, expiry and history on the one that survives a
/// restart.
struct Moment {
  WallTime wall;
  MonoTime mono;
};

inline Moment moment(const Clock& clock) {
  return {clock.wall(), clock.mono()};
}

}  // namespace millrace::bus

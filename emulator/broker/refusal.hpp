// Why the broker refuses a command.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace millrace::bus {

/// One for each AMQP error condition that the broker can cause; protocol/conditions.cpp maps them.
enum class Reason : uint8_t {
  not_found,              ///< the entity does not exist
  not_allowed,            ///< the entity or the message forbids it
  argument,               ///< the request contradicts itself
  message_lock_lost,      ///< the lock token is unknown or has expired
  session_lock_lost,      ///< the session is not, or no longer, locked by the one who asks
  session_not_available,  ///< the session is locked by another receiver
  message_not_found,      ///< no deferred message with that sequence number
  too_large,
  quota_exceeded,
  entity_exists,    ///< a queue, topic, subscription or rule of that name
  entity_disabled,  ///< for what was asked of it
  rule_not_found,
  filter_invalid,
  not_implemented,
  unauthorised,
};

struct Refusal {
  Reason reason = Reason::not_allowed;
  std::string text;
};

template <class T = void>
using Answer = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(Reason reason, std::string text) {
  return std::unexpected(Refusal{reason, std::move(text)});
}

}  // namespace millrace::bus

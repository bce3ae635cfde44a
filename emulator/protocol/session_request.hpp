// What a receiver's attach says about sessions, and how it is answered.
#pragma once

#include <optional>
#include <string>

#include "core/amqp/link.hpp"
#include "emulator/broker/queue.hpp"

namespace millrace::bus {

/// A session filter of an attach: one session by its id, or the next free one.
struct SessionRequest {
  std::optional<std::string> session_id;
  amqp::Value key;  ///< as the client wrote it
  std::optional<amqp::Value>
      descriptor;   ///< of a described filter; some clients only understand what they sent
  Millis patience;  ///< how long to wait for the next session

  /// Nothing when the client asks for no session.
  static std::optional<SessionRequest> read(const amqp::Link& link);
  amqp::AttachReply reply(const SessionGrant& grant) const;
};

}  // namespace millrace::bus

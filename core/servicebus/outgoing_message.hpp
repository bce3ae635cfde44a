// A message on its way to an entity.
#pragma once

#include <string>

#include "core/amqp/value.hpp"
#include "core/base/bytes.hpp"

namespace millrace::servicebus {

struct OutgoingMessage {
  std::string message_id;
  std::string session_id;      ///< empty: none
  std::string subject;         ///< empty: none
  std::string correlation_id;  ///< empty: none
  std::string content_type;    ///< empty: none
  amqp::Map application_properties;
  bool durable = false;  ///< the header says so; Service Bus keeps everything and needs no telling
  Bytes body;            ///< one data section
};

/// As it goes over the wire.
Bytes encode_message(const OutgoingMessage& from);

}  // namespace millrace::servicebus

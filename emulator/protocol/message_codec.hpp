// Messages between their AMQP form and the broker's.
#pragma once

#include <functional>
#include <vector>

#include "core/amqp/message.hpp"
#include "core/base/result.hpp"
#include "emulator/broker/message.hpp"

namespace millrace::bus {

/// The broker's form of one encoded message; the bare message's bytes are kept as they are, unless it has no
/// message id: then it gets the new one. Errors: invalid_input.
Result<Incoming> read_incoming(BytesView encoded, const std::function<Uuid()>& new_id);

/// The same of bytes that were kept: what the annotations said is not in them.
Incoming read_stored(const Bytes& encoded);

/// The messages of a transfer: one, or those of a batch. Errors: invalid_input.
Result<std::vector<Incoming>> read_transfer(BytesView encoded, uint32_t message_format,
                                            const std::function<Uuid()>& new_id);

/// The message as a receiver gets it: header and annotations are ours, the rest is the sender's bytes,
/// rewritten only where it expires, or where abandon or dead-letter changed the application properties.
Bytes write_delivery(const Delivery& delivery);

/// The same with the sections before and behind the body alone.
Bytes without_body(Bytes encoded);

/// A value that a client put among user properties; what filters cannot compare becomes null.
Value to_broker(const amqp::Value& value);
amqp::Value to_amqp(const Value& value);
inline amqp::Timestamp timestamp(WallTime time) {
  return {wall_ms(time)};
}
Properties to_broker(const amqp::Map& map);

}  // namespace millrace::bus

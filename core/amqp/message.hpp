// AMQP 1.0 messages, section by section (OASIS AMQP 1.0, part 3: messaging).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/amqp/value.hpp"

namespace millrace::amqp {

/// `message-format` of a Service Bus batch: the body's data sections each hold one whole encoded message.
inline constexpr uint32_t kBatchFormat = 0x80013700;

struct Header {
  std::optional<bool> durable;
  std::optional<uint8_t> priority;
  std::optional<uint32_t> ttl_ms;
  std::optional<bool> first_acquirer;
  std::optional<uint32_t> delivery_count;
};

struct Properties {
  Value message_id;  ///< ulong, uuid, binary or string
  std::optional<Bytes> user_id;
  std::optional<std::string> to;
  std::optional<std::string> subject;
  std::optional<std::string> reply_to;
  Value correlation_id;
  std::optional<std::string> content_type;
  std::optional<std::string> content_encoding;
  std::optional<Timestamp> absolute_expiry_time;
  std::optional<Timestamp> creation_time;
  std::optional<std::string> group_id;
  std::optional<uint32_t> group_sequence;
  std::optional<std::string> reply_to_group_id;
};

struct Message {
  std::optional<Header> header;
  Map delivery_annotations;
  Map message_annotations;
  std::optional<Properties> properties;
  Map application_properties;
  /// The body: data sections, or sequence sections, or one amqp-value, or nothing at all.
  std::vector<Bytes> data;
  std::vector<List> sequences;
  std::optional<Value> value;
  Map footer;

  /// An application property by name; null when there is none.
  const Value* application_property(std::string_view name) const;
};

/// Sections in their order, each at most once but for data and sequences, one kind of body. Errors:
/// invalid_input.
Result<Message> decode_message(BytesView bytes);
Bytes encode_message(const Message& message);

/// The whole messages inside a batch's data sections, undecoded. Errors: invalid_input when the body is not
/// data sections, or there is none.
Result<std::vector<Bytes>> split_batch(BytesView bytes);

/// Where the bare message (properties, application properties, body, footer) begins: what stands before it
/// belongs to the hop and is rewritten there. Errors: invalid_input.
Result<size_t> bare_message_offset(BytesView bytes);

}  // namespace millrace::amqp

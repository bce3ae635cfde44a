#include "emulator/protocol/message_codec.hpp"
#include "emulator/broker/behaviour.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace millrace::bus {
namespace {

std::optional<std::string> id_text(const amqp::Value& value) {
  if (value.is_null()) return {};
  if (const auto* text = value.text()) return *text;
  if (const auto* uuid = value.get_if<Uuid>()) return uuid->string();
  if (const auto* bytes = value.get_if<amqp::Binary>()) return hex(bytes->bytes);
  if (const auto number = value.integer()) return std::to_string(*number);
  return {};
}

/// The header's time to live; where it does not fit 32 bits, clients say it as two times.
std::optional<Millis> time_to_live(const amqp::Message& message) {
  if (!message.header || !message.header->ttl_ms) return {};
  if (*message.header->ttl_ms == std::numeric_limits<uint32_t>::max() && message.properties) {
    const auto& from = message.properties->creation_time;
    const auto& to = message.properties->absolute_expiry_time;
    if (from && to && from->ms >= 0 && to->ms > from->ms) return Millis{to->ms - from->ms};
    return {};
  }
  return Millis{*message.header->ttl_ms};
}

const amqp::Value* find(const amqp::Map& map, std::string_view key) {
  const auto found = std::ranges::find_if(map, [&](const auto& entry) {
    const auto* text = entry.first.text();
    return text != nullptr && *text == key;
  });
  return found == map.end() ? nullptr : &found->second;
}

void annotate(amqp::Map& annotations, const char* key, amqp::Value value) {
  annotations.emplace_back(amqp::Symbol{key}, std::move(value));
}

void merge(amqp::Map& properties, const Properties& changed) {
  for (const auto& [name, value] : changed) {
    const auto found = std::ranges::find_if(properties, [&, &key = name](const auto& entry) {
      const auto* text = entry.first.text();
      return text != nullptr && *text == key;
    });
    if (found != properties.end()) {
      found->second = to_amqp(value);
    } else {
      properties.emplace_back(name, to_amqp(value));
    }
  }
}

/// The sender's bytes, with the time when the message is over: what the sender said of it counts no more.
Bytes with_expiry(BytesView bare, WallTime enqueued, WallTime expires) {
  constexpr size_t kExpiry = 8;  // among the fields of the properties
  constexpr size_t kCreation = 9;
  auto rest = bare;
  const auto section = amqp::decode(rest);
  const auto* described = section ? section->get_if<amqp::Described>() : nullptr;
  const auto* fields = described != nullptr ? described->value->get_if<amqp::List>() : nullptr;
  // What was accepted begins with its properties, since it has an id.
  if (fields == nullptr) return {bare.begin(), bare.end()};
  auto changed = *fields;
  changed.resize(std::max(changed.size(), kCreation + 1));
  // Where the sender said both, their difference is the time to live to some clients.
  if (!changed[kExpiry].is_null() && !changed[kCreation].is_null()) changed[kCreation] = timestamp(enqueued);
  changed[kExpiry] = timestamp(expires);
  auto bytes = amqp::encode(amqp::described(*described->descriptor, std::move(changed)));
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

/// The bare message with an id, which it did not have.
Bytes encode_with_id(amqp::Message& message, std::string id) {
  if (!message.properties) message.properties.emplace();
  message.properties->message_id = std::move(id);
  message.header.reset();
  message.delivery_annotations.clear();
  auto annotations = std::exchange(message.message_annotations, {});
  auto bare = amqp::encode_message(message);
  message.message_annotations = std::move(annotations);
  return bare;
}

struct ToAmqp {
  amqp::Value operator()(std::monostate) const { return {}; }
  amqp::Value operator()(bool flag) const { return flag; }
  amqp::Value operator()(int64_t number) const { return number; }
  amqp::Value operator()(double number) const { return number; }
  amqp::Value operator()(const std::string& text) const { return text; }
  amqp::Value operator()(WallTime time) const { return timestamp(time); }
};

}  // namespace

Value to_broker(const amqp::Value& value) {
  if (const auto* text = value.text()) return *text;
  if (const auto* flag = value.get_if<bool>()) return *flag;
  if (const auto* real = value.get_if<double>()) return *real;
  if (const auto* real = value.get_if<float>()) return static_cast<double>(*real);
  if (const auto* time = value.get_if<amqp::Timestamp>()) return WallTime{Millis{time->ms}};
  if (const auto* uuid = value.get_if<Uuid>()) return uuid->string();
  if (const auto number = value.integer()) return *number;
  return {};
}

amqp::Value to_amqp(const Value& value) {
  return std::visit(ToAmqp{}, value);
}

Properties to_broker(const amqp::Map& map) {
  Properties properties;
  for (const auto& [key, value] : map) {
    if (const auto* name = key.text()) properties.insert_or_assign(*name, to_broker(value));
  }
  return properties;
}

Result<Incoming> read_incoming(BytesView encoded, const std::function<Uuid()>& new_id) {
  auto message = amqp::decode_message(encoded);
  if (!message) return std::unexpected(message.error());
  const auto bare = amqp::bare_message_offset(encoded);
  if (!bare) return std::unexpected(bare.error());
  Incoming incoming;
  incoming.time_to_live = time_to_live(*message);
  if (message->properties && !message->properties->message_id.is_null()) {
    incoming.encoded.assign(encoded.begin() + static_cast<std::ptrdiff_t>(*bare), encoded.end());
  } else {
    // As the service does: the JavaScript SDK cannot complete a message without an id.
    incoming.encoded = encode_with_id(*message, new_id().string());
  }
  if (message->properties) {
    auto& properties = *message->properties;
    incoming.message_id = id_text(properties.message_id);
    incoming.correlation_id = id_text(properties.correlation_id);
    incoming.session_id = std::move(properties.group_id);
    incoming.to = std::move(properties.to);
    incoming.reply_to = std::move(properties.reply_to);
    incoming.reply_to_session_id = std::move(properties.reply_to_group_id);
    incoming.subject = std::move(properties.subject);
    incoming.content_type = std::move(properties.content_type);
  }
  if (const auto* key = find(message->message_annotations, "x-opt-partition-key")) {
    incoming.partition_key = id_text(*key);
  }
  if (const auto* time = find(message->message_annotations, "x-opt-scheduled-enqueue-time")) {
    if (const auto* stamp = time->get_if<amqp::Timestamp>()) incoming.scheduled = WallTime{Millis{stamp->ms}};
  }
  incoming.properties = to_broker(message->application_properties);
  return incoming;
}

Incoming read_stored(const Bytes& encoded) {
  auto incoming = read_incoming(encoded, [] { return Uuid{}; });
  // What was accepted can be decoded; only corrupt memory could say otherwise.
  return incoming ? std::move(*incoming) : Incoming{};
}

Result<std::vector<Incoming>> read_transfer(BytesView encoded, uint32_t message_format,
                                            const std::function<Uuid()>& new_id) {
  std::vector<Incoming> messages;
  const auto add = [&](BytesView one) -> Result<> {
    auto incoming = read_incoming(one, new_id);
    if (!incoming) return std::unexpected(incoming.error());
    messages.push_back(std::move(*incoming));
    return {};
  };
  if (message_format != amqp::kBatchFormat) {
    if (auto added = add(encoded); !added) return std::unexpected(added.error());
    return messages;
  }
  const auto parts = amqp::split_batch(encoded);
  if (!parts) return std::unexpected(parts.error());
  for (const auto& part : *parts) {
    if (auto added = add(part); !added) return std::unexpected(added.error());
  }
  return messages;
}

Bytes write_delivery(const Delivery& delivery) {
  const auto& message = delivery.message;
  amqp::Message front;
  front.header.emplace();
  if (keeps(Behaviour::delivery_count)) front.header->delivery_count = message.delivery_count;
  if (message.time_to_live && message.time_to_live->count() < std::numeric_limits<uint32_t>::max()) {
    front.header->ttl_ms = static_cast<uint32_t>(message.time_to_live->count());
  }
  auto& annotations = front.message_annotations;
  if (keeps(Behaviour::enqueued_told))
    annotate(annotations, "x-opt-enqueued-time", timestamp(message.enqueued));
  annotate(annotations, "x-opt-sequence-number",
           keeps(Behaviour::scheduled_number) ? message.sequence : message.enqueue_sequence);
  annotate(annotations, "x-opt-enqueue-sequence-number", message.enqueue_sequence);
  annotate(annotations, "x-opt-message-state", static_cast<int32_t>(message.state));
  if (message.scheduled) annotate(annotations, "x-opt-scheduled-enqueue-time", timestamp(*message.scheduled));
  if (!delivery.lock_token.is_nil()) {
    if (keeps(Behaviour::lock_told))
      annotate(annotations, "x-opt-locked-until", timestamp(delivery.locked_until));
    // The Go SDK looks nowhere else for the lock of a message that it asked for by number.
    annotate(front.delivery_annotations, "x-opt-lock-token", delivery.lock_token);
  }
  if (message.payload->partition_key && keeps(Behaviour::partition_key_told))
    annotate(annotations, "x-opt-partition-key", *message.payload->partition_key);
  if (!message.dead_letter_source.empty()) {
    annotate(annotations, "x-opt-deadletter-source", message.dead_letter_source);
  }
  const bool is_told = message.expires && keeps(Behaviour::time_to_live_told);
  const auto told =
      is_told ? with_expiry(message.payload->encoded, message.enqueued, *message.expires) : Bytes{};
  const auto& bare = is_told ? told : message.payload->encoded;
  if (!message.changed.empty()) {
    // What was accepted can be decoded; only corrupt memory could say otherwise.
    if (auto whole = amqp::decode_message(bare)) {
      whole->header = front.header;
      whole->delivery_annotations = std::move(front.delivery_annotations);
      whole->message_annotations = std::move(front.message_annotations);
      merge(whole->application_properties, message.changed);
      return amqp::encode_message(*whole);
    }
  }
  auto bytes = amqp::encode_message(front);
  bytes.insert(bytes.end(), bare.begin(), bare.end());
  return bytes;
}

Bytes without_body(Bytes encoded) {
  auto message = amqp::decode_message(encoded);
  if (!message) return encoded;  // what was accepted can be decoded
  message->data.clear();
  message->sequences.clear();
  message->value.reset();
  return amqp::encode_message(*message);
}

}  // namespace millrace::bus

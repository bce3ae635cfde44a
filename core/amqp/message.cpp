#include "core/amqp/message.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace millrace::amqp {
namespace {

// Section descriptors, part 3, section 3.2.
enum Section : uint64_t {
  kHeader = 0x70,
  kDeliveryAnnotations = 0x71,
  kMessageAnnotations = 0x72,
  kProperties = 0x73,
  kApplicationProperties = 0x74,
  kData = 0x75,
  kSequence = 0x76,
  kValue = 0x77,
  kFooter = 0x78,
};

std::unexpected<Error> malformed(std::string_view why) {
  return fail(ErrorKind::invalid_input, fmt::format("AMQP message: {}", why));
}

/// A section's field by position; a missing or null one reads as null.
const Value& field(const List& fields, size_t at) {
  static const Value null;
  return at < fields.size() ? fields[at] : null;
}

template <class T>
bool read(const Value& from, std::optional<T>& to) {
  if (from.is_null()) return true;
  if constexpr (std::is_same_v<T, Bytes>) {
    const auto* value = from.get_if<Binary>();
    if (value == nullptr) return false;
    to = value->bytes;
  } else if constexpr (std::is_same_v<T, std::string>) {
    const auto* text = from.text();
    if (text == nullptr) return false;
    to = *text;
  } else {
    const auto* value = from.get_if<T>();
    if (value == nullptr) return false;
    to = *value;
  }
  return true;
}

template <class T>
Value optional_value(const std::optional<T>& value) {
  if (!value) return Value();
  if constexpr (std::is_same_v<T, Bytes>) {
    return Binary{*value};
  } else {
    return Value(*value);
  }
}

void put_section(Section section, Value content, Bytes& out) {
  encode(described(Value(static_cast<uint64_t>(section)), std::move(content)), out);
}

void put_fields(Section section, List fields, Bytes& out) {
  while (!fields.empty() && fields.back().is_null()) fields.pop_back();
  put_section(section, std::move(fields), out);
}

Result<> read_header(const Value& content, Message& message) {
  const auto* fields = content.get_if<List>();
  if (fields == nullptr) return malformed("the header is not a list");
  Header header;
  if (!read(field(*fields, 0), header.durable) || !read(field(*fields, 1), header.priority) ||
      !read(field(*fields, 2), header.ttl_ms) || !read(field(*fields, 3), header.first_acquirer) ||
      !read(field(*fields, 4), header.delivery_count)) {
    return malformed("a field of the header has the wrong type");
  }
  message.header = header;
  return {};
}

Result<> read_properties(const Value& content, Message& message) {
  const auto* fields = content.get_if<List>();
  if (fields == nullptr) return malformed("the properties are not a list");
  Properties properties;
  properties.message_id = field(*fields, 0);
  properties.correlation_id = field(*fields, 5);
  if (!read(field(*fields, 1), properties.user_id) || !read(field(*fields, 2), properties.to) ||
      !read(field(*fields, 3), properties.subject) || !read(field(*fields, 4), properties.reply_to) ||
      !read(field(*fields, 6), properties.content_type) ||
      !read(field(*fields, 7), properties.content_encoding) ||
      !read(field(*fields, 8), properties.absolute_expiry_time) ||
      !read(field(*fields, 9), properties.creation_time) || !read(field(*fields, 10), properties.group_id) ||
      !read(field(*fields, 11), properties.group_sequence) ||
      !read(field(*fields, 12), properties.reply_to_group_id)) {
    return malformed("a field of the properties has the wrong type");
  }
  message.properties = std::move(properties);
  return {};
}

Result<> read_map(const Value& content, Map& to, std::string_view name) {
  const auto* map = content.get_if<Map>();
  if (map == nullptr) return malformed(fmt::format("the {} are not a map", name));
  to = *map;
  return {};
}

Result<> read_section(uint64_t section, const Value& content, Message& message) {
  switch (section) {
    case kHeader:
      return read_header(content, message);
    case kDeliveryAnnotations:
      return read_map(content, message.delivery_annotations, "delivery annotations");
    case kMessageAnnotations:
      return read_map(content, message.message_annotations, "message annotations");
    case kProperties:
      return read_properties(content, message);
    case kApplicationProperties:
      return read_map(content, message.application_properties, "application properties");
    case kFooter:
      return read_map(content, message.footer, "footer");
    case kData: {
      const auto* data = content.get_if<Binary>();
      if (data == nullptr) return malformed("a data section is not binary");
      message.data.push_back(data->bytes);
      return {};
    }
    case kSequence: {
      const auto* sequence = content.get_if<List>();
      if (sequence == nullptr) return malformed("a sequence section is not a list");
      message.sequences.push_back(*sequence);
      return {};
    }
    case kValue:
      message.value = content;
      return {};
    default:
      return malformed("an unknown section");
  }
}

/// A section's descriptor is a number or, rarely, a name; nothing for anything else.
std::optional<uint64_t> section_number(const Value& descriptor) {
  constexpr std::array<std::string_view, 9> kNames{"amqp:header:list",
                                                   "amqp:delivery-annotations:map",
                                                   "amqp:message-annotations:map",
                                                   "amqp:properties:list",
                                                   "amqp:application-properties:map",
                                                   "amqp:data:binary",
                                                   "amqp:amqp-sequence:list",
                                                   "amqp:amqp-value:*",
                                                   "amqp:footer:map"};
  if (const auto* name = descriptor.get_if<Symbol>()) {
    const auto* const at = std::ranges::find(kNames, name->text);
    if (at == kNames.end()) return std::nullopt;
    return kHeader + static_cast<uint64_t>(at - kNames.begin());
  }
  const auto* number = descriptor.get_if<uint64_t>();
  if (number == nullptr || *number < kHeader || *number > kFooter) return std::nullopt;
  return *number;
}

/// The next section's number and content. Errors: invalid_input.
Result<std::pair<uint64_t, Value>> next_section(BytesView& bytes) {
  auto value = decode(bytes);
  if (!value) return std::unexpected(value.error());
  const auto* section = value->get_if<Described>();
  if (section == nullptr) return malformed("something that is not a section");
  const auto number = section_number(*section->descriptor);
  if (!number) return malformed("an unknown section");
  return std::pair{*number, *section->value};
}

}  // namespace

const Value* Message::application_property(std::string_view name) const {
  for (const auto& [key, property] : application_properties) {
    const auto* text = key.text();
    if (text != nullptr && *text == name) return &property;
  }
  return nullptr;
}

Result<Message> decode_message(BytesView bytes) {
  Message message;
  uint64_t last = 0;
  while (!bytes.empty()) {
    auto section = next_section(bytes);
    if (!section) return std::unexpected(section.error());
    const bool again = section->first == last && (last == kData || last == kSequence);
    if (section->first <= last && !again) return malformed("sections out of order");
    const bool had_body = last >= kData && last <= kValue;
    if (had_body && section->first != kFooter && !again) return malformed("two kinds of body");
    last = section->first;
    if (auto good = read_section(section->first, section->second, message); !good)
      return std::unexpected(good.error());
  }
  return message;
}

Bytes encode_message(const Message& message) {
  Bytes out;
  if (message.header) {
    const auto& header = *message.header;
    put_fields(
        kHeader,
        {optional_value(header.durable), optional_value(header.priority), optional_value(header.ttl_ms),
         optional_value(header.first_acquirer), optional_value(header.delivery_count)},
        out);
  }
  if (!message.delivery_annotations.empty())
    put_section(kDeliveryAnnotations, message.delivery_annotations, out);
  if (!message.message_annotations.empty())
    put_section(kMessageAnnotations, message.message_annotations, out);
  if (message.properties) {
    const auto& properties = *message.properties;
    const auto symbol = [](const std::optional<std::string>& text) {
      return text ? Value(Symbol{*text}) : Value();
    };
    put_fields(kProperties,
               {properties.message_id, optional_value(properties.user_id), optional_value(properties.to),
                optional_value(properties.subject), optional_value(properties.reply_to),
                properties.correlation_id, symbol(properties.content_type),
                symbol(properties.content_encoding), optional_value(properties.absolute_expiry_time),
                optional_value(properties.creation_time), optional_value(properties.group_id),
                optional_value(properties.group_sequence), optional_value(properties.reply_to_group_id)},
               out);
  }
  if (!message.application_properties.empty())
    put_section(kApplicationProperties, message.application_properties, out);
  for (const auto& data : message.data) put_section(kData, Binary{data}, out);
  for (const auto& sequence : message.sequences) put_section(kSequence, sequence, out);
  if (message.value) put_section(kValue, *message.value, out);
  if (!message.footer.empty()) put_section(kFooter, message.footer, out);
  return out;
}

Result<std::vector<Bytes>> split_batch(BytesView bytes) {
  auto envelope = decode_message(bytes);
  if (!envelope) return std::unexpected(envelope.error());
  if (envelope->data.empty()) return malformed("a batch without messages");
  return std::move(envelope->data);
}

Result<size_t> bare_message_offset(BytesView bytes) {
  const auto whole = bytes.size();
  while (!bytes.empty()) {
    const auto here = whole - bytes.size();
    auto section = next_section(bytes);
    if (!section) return std::unexpected(section.error());
    if (section->first >= kProperties) return here;
  }
  return whole;
}

}  // namespace millrace::amqp

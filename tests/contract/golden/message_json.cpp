#include "tests/contract/golden/message_json.hpp"

#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include <google/protobuf/descriptor.h>

#include "core/base/bytes.hpp"

namespace millrace::golden {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

void write_string(JsonText& json, const FieldDescriptor& field, const std::string& value) {
  json.text(field.type() == FieldDescriptor::TYPE_BYTES ? hex(as_bytes(value)) : value);
}

void write_element(JsonText& json, const Message& message, const FieldDescriptor& field, int at) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return write_fields(json, reflection.GetRepeatedMessage(message, &field, at));
    case FieldDescriptor::CPPTYPE_STRING:
      return write_string(json, field, reflection.GetRepeatedString(message, &field, at));
    default:
      throw std::logic_error(fmt::format("no JSON form for the list {}", field.full_name()));
  }
}

void write_single(JsonText& json, const Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return write_fields(json, reflection.GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      json.text(reflection.GetEnum(message, &field)->name());
      return;
    case FieldDescriptor::CPPTYPE_BOOL:
      json.boolean(reflection.GetBool(message, &field));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      json.text(fmt::format("{}", reflection.GetInt64(message, &field)));
      return;
    case FieldDescriptor::CPPTYPE_UINT64:
      json.text(fmt::format("{}", reflection.GetUInt64(message, &field)));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      json.number(reflection.GetUInt32(message, &field));
      return;
    case FieldDescriptor::CPPTYPE_STRING:
      return write_string(json, field, reflection.GetString(message, &field));
    default:
      throw std::logic_error(fmt::format("no JSON form for {}", field.full_name()));
  }
}

}  // namespace

void write_fields(JsonText& json, const Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  json.open('{');
  for (const auto* field : fields) {
    json.key(field->name());
    if (!field->is_repeated()) {
      write_single(json, message, *field);
      continue;
    }
    json.open('[');
    for (int at = 0; at < reflection.FieldSize(message, field); ++at)
      write_element(json, message, *field, at);
    json.close();
  }
  json.close();
}

}  // namespace millrace::golden

#include "tests/contract/golden/fill.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <google/protobuf/descriptor.h>

namespace millrace::golden {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kLeastElements = 2;
/// 2026-01-05T06:00:00Z
constexpr int64_t kTimeMs = 1'767'592'800'000;
/// The first whole number that a JavaScript number cannot hold: whoever reads it as one is caught.
constexpr uint64_t kBeyondDouble = (uint64_t{1} << 53) + 1;

/// How many elements it takes until each enum value and each member of a oneof has appeared once.
int alternatives(const google::protobuf::Descriptor& type) {
  int most = kLeastElements;
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (field.enum_type() != nullptr)
      most = std::max(most, field.enum_type()->value_count() - 1);  // all but _UNSPECIFIED
    if (field.message_type() != nullptr && !field.is_repeated())
      most = std::max(most, alternatives(*field.message_type()));
  }
  for (int i = 0; i < type.oneof_decl_count(); ++i) most = std::max(most, type.oneof_decl(i)->field_count());
  return most;
}

bool left_at_default(const Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (field.is_repeated()) return reflection.FieldSize(message, &field) == 0;
  return !reflection.HasField(message, &field);  // proto3: false for a scalar that holds its default
}

class Inspector {
 public:
  void look(const Message& message, const std::string& path) {
    const auto& type = *message.GetDescriptor();
    const Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < type.field_count(); ++i) {
      const auto& field = *type.field(i);
      const auto place = fmt::format("{}.{}", path, field.name());
      const bool missing = left_at_default(message, field);
      if (field.containing_oneof() != nullptr) {
        wanted_.insert(field.full_name());
        if (!missing) seen_.insert(field.full_name());
      } else if (missing) {
        left_out.push_back(place);
      }
      if (missing || field.message_type() == nullptr) continue;
      if (!field.is_repeated()) {
        look(reflection.GetMessage(message, &field), place);
        continue;
      }
      for (int at = 0; at < reflection.FieldSize(message, &field); ++at)
        look(reflection.GetRepeatedMessage(message, &field, at), fmt::format("{}[{}]", place, at));
    }
  }

  void finish() { std::ranges::set_difference(wanted_, seen_, std::back_inserter(left_out)); }

  std::vector<std::string> left_out;

 private:
  std::set<std::string> wanted_;
  std::set<std::string> seen_;
};

}  // namespace

void Filler::fill(Message& message, int variant) {
  const auto& type = *message.GetDescriptor();
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const auto& field = *type.field(i);
    if (const auto* choice = field.containing_oneof();
        choice != nullptr && choice->field(variant % choice->field_count()) != &field) {
      continue;
    }
    if (!field.is_repeated()) {
      fill_one(message, field, variant);
    } else if (field.message_type() != nullptr) {
      const int count = alternatives(*field.message_type());
      for (int at = 0; at < count; ++at) fill(*reflection.AddMessage(&message, &field), at);
    } else {
      for (int at = 0; at < kLeastElements; ++at) fill_one(message, field, at);
    }
  }
}

void Filler::fill_one(Message& message, const FieldDescriptor& field, int variant) {
  const Reflection& reflection = *message.GetReflection();
  ++counter_;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return fill(*reflection.MutableMessage(&message, &field), variant);
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto& values = *field.enum_type();
      return reflection.SetEnum(&message, &field, values.value(1 + variant % (values.value_count() - 1)));
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, true);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, kTimeMs + 1'001 * int64_t{counter_});
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&message, &field, kBeyondDouble + 2 * uint64_t{counter_});
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&message, &field, 100 + counter_);
    case FieldDescriptor::CPPTYPE_STRING: {
      auto value = field.type() == FieldDescriptor::TYPE_BYTES ? bytes(field) : text(field);
      return field.is_repeated() ? reflection.AddString(&message, &field, std::move(value))
                                 : reflection.SetString(&message, &field, std::move(value));
    }
    default:
      // A new kind of field has to be given a value here before it can be part of the contract.
      throw std::logic_error(fmt::format("no golden value for {}", field.full_name()));
  }
}

std::string Filler::text(const FieldDescriptor& field) {
  if (field.name().ends_with("_id") || field.name().ends_with("_ids"))
    return fmt::format("{}-{}", field.name(), counter_);
  // Texts hold characters of one to four bytes in UTF-8, and those that JSON escapes.
  return fmt::format("{} \"{}\" \\ ä 日 🏭", field.name(), counter_);
}

std::string Filler::bytes(const FieldDescriptor& field) {
  const bool is_id = field.name().ends_with("_id");
  std::string value(is_id ? 16 : 32, '\0');
  for (size_t at = 0; at < value.size(); ++at) value[at] = static_cast<char>(counter_ * 37 + at * 11);
  return value;
}

std::vector<std::string> fields_left_out(const Message& message) {
  Inspector inspector;
  inspector.look(message, message.GetDescriptor()->name());
  inspector.finish();
  return std::move(inspector.left_out);
}

}  // namespace millrace::golden

// Fills messages for the golden files, and proves that none of their fields was left out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

namespace millrace::golden {

/// Gives every field, at every depth, a value of its own that is not the field's default. A list has as many
/// elements as its element has alternatives (enum values, members of a oneof), so that each appears. The
/// values depend on nothing but the order of the calls. One thread.
class Filler {
 public:
  void fill(google::protobuf::Message& message) { fill(message, 0); }

 private:
  void fill(google::protobuf::Message& message, int variant);
  void fill_one(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                int variant);
  std::string text(const google::protobuf::FieldDescriptor& field);
  std::string bytes(const google::protobuf::FieldDescriptor& field);

  uint32_t counter_ = 0;
};

/// The fields that hold their default in some place, and the members of a oneof that are set in none.
std::vector<std::string> fields_left_out(const google::protobuf::Message& message);

}  // namespace millrace::golden

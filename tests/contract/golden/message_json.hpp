// A message's fields in plain JSON.
#pragma once

#include <google/protobuf/message.h>

#include "tests/contract/golden/json_text.hpp"

namespace millrace::golden {

/// Writes an object: names as in the .proto file, 64-bit numbers as decimal strings, bytes as hexadecimal,
/// enum values by name. Fields that are not set are left out.
void write_fields(JsonText& json, const google::protobuf::Message& message);

}  // namespace millrace::golden

// One event as it is stored, signed and carried: attributes and data bytes. Never re-encoded on the way.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/uuid.hpp"

namespace millrace::delivery {

/// CloudEvents attributes by name, in their canonical string form (docs/contract.md lists them).
using Attributes = std::map<std::string, std::string, std::less<>>;

struct Event {
  Attributes attributes;
  Bytes data;  ///< protobuf bytes of the message that `dataschema` names

  /// The attribute's value, or an empty string.
  std::string_view get(std::string_view name) const {
    const auto at = attributes.find(name);
    return at == attributes.end() ? std::string_view{} : std::string_view(at->second);
  }
};

/// Attribute names, so that no name is spelt twice.
namespace attr {
inline constexpr std::string_view id = "id";
inline constexpr std::string_view source = "source";
inline constexpr std::string_view specversion = "specversion";
inline constexpr std::string_view type = "type";
inline constexpr std::string_view subject = "subject";
inline constexpr std::string_view time = "time";
inline constexpr std::string_view datacontenttype = "datacontenttype";
inline constexpr std::string_view dataschema = "dataschema";
inline constexpr std::string_view partitionkey = "partitionkey";
inline constexpr std::string_view streamid = "streamid";
inline constexpr std::string_view sequence = "sequence";
inline constexpr std::string_view prevhash = "prevhash";
inline constexpr std::string_view signature = "signature";
inline constexpr std::string_view keyid = "keyid";
inline constexpr std::string_view recordedtime = "recordedtime";
inline constexpr std::string_view clockstate = "clockstate";
inline constexpr std::string_view replayof = "replayof";
inline constexpr std::string_view correlationid = "correlationid";
inline constexpr std::string_view causationid = "causationid";
inline constexpr std::string_view traceparent = "traceparent";
}  // namespace attr

/// The event in which a box vouches for its position (StreamCheckpoint).
inline constexpr std::string_view kCheckpointType = "millrace.stream.checkpoint.v1";

/// Bounds of one event (delivery protocol). Larger ones are refused at capture, before anything is stored.
inline constexpr size_t kMostDataBytes = size_t{64} * 1024;
inline constexpr size_t kMostAttributeBytes = size_t{4} * 1024;

}  // namespace millrace::delivery

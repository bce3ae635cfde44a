// Every event and command by its type name: which message it carries and how it is addressed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace millrace::proto {

struct EventType {
  std::string_view type;    ///< CloudEvents type, e.g. "millrace.test.completed.v1"
  std::string_view schema;  ///< protobuf full name, e.g. "millrace.events.v1.TestCompleted"
  std::string_view entity;  ///< topic level, e.g. "test"
  std::string_view verb;    ///< topic level, e.g. "completed"
  /// What stands before the id in the partition key ("operator:"); empty where the subject brings its own.
  std::string_view partition_prefix;
  /// The service whose queue a command goes to; empty for events.
  std::string_view service;

  bool is_command() const { return !service.empty(); }
};

/// All types, in a fixed order.
std::span<const EventType> event_types();
/// Null for an unknown type.
const EventType* find_event_type(std::string_view type);

/// Longest partition key, since it becomes a Service Bus SessionId.
inline constexpr size_t kMostPartitionKeyChars = 128;
/// `prefix` and `id` joined. Errors: invalid_input when empty or too long.
Result<std::string> partition_key(const EventType& type, std::string_view id);

}  // namespace millrace::proto

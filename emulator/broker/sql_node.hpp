// The tree of a parsed SQL expression and its value for a message.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/broker/message.hpp"

namespace millrace::bus {

/// The most that Service Bus lets one property have. Joined text that is longer is unknown: an action may
/// double a text 32 times over.
inline constexpr size_t kJoinedBytesMost = size_t{32} * 1024;

/// One node; what its members mean depends on the kind. Null stands for SQL's unknown.
struct SqlNode {
  enum class Kind : uint8_t {
    literal,          ///< `value`
    system_property,  ///< `field`
    user_property,    ///< `name`
    exists,           ///< child: a property
    is_null,          ///< child; `inverted` for IS NOT NULL
    negation,         ///< minus child
    arithmetic,       ///< two children; `op` is one of + - * / %
    comparison,       ///< two children; `op` is one of = ! < > l g (l: <=, g: >=, !: <>)
    like,             ///< text, pattern; `inverted`, `escape`
    in,               ///< value, then the list; `inverted`
    logical_not,
    logical_and,
    logical_or,
  };
  Kind kind = Kind::literal;
  char op = 0;
  bool inverted = false;
  std::string escape;  ///< of a pattern: one character, or nothing
  std::string name;
  std::optional<std::string> Incoming::* field = nullptr;
  Value value;
  std::vector<std::unique_ptr<SqlNode>> children;

  /// True when the node can only be true, false or unknown.
  bool is_predicate() const;
};

/// The field of a message that `sys.{name}` means (any case), or null when there is none.
std::optional<std::string> Incoming::* find_system_property(std::string_view name);

Value evaluate(const SqlNode& node, const Incoming& message);

/// SQL's LIKE: `%` any text, `_` any one character. `escape` is one character, or empty.
bool like(std::string_view text, std::string_view pattern, std::string_view escape);

}  // namespace millrace::bus

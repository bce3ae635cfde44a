// Actions in the SQL dialect of Service Bus: what a rule does to the copy of a message that it makes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "emulator/broker/message.hpp"

namespace millrace::bus {

/// As Service Bus; longer text is refused.
inline constexpr size_t kActionCharactersMost = 1024;
/// As Service Bus, which counts the expressions of an action: each SET and each REMOVE here.
inline constexpr size_t kActionStatementsMost = 32;

/// A message after an action.
struct Edited {
  Incoming message;  ///< without its bytes, which are still what the sender handed in
  /// What was done to user properties, by name: written, or with nothing removed.
  std::map<std::string, std::optional<Value>, std::less<>> properties;

  void set_property(const std::string& name, Value value);
  void remove_property(const std::string& name);
};

struct SqlStatement;

/// Parsed statements, `SET [sys.|user.]name = expression` and `REMOVE [sys.|user.]name`, with or without `;`
/// between them. Each sees what the earlier ones did. Immutable.
class SqlAction {
 public:
  /// Errors: invalid_input, with the column and what was expected there.
  static Result<SqlAction> parse(std::string_view text);

  Edited apply(const Incoming& message) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const std::vector<SqlStatement>> statements_;
};

}  // namespace millrace::bus

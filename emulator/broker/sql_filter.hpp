// Filters in the SQL dialect of Service Bus.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "emulator/broker/message.hpp"

namespace millrace::bus {

/// As Service Bus; longer text is refused.
inline constexpr size_t kFilterCharactersMost = 1024;

struct SqlNode;

/// A parsed predicate: comparisons, LIKE, IN, EXISTS, IS NULL, AND, OR, NOT and arithmetic over literals,
/// `sys.` properties and user properties (plain, "quoted" or [bracketed]). Three-valued: a missing property
/// or a comparison of unlike types is unknown, and what is unknown does not match. Immutable.
class SqlFilter {
 public:
  /// Errors: invalid_input, with the column and what was expected there.
  static Result<SqlFilter> parse(std::string_view text);

  bool matches(const Incoming& message) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::shared_ptr<const SqlNode> root_;
};

}  // namespace millrace::bus

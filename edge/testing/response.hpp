// What an operator answered to one item.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/base/result.hpp"

namespace millrace::edge {

struct Choice {
  std::string option;
  bool operator==(const Choice&) const = default;
};
struct Choices {
  std::vector<std::string> options;  ///< ascending, each once, at least one
  bool operator==(const Choices&) const = default;
};
struct Truth {
  bool value = false;
  bool operator==(const Truth&) const = default;
};
struct Number {
  std::string text;  ///< a decimal that Decimal::parse reads, as it was written
  bool operator==(const Number&) const = default;
};

/// monostate: not answered, or taken back.
using Response = std::variant<std::monostate, Choice, Choices, Truth, Number>;

inline bool is_answered(const Response& response) {
  return !std::holds_alternative<std::monostate>(response);
}

/// The response in the API's own form, without blanks: {"choice":"a"}, {"choices":["a","c"]}, {"value":true},
/// {"number":"12.5"} or null. Equal responses give equal texts; this is what is stored and hashed.
std::string to_json(const Response& response);
/// The inverse, for what is stored. Errors: corrupt.
Result<Response> response_from_json(const std::string& text);

}  // namespace millrace::edge

// What an operator answered to one item.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.hpp"

namespace millrace::packages {

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
struct Order {
  std::vector<std::string> options;  ///< from first to last, each once
  bool operator==(const Order&) const = default;
};
struct Pairs {
  std::map<std::string, std::string> right_of;  ///< by left id; at least one, each right at most once
  bool operator==(const Pairs&) const = default;
};
struct Spot {
  std::string region;
  bool operator==(const Spot&) const = default;
};

/// monostate: not answered, or taken back.
using Response = std::variant<std::monostate, Choice, Choices, Truth, Number, Order, Pairs, Spot>;

inline bool is_answered(const Response& response) {
  return !std::holds_alternative<std::monostate>(response);
}

/// The response in the API's own form, without blanks: {"choice":"a"}, {"choices":["a","c"]}, {"value":true},
/// {"number":"12.5"}, {"order":["b","a"]}, {"pairs":{"l1":"r2"}}, {"region":"a"} or null. Equal responses
/// give equal texts; this is what is stored and hashed.
std::string to_json(const Response& response);
/// The inverse, for what is stored. Errors: corrupt.
Result<Response> response_from_json(const std::string& text);

}  // namespace millrace::packages

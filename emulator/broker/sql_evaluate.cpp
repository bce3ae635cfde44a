#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/sql_convert.hpp"
#include "emulator/broker/sql_node.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

const Value kUnknown{};

bool is_unknown(const Value& value) {
  return std::holds_alternative<std::monostate>(value);
}
bool is_true(const Value& value) {
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && *flag;
}
bool is_false(const Value& value) {
  const auto* flag = std::get_if<bool>(&value);
  return flag != nullptr && !*flag;
}

std::optional<double> number(const Value& value) {
  if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return {};
}

/// Property names are case-insensitive; an exact spelling wins.
const Value* find_user_property(const Properties& properties, std::string_view name) {
  if (const auto found = properties.find(name); found != properties.end()) return &found->second;
  if (!keeps(Behaviour::sql_names_without_case)) return nullptr;
  const auto found = std::ranges::find_if(
      properties, [&](const auto& entry) { return same_ignoring_case(entry.first, name); });
  return found == properties.end() ? nullptr : &found->second;
}

const std::optional<std::string>& system_property(const SqlNode& node, const Incoming& message) {
  assert(node.field != nullptr);  // the parser refuses names without a field
  return message.*node.field;
}

Value property(const SqlNode& node, const Incoming& message) {
  if (node.kind == SqlNode::Kind::system_property) {
    const auto& field = system_property(node, message);
    return field && keeps(Behaviour::sql_system) ? Value{*field} : kUnknown;
  }
  const auto* found = find_user_property(message.properties, node.name);
  return found != nullptr ? *found : kUnknown;
}

bool exists(const SqlNode& node, const Incoming& message) {
  if (node.kind == SqlNode::Kind::system_property) {
    return system_property(node, message).has_value();
  }
  return find_user_property(message.properties, node.name) != nullptr;
}

template <class T>
bool holds(char op, const T& a, const T& b) {
  switch (op) {
    case '=':
      return a == b;
    case '!':
      return a != b;
    case '<':
      return a < b;
    case '>':
      return a > b;
    case 'l':
      return a <= b;
    default:
      return a >= b;
  }
}

Value compare(char op, const Value& a, const Value& b) {
  const auto* whole_a = std::get_if<int64_t>(&a);
  const auto* whole_b = std::get_if<int64_t>(&b);
  if (whole_a != nullptr && whole_b != nullptr) return holds(op, *whole_a, *whole_b);
  const auto number_a = number(a);
  const auto number_b = number(b);
  if (number_a && number_b) return holds(op, *number_a, *number_b);
  if (a.index() != b.index()) return kUnknown;
  if (const auto* text = std::get_if<std::string>(&a)) return holds(op, *text, std::get<std::string>(b));
  if (const auto* flag = std::get_if<bool>(&a)) return holds(op, *flag, std::get<bool>(b));
  if (const auto* time = std::get_if<WallTime>(&a)) return holds(op, *time, std::get<WallTime>(b));
  return kUnknown;
}

Value calculate_whole(char op, int64_t a, int64_t b) {
  int64_t result = 0;
  switch (op) {
    case '+':
      return __builtin_add_overflow(a, b, &result) ? kUnknown : Value{result};
    case '-':
      return __builtin_sub_overflow(a, b, &result) ? kUnknown : Value{result};
    case '*':
      return __builtin_mul_overflow(a, b, &result) ? kUnknown : Value{result};
    default:
      // The two divisions that have no answer in 64 bits.
      if (b == 0 || (a == std::numeric_limits<int64_t>::min() && b == -1)) return kUnknown;
      return op == '/' ? a / b : a % b;
  }
}

/// Text and whatever is known, as C# joins them.
Value join(const Value& a, const Value& b) {
  auto text = text_of(a);
  const auto more = text_of(b);
  if (!text || !more || text->size() + more->size() > kJoinedBytesMost) return kUnknown;
  return *text += *more;
}

Value calculate(char op, const Value& a, const Value& b) {
  if (std::holds_alternative<int64_t>(a) && std::holds_alternative<int64_t>(b)) {
    return calculate_whole(op, std::get<int64_t>(a), std::get<int64_t>(b));
  }
  if (op == '+' && (std::holds_alternative<std::string>(a) || std::holds_alternative<std::string>(b)))
    return join(a, b);
  const auto left = number(a);
  const auto right = number(b);
  if (!left || !right) return kUnknown;
  switch (op) {
    case '+':
      return *left + *right;
    case '-':
      return *left - *right;
    case '*':
      return *left * *right;
    case '/':
      return *right == 0 ? kUnknown : Value{*left / *right};
    default:
      return *right == 0 ? kUnknown : Value{std::fmod(*left, *right)};
  }
}

Value invert(const Value& value, bool inverted) {
  if (!inverted || (is_unknown(value) && keeps(Behaviour::sql_unknown))) return value;
  return !is_true(value);
}

Value evaluate_like(const SqlNode& node, const Incoming& message) {
  if (!keeps(Behaviour::sql_like)) return false;
  const auto text = evaluate(*node.children[0], message);
  const auto pattern = evaluate(*node.children[1], message);
  if (!std::holds_alternative<std::string>(text) || !std::holds_alternative<std::string>(pattern)) {
    return kUnknown;
  }
  return like(std::get<std::string>(text), std::get<std::string>(pattern), node.escape) !=
         (node.inverted && keeps(Behaviour::sql_not_like));
}

Value evaluate_in(const SqlNode& node, const Incoming& message) {
  const auto wanted = evaluate(*node.children[0], message);
  Value result = false;
  for (size_t i = 1; i < node.children.size() && keeps(Behaviour::sql_in); ++i) {
    const auto equal = compare('=', wanted, evaluate(*node.children[i], message));
    if (is_true(equal)) return invert(equal, node.inverted);
    if (is_unknown(equal)) result = kUnknown;
  }
  return invert(result, node.inverted);
}

Value evaluate_logical(const SqlNode& node, const Incoming& message) {
  const bool is_and = node.kind == SqlNode::Kind::logical_and;
  const auto decides = [is_and](const Value& value) { return is_and ? is_false(value) : is_true(value); };
  const auto left = evaluate(*node.children[0], message);
  if (decides(left)) return !is_and;
  const auto right = evaluate(*node.children[1], message);
  if (decides(right)) return !is_and;
  const bool both_known = std::holds_alternative<bool>(left) && std::holds_alternative<bool>(right);
  return both_known ? Value{is_and} : kUnknown;
}

}  // namespace

bool SqlNode::is_predicate() const {
  switch (kind) {
    case Kind::exists:
    case Kind::is_null:
    case Kind::comparison:
    case Kind::like:
    case Kind::in:
    case Kind::logical_not:
    case Kind::logical_and:
    case Kind::logical_or:
      return true;
    default:
      return false;
  }
}

std::optional<std::string> Incoming::* find_system_property(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::optional<std::string> Incoming::*>, 10>
      kFields{{
          {"MessageId", &Incoming::message_id},
          {"CorrelationId", &Incoming::correlation_id},
          {"SessionId", &Incoming::session_id},
          {"Label", &Incoming::subject},
          {"Subject", &Incoming::subject},
          {"ContentType", &Incoming::content_type},
          {"To", &Incoming::to},
          {"ReplyTo", &Incoming::reply_to},
          {"ReplyToSessionId", &Incoming::reply_to_session_id},
          {"PartitionKey", &Incoming::partition_key},
      }};
  const auto found =
      std::ranges::find_if(kFields, [&](const auto& f) { return same_ignoring_case(f.first, name); });
  return found == kFields.end() ? nullptr : found->second;
}

bool like(std::string_view text, std::string_view pattern, std::string_view escape) {
  // Greedy with one point to come back to, so time is bounded by |text| * |pattern|.
  size_t t = 0;
  size_t p = 0;
  size_t retry_text = 0;
  size_t retry_pattern = std::string_view::npos;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%' && escape != "%") {
      retry_pattern = ++p;
      retry_text = t;
      continue;
    }
    const auto rest = pattern.substr(p);
    const bool escaped = !escape.empty() && rest.size() > escape.size() && rest.starts_with(escape);
    const size_t at = escaped ? p + escape.size() : p;
    if (at < pattern.size() && !escaped && pattern[at] == '_') {
      p = at + 1;
      t = keeps(Behaviour::sql_like_characters) ? next_character(text, t) : t + 1;
      continue;
    }
    // Byte by byte: in UTF-8 no character is part of another.
    if (at < pattern.size() && pattern[at] == text[t]) {
      p = at + 1;
      ++t;
      continue;
    }
    if (retry_pattern == std::string_view::npos) return false;
    p = retry_pattern;
    t = retry_text = next_character(text, retry_text);
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

Value evaluate(const SqlNode& node, const Incoming& message) {
  switch (node.kind) {
    case SqlNode::Kind::literal:
      return node.value;
    case SqlNode::Kind::system_property:
    case SqlNode::Kind::user_property:
      return property(node, message);
    case SqlNode::Kind::exists:
      return keeps(Behaviour::sql_exists) && exists(*node.children[0], message);
    case SqlNode::Kind::is_null:
      return keeps(Behaviour::sql_is_null) &&
             is_unknown(evaluate(*node.children[0], message)) != node.inverted;
    case SqlNode::Kind::negation:
      return calculate('-', Value{int64_t{0}}, evaluate(*node.children[0], message));
    case SqlNode::Kind::arithmetic:
      if (!keeps(Behaviour::sql_arithmetic)) return kUnknown;
      return calculate(node.op, evaluate(*node.children[0], message), evaluate(*node.children[1], message));
    case SqlNode::Kind::comparison:
      return compare(keeps(Behaviour::sql_comparison) ? node.op : '=', evaluate(*node.children[0], message),
                     evaluate(*node.children[1], message));
    case SqlNode::Kind::like:
      return evaluate_like(node, message);
    case SqlNode::Kind::in:
      return evaluate_in(node, message);
    case SqlNode::Kind::logical_not:
      return invert(evaluate(*node.children[0], message), true);
    case SqlNode::Kind::logical_and:
    case SqlNode::Kind::logical_or:
      return evaluate_logical(node, message);
  }
  return kUnknown;
}

}  // namespace millrace::bus

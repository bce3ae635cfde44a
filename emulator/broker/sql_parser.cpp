#include "emulator/broker/sql_parser.hpp"

#include <algorithm>
#include <array>

#include "emulator/broker/behaviour.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

using Node = SqlParser::Node;
using Kind = SqlNode::Kind;

// Far above any filter of 1024 characters that a person writes; bounds the parser's and the evaluator's
// stack.
constexpr int kNestingMost = 64;

Node make(Kind kind) {
  auto node = std::make_unique<SqlNode>();
  node->kind = kind;
  return node;
}
template <class... Children>
Node make(Kind kind, Children... children) {
  auto node = make(kind);
  (node->children.push_back(std::move(children)), ...);
  return node;
}

Node literal(Value value) {
  auto node = make(Kind::literal);
  node->value = std::move(value);
  return node;
}

}  // namespace

/// Counts how deep the parser is.
class SqlParser::Deeper {
 public:
  explicit Deeper(SqlParser& parser) : parser_(parser) {
    if (++parser_.depth_ > kNestingMost) {
      throw SqlWrong{parser_.peek().column, fmt::format("nested deeper than {} levels", kNestingMost)};
    }
  }
  ~Deeper() { --parser_.depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  SqlParser& parser_;
};

const SqlToken& SqlParser::peek(size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}
bool SqlParser::is_word(std::string_view word, size_t ahead) const {
  return peek(ahead).kind == SqlToken::Kind::word && same_ignoring_case(peek(ahead).text, word);
}
bool SqlParser::is_symbol(std::string_view symbol, size_t ahead) const {
  return peek(ahead).kind == SqlToken::Kind::symbol && peek(ahead).text == symbol;
}
bool SqlParser::take_word(std::string_view word) {
  if (!is_word(word)) return false;
  ++at_;
  return true;
}
bool SqlParser::take_symbol(std::string_view symbol) {
  if (!is_symbol(symbol)) return false;
  ++at_;
  return true;
}
void SqlParser::expected(std::string_view what) const {
  throw SqlWrong{peek().column, fmt::format("expected {}", what)};
}
void SqlParser::need_symbol(std::string_view symbol) {
  if (!take_symbol(symbol)) expected(fmt::format("'{}'", symbol));
}

Node SqlParser::condition(Node node, size_t column) {
  const bool may_be_true = node->is_predicate() || node->kind == Kind::user_property ||
                           (node->kind == Kind::literal && std::holds_alternative<bool>(node->value));
  if (!may_be_true) throw SqlWrong{column, "expected a condition, such as a comparison, not a bare value"};
  return node;
}

Node SqlParser::operand(Node node) const {
  if (node->is_predicate()) throw SqlWrong{peek().column, "a condition cannot be used as a value"};
  return node;
}

Node SqlParser::expression() {
  return operand(sum());
}

Node SqlParser::predicate() {
  const Deeper deeper(*this);
  const auto column = peek().column;
  auto left = conjunction();
  // Without its rule of precedence the two have changed places.
  while (is_word(keeps(Behaviour::sql_precedence) ? "OR" : "AND")) {
    left = condition(std::move(left), column);
    ++at_;
    const auto right_column = peek().column;
    left = make(keeps(Behaviour::sql_precedence) ? Kind::logical_or : Kind::logical_and, std::move(left),
                condition(conjunction(), right_column));
  }
  return left;
}

Node SqlParser::conjunction() {
  const auto column = peek().column;
  auto left = inversion();
  while (is_word(keeps(Behaviour::sql_precedence) ? "AND" : "OR")) {
    left = condition(std::move(left), column);
    ++at_;
    const auto right_column = peek().column;
    left = make(keeps(Behaviour::sql_precedence) ? Kind::logical_and : Kind::logical_or, std::move(left),
                condition(inversion(), right_column));
  }
  return left;
}

Node SqlParser::inversion() {
  if (!take_word("NOT")) return comparison();
  const Deeper deeper(*this);
  const auto column = peek().column;
  return make(Kind::logical_not, condition(inversion(), column));
}

Node SqlParser::comparison() {
  auto left = sum();
  static constexpr std::array<std::pair<std::string_view, char>, 6> kOperators{
      {{"=", '='}, {"<>", '!'}, {"<", '<'}, {">", '>'}, {"<=", 'l'}, {">=", 'g'}}};
  for (const auto& [symbol, op] : kOperators) {
    if (!is_symbol(symbol)) continue;
    left = operand(std::move(left));
    ++at_;
    auto node = make(Kind::comparison, std::move(left), operand(sum()));
    node->op = op;
    return node;
  }
  if (take_word("IS")) {
    const bool inverted = take_word("NOT");
    if (!take_word("NULL")) expected("NULL");
    auto node = make(Kind::is_null, operand(std::move(left)));
    node->inverted = inverted;
    return node;
  }
  const bool inverted = is_word("NOT") && (is_word("LIKE", 1) || is_word("IN", 1));
  if (inverted) ++at_;
  if (take_word("LIKE")) return like_pattern(operand(std::move(left)), inverted);
  if (take_word("IN")) return in_list(operand(std::move(left)), inverted);
  return left;
}

Node SqlParser::like_pattern(Node text, bool inverted) {
  auto node = make(Kind::like, std::move(text), operand(sum()));
  node->inverted = inverted;
  if (take_word("ESCAPE")) {
    const auto* escape = std::get_if<std::string>(&peek().value);
    if (escape == nullptr || escape->empty() || next_character(*escape, 0) != escape->size())
      expected("one character in quotes after ESCAPE");
    if (keeps(Behaviour::sql_escape)) node->escape = *escape;
    ++at_;
  }
  return node;
}

Node SqlParser::in_list(Node wanted, bool inverted) {
  auto node = make(Kind::in, std::move(wanted));
  node->inverted = inverted;
  need_symbol("(");
  do {
    node->children.push_back(operand(sum()));
  } while (take_symbol(","));
  need_symbol(")");
  return node;
}

Node SqlParser::arithmetic(char op, Node left, Node right) const {
  auto node = make(Kind::arithmetic, operand(std::move(left)), operand(std::move(right)));
  node->op = op;
  return node;
}

Node SqlParser::sum() {
  auto left = product();
  while (is_symbol("+") || is_symbol("-")) {
    const char op = peek().text.front();
    ++at_;
    left = arithmetic(op, std::move(left), product());
  }
  return left;
}

Node SqlParser::product() {
  auto left = unary();
  while (is_symbol("*") || is_symbol("/") || is_symbol("%")) {
    const char op = peek().text.front();
    ++at_;
    left = arithmetic(op, std::move(left), unary());
  }
  return left;
}

Node SqlParser::unary() {
  if (!is_symbol("-") && !is_symbol("+")) return primary();
  const Deeper deeper(*this);
  const bool minus = take_symbol("-");
  if (!minus) need_symbol("+");
  auto child = operand(unary());
  return minus ? make(Kind::negation, std::move(child)) : std::move(child);
}

Node SqlParser::primary() {
  if (take_symbol("(")) {
    auto inner = predicate();
    need_symbol(")");
    return inner;
  }
  if (peek().kind == SqlToken::Kind::literal) return literal(tokens_[at_++].value);
  if (take_word("TRUE")) return literal(keeps(Behaviour::sql_booleans) ? Value{true} : Value{});
  if (take_word("FALSE")) return literal(keeps(Behaviour::sql_booleans) ? Value{false} : Value{});
  if (take_word("NULL")) return literal({});
  if (is_word("EXISTS") && is_symbol("(", 1)) {
    at_ += 2;
    auto node = make(Kind::exists, property());
    need_symbol(")");
    return node;
  }
  return property();
}

SqlParser::Name SqlParser::name() {
  static constexpr std::array<std::string_view, 9> kReserved{"AND", "OR",   "NOT",    "LIKE",  "IN",
                                                             "IS",  "NULL", "EXISTS", "ESCAPE"};
  const auto first = peek();
  const bool is_word = first.kind == SqlToken::Kind::word;
  if (!is_word && first.kind != SqlToken::Kind::quoted) expected("a property, a literal or '('");
  if (is_word) {
    for (const auto word : kReserved) {
      if (same_ignoring_case(first.text, word))
        expected(fmt::format("a property, but {} is a keyword", word));
    }
    if (is_symbol("(", 1)) throw SqlWrong{first.column, fmt::format("{}() is not supported", first.text)};
  }
  ++at_;
  if (!is_word || !take_symbol(".")) return {false, first.text, first.column};
  const auto& second = peek();
  if (second.kind != SqlToken::Kind::word && second.kind != SqlToken::Kind::quoted)
    expected("a property name");
  const bool is_system = same_ignoring_case(first.text, "sys");
  if (!is_system && !same_ignoring_case(first.text, "user")) {
    throw SqlWrong{first.column, fmt::format("unknown scope '{}': use sys. or user.", first.text)};
  }
  ++at_;
  return {is_system, second.text, second.column};
}

Node SqlParser::property() {
  const auto named = name();
  if (!named.is_system) {
    auto node = make(Kind::user_property);
    node->name = named.text;
    return node;
  }
  auto node = make(Kind::system_property);
  node->field = find_system_property(named.text);
  if (node->field == nullptr) {
    throw SqlWrong{named.column, fmt::format("there is no system property sys.{}", named.text)};
  }
  return node;
}

}  // namespace millrace::bus

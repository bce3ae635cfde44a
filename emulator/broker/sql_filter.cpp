#include "emulator/broker/sql_filter.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "emulator/broker/sql_lexer.hpp"
#include "emulator/broker/sql_node.hpp"
#include "emulator/broker/text.hpp"

namespace millrace::bus {
namespace {

using Node = std::unique_ptr<SqlNode>;
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

/// Ends the parse from any depth; never leaves this file.
struct Wrong {
  size_t column;
  std::string what;
};

/// Recursive descent, one function per level of precedence.
class Parser {
 public:
  explicit Parser(std::vector<SqlToken> tokens) : tokens_(std::move(tokens)) {}

  Node run() {
    auto node = predicate();
    if (peek().kind != SqlToken::Kind::end) expected("AND, OR or the end");
    return condition(std::move(node), 1);
  }

 private:
  /// Counts how deep the parser is.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kNestingMost) {
        throw Wrong{parser_.peek().column, fmt::format("nested deeper than {} levels", kNestingMost)};
      }
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  const SqlToken& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  bool is_word(std::string_view word, size_t ahead = 0) const {
    return peek(ahead).kind == SqlToken::Kind::word && same_ignoring_case(peek(ahead).text, word);
  }
  bool is_symbol(std::string_view symbol, size_t ahead = 0) const {
    return peek(ahead).kind == SqlToken::Kind::symbol && peek(ahead).text == symbol;
  }
  bool take_word(std::string_view word) {
    if (!is_word(word)) return false;
    ++at_;
    return true;
  }
  bool take_symbol(std::string_view symbol) {
    if (!is_symbol(symbol)) return false;
    ++at_;
    return true;
  }
  [[noreturn]] void expected(std::string_view what) const {
    throw Wrong{peek().column, fmt::format("expected {}", what)};
  }
  void need_symbol(std::string_view symbol) {
    if (!take_symbol(symbol)) expected(fmt::format("'{}'", symbol));
  }

  /// A property or TRUE can stand for a condition; a number or a text cannot.
  Node condition(Node node, size_t column) const {
    const bool may_be_true = node->is_predicate() || node->kind == Kind::user_property ||
                             (node->kind == Kind::literal && std::holds_alternative<bool>(node->value));
    if (!may_be_true) throw Wrong{column, "expected a condition, such as a comparison, not a bare value"};
    return node;
  }

  Node predicate() {
    const Deeper deeper(*this);
    const auto column = peek().column;
    auto left = conjunction();
    while (is_word("OR")) {
      left = condition(std::move(left), column);
      ++at_;
      const auto right_column = peek().column;
      left = make(Kind::logical_or, std::move(left), condition(conjunction(), right_column));
    }
    return left;
  }

  Node conjunction() {
    const auto column = peek().column;
    auto left = inversion();
    while (is_word("AND")) {
      left = condition(std::move(left), column);
      ++at_;
      const auto right_column = peek().column;
      left = make(Kind::logical_and, std::move(left), condition(inversion(), right_column));
    }
    return left;
  }

  Node inversion() {
    if (!take_word("NOT")) return comparison();
    const Deeper deeper(*this);
    const auto column = peek().column;
    return make(Kind::logical_not, condition(inversion(), column));
  }

  Node comparison() {
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

  Node operand(Node node) const {
    if (node->is_predicate()) throw Wrong{peek().column, "a condition cannot be compared with a value"};
    return node;
  }

  Node like_pattern(Node text, bool inverted) {
    auto node = make(Kind::like, std::move(text), operand(sum()));
    node->inverted = inverted;
    if (take_word("ESCAPE")) {
      const auto* escape = std::get_if<std::string>(&peek().value);
      if (escape == nullptr || escape->empty() || next_character(*escape, 0) != escape->size())
        expected("one character in quotes after ESCAPE");
      node->escape = *escape;
      ++at_;
    }
    return node;
  }

  Node in_list(Node wanted, bool inverted) {
    auto node = make(Kind::in, std::move(wanted));
    node->inverted = inverted;
    need_symbol("(");
    do {
      node->children.push_back(operand(sum()));
    } while (take_symbol(","));
    need_symbol(")");
    return node;
  }

  Node arithmetic(char op, Node left, Node right) const {
    auto node = make(Kind::arithmetic, operand(std::move(left)), operand(std::move(right)));
    node->op = op;
    return node;
  }

  Node sum() {
    auto left = product();
    while (is_symbol("+") || is_symbol("-")) {
      const char op = peek().text.front();
      ++at_;
      left = arithmetic(op, std::move(left), product());
    }
    return left;
  }

  Node product() {
    auto left = unary();
    while (is_symbol("*") || is_symbol("/") || is_symbol("%")) {
      const char op = peek().text.front();
      ++at_;
      left = arithmetic(op, std::move(left), unary());
    }
    return left;
  }

  Node unary() {
    if (!is_symbol("-") && !is_symbol("+")) return primary();
    const Deeper deeper(*this);
    const bool minus = take_symbol("-");
    if (!minus) need_symbol("+");
    auto child = operand(unary());
    return minus ? make(Kind::negation, std::move(child)) : std::move(child);
  }

  Node primary() {
    if (take_symbol("(")) {
      auto inner = predicate();
      need_symbol(")");
      return inner;
    }
    if (peek().kind == SqlToken::Kind::literal) return literal(tokens_[at_++].value);
    if (take_word("TRUE")) return literal(true);
    if (take_word("FALSE")) return literal(false);
    if (take_word("NULL")) return literal({});
    if (is_word("EXISTS") && is_symbol("(", 1)) {
      at_ += 2;
      auto node = make(Kind::exists, property());
      need_symbol(")");
      return node;
    }
    return property();
  }

  static Node literal(Value value) {
    auto node = make(Kind::literal);
    node->value = std::move(value);
    return node;
  }

  Node property() {
    static constexpr std::array<std::string_view, 9> kReserved{"AND", "OR",   "NOT",    "LIKE",  "IN",
                                                               "IS",  "NULL", "EXISTS", "ESCAPE"};
    const auto& token = peek();
    const bool named = token.kind == SqlToken::Kind::word || token.kind == SqlToken::Kind::quoted;
    if (!named) expected("a property, a literal or '('");
    if (token.kind == SqlToken::Kind::word) {
      for (const auto word : kReserved) {
        if (same_ignoring_case(token.text, word))
          expected(fmt::format("a property, but {} is a keyword", word));
      }
      if (is_symbol("(", 1)) throw Wrong{token.column, fmt::format("{}() is not supported", token.text)};
    }
    ++at_;
    if (token.kind == SqlToken::Kind::word && is_symbol(".")) return scoped(token);
    auto node = make(Kind::user_property);
    node->name = token.text;
    return node;
  }

  Node scoped(const SqlToken& scope) {
    need_symbol(".");
    const auto& name = peek();
    if (name.kind != SqlToken::Kind::word && name.kind != SqlToken::Kind::quoted) expected("a property name");
    ++at_;
    if (same_ignoring_case(scope.text, "user")) {
      auto node = make(Kind::user_property);
      node->name = name.text;
      return node;
    }
    if (!same_ignoring_case(scope.text, "sys")) {
      throw Wrong{scope.column, fmt::format("unknown scope '{}': use sys. or user.", scope.text)};
    }
    const auto field = find_system_property(name.text);
    if (field == nullptr) {
      throw Wrong{name.column, fmt::format("there is no system property sys.{}", name.text)};
    }
    auto node = make(Kind::system_property);
    node->field = field;
    return node;
  }

  std::vector<SqlToken> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<SqlFilter> SqlFilter::parse(std::string_view text) {
  if (const auto length = utf16_units(text); length > kFilterCharactersMost) {
    return fail(ErrorKind::invalid_input, fmt::format("the filter is {} characters long; {} are allowed",
                                                      length, kFilterCharactersMost));
  }
  auto tokens = tokenize_sql(text);
  if (!tokens) return std::unexpected(tokens.error());
  try {
    SqlFilter filter;
    filter.text_ = text;
    filter.root_ = Parser(std::move(*tokens)).run();
    return filter;
  } catch (const Wrong& wrong) {
    return fail(ErrorKind::invalid_input, fmt::format("column {}: {}", wrong.column, wrong.what));
  }
}

bool SqlFilter::matches(const Incoming& message) const {
  const auto result = evaluate(*root_, message);
  const auto* flag = std::get_if<bool>(&result);
  return flag != nullptr && *flag;
}

}  // namespace millrace::bus

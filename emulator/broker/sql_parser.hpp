// Reads the expressions that SQL filters and SQL actions share. Private to this module.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/result.hpp"
#include "emulator/broker/sql_lexer.hpp"
#include "emulator/broker/sql_node.hpp"

namespace millrace::bus {

/// Ends the parse from any depth; `parse_sql` makes an error of it.
struct SqlWrong {
  size_t column;
  std::string what;
};

/// Recursive descent, one function per level of precedence. What cannot be read is thrown as SqlWrong.
class SqlParser {
 public:
  using Node = std::unique_ptr<SqlNode>;
  /// A property as it is named: `[sys.|user.]name`.
  struct Name {
    bool is_system = false;
    std::string text;
    size_t column = 0;
  };

  explicit SqlParser(std::vector<SqlToken> tokens) : tokens_(std::move(tokens)) {}

  /// Conditions joined by AND, OR and NOT, or a bare value.
  Node predicate();
  /// A value: literals, properties and arithmetic.
  Node expression();
  Name name();
  /// Throws unless the node can stand for a condition: a property or TRUE can; a number or a text cannot.
  static Node condition(Node node, size_t column);

  const SqlToken& peek(size_t ahead = 0) const;
  bool at_end() const { return peek().kind == SqlToken::Kind::end; }
  bool take_word(std::string_view word);
  bool take_symbol(std::string_view symbol);
  void need_symbol(std::string_view symbol);
  [[noreturn]] void expected(std::string_view what) const;

 private:
  class Deeper;

  bool is_word(std::string_view word, size_t ahead = 0) const;
  bool is_symbol(std::string_view symbol, size_t ahead = 0) const;
  Node operand(Node node) const;
  Node conjunction();
  Node inversion();
  Node comparison();
  Node like_pattern(Node text, bool inverted);
  Node in_list(Node wanted, bool inverted);
  Node arithmetic(char op, Node left, Node right) const;
  Node sum();
  Node product();
  Node unary();
  Node primary();
  Node property();

  std::vector<SqlToken> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
};

/// What `parse(parser)` returns for this text. Errors: invalid_input, with the column.
template <class Parse>
auto parse_sql(std::string_view text, Parse parse) -> Result<std::invoke_result_t<Parse, SqlParser&>> {
  auto tokens = tokenize_sql(text);
  if (!tokens) return std::unexpected(tokens.error());
  try {
    SqlParser parser(std::move(*tokens));
    return parse(parser);
  } catch (const SqlWrong& wrong) {
    return fail(ErrorKind::invalid_input, fmt::format("column {}: {}", wrong.column, wrong.what));
  }
}

}  // namespace millrace::bus

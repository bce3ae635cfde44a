#include "emulator/broker/sql_lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "emulator/broker/behaviour.hpp"

namespace millrace::bus {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/// Reads one token after the other; a reader of one text.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<SqlToken>> run() {
    std::vector<SqlToken> tokens;
    for (;;) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      auto token = next();
      if (!token) return std::unexpected(token.error());
      tokens.push_back(std::move(*token));
      if (tokens.back().kind == SqlToken::Kind::end) return tokens;
    }
  }

 private:
  Result<SqlToken> next() {
    const size_t column = at_ + 1;
    if (at_ == text_.size()) return SqlToken{SqlToken::Kind::end, "", {}, column};
    const char c = text_[at_];
    if (c == '\'') return delimited('\'', SqlToken::Kind::literal);
    if (c == '"') return delimited('"', SqlToken::Kind::quoted);
    if (c == '[')
      return delimited(']',
                       keeps(Behaviour::sql_brackets) ? SqlToken::Kind::quoted : SqlToken::Kind::literal);
    if (is_digit(c) || (c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (starts_word(c)) {
      const size_t start = at_;
      while (at_ < text_.size() && (starts_word(text_[at_]) || is_digit(text_[at_]))) ++at_;
      return SqlToken{SqlToken::Kind::word, std::string(text_.substr(start, at_ - start)), {}, column};
    }
    return symbol();
  }

  /// Text up to `close`, which is doubled where it belongs to the text.
  Result<SqlToken> delimited(char close, SqlToken::Kind kind) {
    SqlToken token{kind, "", {}, at_ + 1};
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != close) {
        token.text += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == close && keeps(Behaviour::sql_quote)) {
        token.text += close;
        ++at_;
      } else {
        ++at_;
        if (kind == SqlToken::Kind::literal) token.value = std::move(token.text);
        return token;
      }
    }
    return fail(ErrorKind::invalid_input,
                fmt::format("column {}: no closing {} up to the end", token.column, close));
  }

  Result<SqlToken> number() {
    const size_t start = at_;
    bool whole = true;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool exponent_sign = (c == '+' || c == '-') && (text_[at_ - 1] == 'e' || text_[at_ - 1] == 'E');
      if (!is_digit(c) && c != '.' && c != 'e' && c != 'E' && (at_ == start || !exponent_sign)) break;
      whole = whole && is_digit(c);
      ++at_;
    }
    const auto digits = text_.substr(start, at_ - start);
    SqlToken token{SqlToken::Kind::literal, "", {}, start + 1};
    if (whole) {
      int64_t value = 0;
      const auto read = std::from_chars(digits.begin(), digits.end(), value);
      if (read.ec == std::errc{} && read.ptr == digits.end()) token.value = value;
    } else {
      double value = 0;
      const auto read = std::from_chars(digits.begin(), digits.end(), value);
      if (read.ec == std::errc{} && read.ptr == digits.end()) token.value = value;
    }
    if (std::holds_alternative<std::monostate>(token.value)) {
      return fail(ErrorKind::invalid_input,
                  fmt::format("column {}: '{}' is not a number", token.column, digits));
    }
    return token;
  }

  Result<SqlToken> symbol() {
    static constexpr std::array<std::string_view, 4> kPairs{"<>", "!=", "<=", ">="};
    const size_t column = at_ + 1;
    const auto pair = text_.substr(at_, 2);
    if (std::ranges::find(kPairs, pair) != kPairs.end()) {
      at_ += 2;
      return SqlToken{SqlToken::Kind::symbol, pair == "!=" ? "<>" : std::string(pair), {}, column};
    }
    const char c = text_[at_];
    if (c == '\0' || std::strchr("(),.=<>+-*/%;", c) == nullptr) {
      return fail(ErrorKind::invalid_input, fmt::format("column {}: unexpected '{}'", column, c));
    }
    ++at_;
    return SqlToken{SqlToken::Kind::symbol, std::string(1, c), {}, column};
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<std::vector<SqlToken>> tokenize_sql(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace millrace::bus

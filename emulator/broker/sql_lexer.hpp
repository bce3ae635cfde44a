// Splits the text of a SQL filter or action into tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "emulator/broker/value.hpp"

namespace millrace::bus {

struct SqlToken {
  enum class Kind : uint8_t {
    end,
    word,     ///< a keyword, a function or a plain property name; `text` as written
    quoted,   ///< a property name in quotes or brackets; `text` without them
    literal,  ///< `value`
    symbol,   ///< `text`: ( ) , . = <> < <= > >= + - * / % ; != is given as <>
  };
  Kind kind = Kind::end;
  std::string text;
  Value value;
  size_t column = 0;  ///< from 1
};

/// The tokens with an `end` behind them. Errors: invalid_input, with the column.
Result<std::vector<SqlToken>> tokenize_sql(std::string_view text);

}  // namespace millrace::bus

// Results of operations: a value, or an error with a category and a sentence that says what to do.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

/// What an error means to the caller; decides the HTTP status, the retry and the log level.
enum class ErrorKind {
  invalid_input,  ///< the caller's data is wrong; the message names the place
  unauthorised,   ///< who asks is unknown, or may not
  not_found,
  conflict,     ///< the same key with other content, or a lost race
  unavailable,  ///< a part that should answer does not; try again later
  timeout,
  no_space,  ///< disk or quota is full; nothing was stored
  io,        ///< a device failed; the outcome is unknown
  corrupt,   ///< stored data contradict themselves
  internal,  ///< a bug
};

/// The stable lower-case name of a kind, for logs and problem documents.
std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// `return fail(ErrorKind::not_found, "…")` from any function that returns a Result.
inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}

}  // namespace millrace

// Structured log lines: a level, a stable event name, and fields.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace millrace::log {

struct Field {
  template <class T>
  Field(std::string_view name, const T& value) : key(name), text(fmt::format("{}", value)) {}
  std::string key;
  std::string text;
};
using Fields = std::initializer_list<Field>;

enum class Level { debug, info, warn, error };

/// One line on standard error in logfmt, which journald stores as it is:
///   `2026-01-05T06:00:00.000Z info edge.started version=0.1.0 listen=127.0.0.1:8080`
/// Values that hold spaces, quotes, '=' or control characters are quoted and escaped, so no input can forge a
/// line. Names are stable (docs/operations.md lists them); never pass a secret. Thread-safe.
void write(Level level, std::string_view event, Fields fields = {});

inline void debug(std::string_view event, Fields fields = {}) {
  write(Level::debug, event, fields);
}
inline void info(std::string_view event, Fields fields = {}) {
  write(Level::info, event, fields);
}
inline void warn(std::string_view event, Fields fields = {}) {
  write(Level::warn, event, fields);
}
inline void error(std::string_view event, Fields fields = {}) {
  write(Level::error, event, fields);
}

/// Lines below this level are not written. The default is info.
void set_level(Level least);
/// Reads debug, info, warn or error; returns false for anything else.
bool set_level(std::string_view name);

}  // namespace millrace::log

// Reads a daemon's TOML file and reports every problem at once, each with its file and line.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace millrace {

/// A table of the file. Every key that is read is remembered; `problems` then also lists the keys that nobody
/// asked for. Names are dotted paths below this table ("http.port"). One thread.
class Config {
 public:
  /// Errors: not_found, io, invalid_input (a syntax error, with file, line and column).
  static Result<Config> load(const std::filesystem::path& file);
  static Result<Config> parse(std::string_view text, std::string_view file_name);

  /// A missing key without a default, a wrong type or a value out of bounds is a problem; the default (or an
  /// empty value) is returned so that reading goes on and all problems are found.
  std::string text(std::string_view name, const std::optional<std::string>& otherwise = {});
  int64_t integer(std::string_view name, std::optional<int64_t> otherwise, int64_t least, int64_t most);
  bool flag(std::string_view name, bool otherwise);
  std::vector<std::string> texts(std::string_view name);
  /// Relative paths are taken from the configuration file's folder. Empty when missing and not required. A
  /// credential of a unit that does not run is found in /etc/credstore, so that root can check a
  /// configuration before the first start.
  std::filesystem::path path(std::string_view name, bool required = true);
  /// The tables of an array of tables ([[name]]), in order.
  std::vector<Config> tables(std::string_view name);
  bool has(std::string_view name) const;

  /// Adds a problem found by the caller at the named key.
  void complain(std::string_view name, std::string_view what);
  /// All problems so far, with unknown keys, one "file:line: what" each; empty when the file is good. Call it
  /// on the root after everything was read.
  std::vector<std::string> problems() const;
  /// `problems` as one Error (invalid_input), or nothing.
  Result<> finish() const;

 private:
  struct File;
  Config() = default;
  std::shared_ptr<File> file_;
  std::string prefix_;
  const void* table_ = nullptr;  // toml::table inside file_
};

}  // namespace millrace

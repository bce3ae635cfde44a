// Reads JSON strictly and names every problem by its place.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"

namespace millrace::json {

/// One value of a document. Reading it in another form than it has is a problem of the document; an empty
/// value comes back, so that reading goes on and all problems are found. What is missing is reported once: an
/// absent value answers every further question in silence. Copies share their document, which keeps all
/// alive.
class Value {
 public:
  bool present() const { return value_ != nullptr; }
  bool is_null() const;

  /// A member that must be there.
  Value at(std::string_view name) const;
  /// A member that may be missing or null; both are absent.
  Value maybe(std::string_view name) const;
  /// A member that must be there and may be null; null is absent.
  Value nullable(std::string_view name) const;
  bool has(std::string_view name) const;

  /// UTF-8 without control characters but the line feed. Lengths in bytes.
  std::string text(size_t most_bytes, size_t least_bytes = 1) const;
  int64_t integer(int64_t least, int64_t most) const;
  bool flag() const;
  std::vector<Value> elements(size_t least, size_t most) const;
  /// The members of an object whose names are data; then no name is unknown.
  std::vector<std::pair<std::string, Value>> members(size_t most) const;

  /// Adds a problem at this place. Say what is wrong and what to do.
  void complain(std::string_view what) const;
  /// RFC 6901; empty for the whole document.
  const std::string& pointer() const { return pointer_; }

 private:
  friend class Document;
  struct Shared;
  Value(std::shared_ptr<Shared> shared, const void* value, std::string pointer)
      : shared_(std::move(shared)), value_(value), pointer_(std::move(pointer)) {}
  Value child(std::string_view name, const void* value) const;
  Value find(std::string_view name) const;

  std::shared_ptr<Shared> shared_;
  const void* value_ = nullptr;  // boost::json::value inside *shared_
  std::string pointer_;
};

/// A parsed document: its root, and the problems found by reading it. One thread.
class Document {
 public:
  /// `name` stands before every problem: a file's path, or nothing for a request. Errors: invalid_input (not
  /// JSON, with the place), also when a member occurs twice.
  static Result<Document> parse(std::string_view text, std::string name = {});

  const Value& root() const { return root_; }
  /// All problems so far, with the members that nobody asked for: "name: pointer: what" each.
  std::vector<std::string> problems() const;
  /// `problems`, one a line, as one Error (invalid_input), or nothing.
  Result<> finish() const;

 private:
  explicit Document(Value root) : root_(std::move(root)) {}
  Value root_;
};

}  // namespace millrace::json

// JSON as people read it in a diff: indented, keys in the order given.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::golden {

/// Writes one JSON document. The caller keeps the nesting right. One thread; owned by who writes.
class JsonText {
 public:
  JsonText& open(char bracket);  ///< '{' or '['
  JsonText& close();
  JsonText& key(std::string_view name);
  JsonText& text(std::string_view value);
  JsonText& number(uint64_t value);
  JsonText& boolean(bool value);
  /// key and text
  JsonText& pair(std::string_view name, std::string_view value) { return key(name).text(value); }

  /// The document, with a line feed at its end.
  std::string take() &&;

 private:
  void place();
  void new_line();
  void quote(std::string_view value);

  std::string out_;
  std::string closers_;  // of the brackets that are open
  bool first_ = true;    // nothing stands in the open bracket yet
  bool after_key_ = false;
};

}  // namespace millrace::golden

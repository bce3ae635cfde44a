#include "tests/contract/golden/json_text.hpp"

#include <fmt/format.h>

namespace millrace::golden {

JsonText& JsonText::open(char bracket) {
  place();
  out_ += bracket;
  closers_ += bracket == '{' ? '}' : ']';
  first_ = true;
  return *this;
}

JsonText& JsonText::close() {
  const char closer = closers_.back();
  closers_.pop_back();
  if (!first_) new_line();
  out_ += closer;
  first_ = false;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  place();
  quote(name);
  out_ += ": ";
  after_key_ = true;
  return *this;
}

JsonText& JsonText::text(std::string_view value) {
  place();
  quote(value);
  return *this;
}

JsonText& JsonText::number(uint64_t value) {
  place();
  out_ += fmt::format("{}", value);
  return *this;
}

JsonText& JsonText::boolean(bool value) {
  place();
  out_ += value ? "true" : "false";
  return *this;
}

std::string JsonText::take() && {
  out_ += '\n';
  return std::move(out_);
}

void JsonText::place() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (closers_.empty()) return;
  if (!first_) out_ += ',';
  first_ = false;
  new_line();
}

void JsonText::new_line() {
  out_ += '\n';
  out_.append(2 * closers_.size(), ' ');
}

void JsonText::quote(std::string_view value) {
  out_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out_ += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace millrace::golden

#include "core/json/strict_json.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/parser.hpp>
#include <boost/json/value.hpp>

#include "core/json/duplicate_names.hpp"

namespace millrace::json {
namespace {

const boost::json::value& as_value(const void* value) {
  return *static_cast<const boost::json::value*>(value);
}

/// RFC 6901: ~ and / stand for themselves no more.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view kind_of(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::object:
      return "an object";
    case boost::json::kind::array:
      return "a list";
    case boost::json::kind::string:
      return "a text";
    case boost::json::kind::bool_:
      return "true or false";
    case boost::json::kind::null:
      return "null";
    default:
      return "a number";
  }
}

}  // namespace

struct Value::Shared {
  std::string name;
  boost::json::value root;
  std::vector<std::string> problems;
  /// Objects that were read member by member: their place, and the members asked for.
  struct Read {
    std::string pointer;
    std::set<std::string, std::less<>> asked;
  };
  std::map<const boost::json::object*, Read> objects;

  std::string line(std::string_view pointer, std::string_view what) const {
    const std::string place = pointer.empty() ? "the document" : std::string(pointer);
    return name.empty() ? fmt::format("{}: {}", place, what) : fmt::format("{}: {}: {}", name, place, what);
  }
};

bool Value::is_null() const {
  return present() && as_value(value_).is_null();
}

void Value::complain(std::string_view what) const {
  auto line = shared_->line(pointer_, what);
  auto& said = shared_->problems;
  if (std::ranges::find(said, line) == said.end()) said.push_back(std::move(line));
}

Value Value::child(std::string_view name, const void* value) const {
  return {shared_, value, fmt::format("{}/{}", pointer_, escaped(name))};
}

Value Value::find(std::string_view name) const {
  if (!present()) return child(name, nullptr);
  const auto* object = as_value(value_).if_object();
  if (object == nullptr) return child(name, nullptr);
  auto& read = shared_->objects[object];
  read.pointer = pointer_;
  read.asked.emplace(name);
  return child(name, object->if_contains(name));
}

Value Value::at(std::string_view name) const {
  auto found = find(name);
  if (found.present() || !present()) return found;
  if (as_value(value_).is_object()) {
    found.complain("is missing");
  } else {
    complain(fmt::format("must be an object, not {}", kind_of(as_value(value_))));
  }
  return found;
}

Value Value::maybe(std::string_view name) const {
  auto found = find(name);
  if (found.is_null()) found.value_ = nullptr;
  return found;
}

Value Value::nullable(std::string_view name) const {
  auto found = at(name);
  if (found.is_null()) found.value_ = nullptr;
  return found;
}

bool Value::has(std::string_view name) const {
  if (!present()) return false;
  const auto* object = as_value(value_).if_object();
  return object != nullptr && object->contains(name);
}

std::string Value::text(size_t most_bytes, size_t least_bytes) const {
  if (!present()) return {};
  const auto* string = as_value(value_).if_string();
  if (string == nullptr) {
    complain(fmt::format("must be a text, not {}", kind_of(as_value(value_))));
    return {};
  }
  std::string text(string->data(), string->size());
  if (text.size() < least_bytes || text.size() > most_bytes) {
    complain(text.empty()
                 ? "must not be empty"
                 : fmt::format("must have {} to {} bytes; it has {}", least_bytes, most_bytes, text.size()));
    return {};
  }
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) {
      complain("holds a control character; remove it");
      return {};
    }
  }
  return text;
}

int64_t Value::integer(int64_t least, int64_t most) const {
  if (!present()) return least;
  const auto* number = as_value(value_).if_int64();
  if (number == nullptr || *number < least || *number > most) {
    complain(fmt::format("must be a whole number from {} to {}", least, most));
    return least;
  }
  return *number;
}

bool Value::flag() const {
  if (!present()) return false;
  const auto* flag = as_value(value_).if_bool();
  if (flag == nullptr) complain(fmt::format("must be true or false, not {}", kind_of(as_value(value_))));
  return flag != nullptr && *flag;
}

std::vector<Value> Value::elements(size_t least, size_t most) const {
  std::vector<Value> out;
  if (!present()) return out;
  const auto* array = as_value(value_).if_array();
  if (array == nullptr) {
    complain(fmt::format("must be a list, not {}", kind_of(as_value(value_))));
    return out;
  }
  if (array->size() < least || array->size() > most) {
    complain(fmt::format("must have {} to {} elements; it has {}", least, most, array->size()));
    if (array->size() > most) return out;
  }
  for (size_t i = 0; i < array->size(); ++i) out.push_back(child(std::to_string(i), &(*array)[i]));
  return out;
}

std::vector<std::pair<std::string, Value>> Value::members(size_t most) const {
  std::vector<std::pair<std::string, Value>> out;
  if (!present()) return out;
  const auto* object = as_value(value_).if_object();
  if (object == nullptr) {
    complain(fmt::format("must be an object, not {}", kind_of(as_value(value_))));
    return out;
  }
  if (object->size() > most) {
    complain(fmt::format("must have at most {} members; it has {}", most, object->size()));
    return out;
  }
  for (const auto& member : *object) {
    const std::string name(member.key().data(), member.key().size());
    out.emplace_back(name, find(name));
  }
  return out;
}

Result<Document> Document::parse(std::string_view text, std::string name) {
  auto shared = std::make_shared<Value::Shared>();
  shared->name = std::move(name);
  boost::json::error_code failed;
  boost::json::parser parser;
  const auto read = parser.write_some(text.data(), text.size(), failed);
  const auto rest = text.substr(read);
  if (failed || rest.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    const auto before = text.substr(0, read);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto reason = failed ? failed.message() : std::string("something follows the document");
    return fail(ErrorKind::invalid_input,
                shared->line(fmt::format("line {}", line), fmt::format("is not JSON: {}", reason)));
  }
  shared->root = parser.release();
  for (const auto& pointer : names_given_twice(text)) {
    shared->problems.push_back(shared->line(pointer, "is given twice; remove one"));
  }
  const void* root = &shared->root;
  return Document(Value(std::move(shared), root, {}));
}

std::vector<std::string> Document::problems() const {
  const auto& shared = *root_.shared_;
  auto out = shared.problems;
  for (const auto& [object, read] : shared.objects) {
    for (const auto& member : *object) {
      const std::string_view name(member.key().data(), member.key().size());
      if (!read.asked.contains(name)) {
        out.push_back(shared.line(fmt::format("{}/{}", read.pointer, escaped(name)),
                                  "is unknown here; remove it or correct its spelling"));
      }
    }
  }
  return out;
}

Result<> Document::finish() const {
  const auto all = problems();
  if (all.empty()) return {};
  return fail(ErrorKind::invalid_input, fmt::format("{}", fmt::join(all, "\n")));
}

}  // namespace millrace::json

// AMQP 1.0 values (OASIS AMQP 1.0, part 1: types) and their encoding.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/uuid.hpp"

namespace millrace::amqp {

class Value;

struct Symbol {
  std::string text;
  bool operator==(const Symbol&) const = default;
};
struct Binary {
  Bytes bytes;
  bool operator==(const Binary&) const = default;
};
/// Milliseconds since the Unix epoch.
struct Timestamp {
  int64_t ms = 0;
  bool operator==(const Timestamp&) const = default;
};
using List = std::vector<Value>;
/// In wire order; a key may be any value, in practice a symbol or a string.
using Map = std::vector<std::pair<Value, Value>>;
/// Elements of one type; which one is told by the elements (an empty array has none and is written as one of
/// null). Arrays of nulls and of described values are not supported: nobody sends them.
struct Array {
  List items;
  bool operator==(const Array&) const = default;
};
struct Described {
  std::shared_ptr<const Value> descriptor;
  std::shared_ptr<const Value> value;
  bool operator==(const Described& other) const;
};

/// Nesting deeper than this is refused: no peer needs it, and each level costs stack.
inline constexpr int kMostDepth = 16;

/// One AMQP value. The decimal and char types are not supported: of the Service Bus clients only .NET's can
/// send them, and only as application properties of those .NET types.
class Value {
 public:
  using Store = std::variant<std::monostate, bool, uint8_t, uint16_t, uint32_t, uint64_t, int8_t, int16_t,
                             int32_t, int64_t, float, double, Timestamp, Uuid, Binary, std::string, Symbol,
                             List, Map, Array, Described>;
  Value() = default;
  template <class T>
    requires std::constructible_from<Store, T&&> && (!std::same_as<std::remove_cvref_t<T>, Value>) &&
             (!std::is_pointer_v<std::remove_cvref_t<T>>)
  Value(T&& value) : store_(std::forward<T>(value)) {}  // NOLINT(bugprone-forwarding-reference-overload)
  Value(const char* text) : store_(std::string(text)) {}
  Value(std::string_view text) : store_(std::string(text)) {}

  bool operator==(const Value&) const = default;
  bool is_null() const { return std::holds_alternative<std::monostate>(store_); }
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&store_);
  }
  const Store& store() const { return store_; }

  /// A string's or a symbol's text; null for anything else.
  const std::string* text() const;
  /// Any integer, where it fits an int64; nothing for anything else.
  std::optional<int64_t> integer() const;
  /// The map's value under a key that is a string or a symbol of this text; null when there is none.
  const Value* find(std::string_view key) const;

 private:
  Store store_;
};

Value described(Value descriptor, Value value);

/// Appends the value's encoding, in the shortest form where there are several.
void encode(const Value& value, Bytes& out);
Bytes encode(const Value& value);

/// Reads one value and removes it from the front of `bytes`. Bounded in depth (kMostDepth) and in the number
/// of values; sizes are checked against what is there, texts must be UTF-8. Errors: invalid_input.
Result<Value> decode(BytesView& bytes);

}  // namespace millrace::amqp

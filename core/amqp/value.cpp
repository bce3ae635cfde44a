#include "core/amqp/value.hpp"

#include <limits>

namespace millrace::amqp {

bool Described::operator==(const Described& other) const {
  return *descriptor == *other.descriptor && *value == *other.value;
}

const std::string* Value::text() const {
  if (const auto* text = get_if<std::string>()) return text;
  if (const auto* symbol = get_if<Symbol>()) return &symbol->text;
  return nullptr;
}

std::optional<int64_t> Value::integer() const {
  return std::visit(
      [](const auto& value) -> std::optional<int64_t> {
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, bool> || !std::is_integral_v<T>) {
          return std::nullopt;
        } else {
          if constexpr (std::is_same_v<T, uint64_t>) {
            if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return std::nullopt;
          }
          return static_cast<int64_t>(value);
        }
      },
      store_);
}

const Value* Value::find(std::string_view key) const {
  const auto* map = get_if<Map>();
  if (map == nullptr) return nullptr;
  for (const auto& [name, value] : *map) {
    const auto* text = name.text();
    if (text != nullptr && *text == key) return &value;
  }
  return nullptr;
}

Value described(Value descriptor, Value value) {
  return Described{std::make_shared<const Value>(std::move(descriptor)),
                   std::make_shared<const Value>(std::move(value))};
}

}  // namespace millrace::amqp

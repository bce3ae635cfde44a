#include "emulator/entities/properties_json.hpp"

#include <charconv>

#include <fmt/format.h>
#include <boost/json.hpp>

namespace millrace::bus {
namespace {

namespace json = boost::json;

struct ToJson {
  json::value operator()(std::monostate) const { return nullptr; }
  json::value operator()(bool flag) const { return flag; }
  json::value operator()(int64_t number) const { return number; }
  // As text: Boost.JSON writes an infinity that no parser takes, and reads many a number a little off.
  json::value operator()(double number) const { return json::object{{"number", fmt::format("{}", number)}}; }
  json::value operator()(const std::string& text) const { return json::string(text); }
  json::value operator()(WallTime time) const {
    return json::object{{"time_ms", time.time_since_epoch().count()}};
  }
};

std::optional<Value> from_object(const json::object& object) {
  if (const auto* time = object.if_contains("time_ms"); time != nullptr && time->is_int64())
    return Value{WallTime{Millis{time->get_int64()}}};
  const auto* text = object.if_contains("number");
  if (text == nullptr || !text->is_string()) return {};
  const auto& digits = text->get_string();
  double number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return {};
  return Value{number};
}

}  // namespace

json::value to_json(const Value& value) {
  return std::visit(ToJson{}, value);
}

std::optional<Value> property_from_json(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return Value{};
    case json::kind::bool_:
      return Value{value.get_bool()};
    case json::kind::int64:
      return Value{value.get_int64()};
    case json::kind::double_:  // of the file of entities
      return Value{value.get_double()};
    case json::kind::string:
      return Value{std::string(value.get_string().data(), value.get_string().size())};
    case json::kind::object:
      return from_object(value.get_object());
    default:
      return {};
  }
}

std::string to_json(const Properties& properties) {
  json::object object;
  for (const auto& [name, value] : properties) object[name] = to_json(value);
  return json::serialize(object);
}

Result<Properties> properties_from_json(std::string_view text) {
  json::error_code wrong;
  const auto value = json::parse(json::string_view(text.data(), text.size()), wrong);
  const auto bad = [] { return fail(ErrorKind::corrupt, "a message's changed properties cannot be read"); };
  if (wrong || !value.is_object()) return bad();
  Properties properties;
  for (const auto& entry : value.get_object()) {
    auto read = property_from_json(entry.value());
    if (!read) return bad();
    properties[std::string(entry.key())] = std::move(*read);
  }
  return properties;
}

}  // namespace millrace::bus

#include "emulator/entities/properties_json.hpp"

#include <boost/json.hpp>

namespace millrace::bus {
namespace {

namespace json = boost::json;

struct ToJson {
  json::value operator()(std::monostate) const { return nullptr; }
  json::value operator()(bool flag) const { return flag; }
  json::value operator()(int64_t number) const { return number; }
  json::value operator()(double number) const { return number; }
  json::value operator()(const std::string& text) const { return json::string(text); }
  json::value operator()(WallTime time) const {
    return json::object{{"time_ms", time.time_since_epoch().count()}};
  }
};

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
    case json::kind::double_:
      return Value{value.get_double()};
    case json::kind::string:
      return Value{std::string(value.get_string().data(), value.get_string().size())};
    case json::kind::object: {
      const auto* time = value.get_object().if_contains("time_ms");
      if (time == nullptr || !time->is_int64()) return {};
      return Value{WallTime{Millis{time->get_int64()}}};
    }
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

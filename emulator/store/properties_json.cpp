#include "emulator/store/properties_json.hpp"

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

bool from_json(const json::value& value, Value& into) {
  switch (value.kind()) {
    case json::kind::null:
      into = {};
      return true;
    case json::kind::bool_:
      into = value.get_bool();
      return true;
    case json::kind::int64:
      into = value.get_int64();
      return true;
    case json::kind::double_:
      into = value.get_double();
      return true;
    case json::kind::string:
      into = std::string(value.get_string().data(), value.get_string().size());
      return true;
    case json::kind::object: {
      const auto* time = value.get_object().if_contains("time_ms");
      if (time == nullptr || !time->is_int64()) return false;
      into = WallTime{Millis{time->get_int64()}};
      return true;
    }
    default:
      return false;
  }
}

}  // namespace

std::string to_json(const Properties& properties) {
  json::object object;
  for (const auto& [name, value] : properties) object[name] = std::visit(ToJson{}, value);
  return json::serialize(object);
}

Result<Properties> properties_from_json(std::string_view text) {
  json::error_code wrong;
  const auto value = json::parse(json::string_view(text.data(), text.size()), wrong);
  const auto bad = [] { return fail(ErrorKind::corrupt, "a message's changed properties cannot be read"); };
  if (wrong || !value.is_object()) return bad();
  Properties properties;
  for (const auto& entry : value.get_object()) {
    if (!from_json(entry.value(), properties[std::string(entry.key())])) return bad();
  }
  return properties;
}

}  // namespace millrace::bus

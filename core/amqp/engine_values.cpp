#include "core/amqp/engine_values.hpp"

#include <proton/codec.h>

namespace millrace::amqp {

Value from_engine(pn_data_t* data) {
  if (data == nullptr || pn_data_size(data) == 0) return {};
  const auto size = pn_data_encoded_size(data);
  if (size <= 0) return {};
  Bytes bytes(static_cast<size_t>(size));
  if (pn_data_encode(data, reinterpret_cast<char*>(bytes.data()), bytes.size()) < 0) return {};
  BytesView view(bytes);
  auto value = decode(view);
  return value ? std::move(*value) : Value();
}

void to_engine(const Value& value, pn_data_t* data) {
  pn_data_clear(data);
  if (value.is_null()) return;
  const auto bytes = encode(value);
  pn_data_decode(data, reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Condition from_engine(pn_condition_t* condition) {
  Condition out;
  if (condition == nullptr || !pn_condition_is_set(condition)) return out;
  if (const auto* name = pn_condition_get_name(condition)) out.name = name;
  if (const auto* description = pn_condition_get_description(condition)) out.description = description;
  const auto info = from_engine(pn_condition_info(condition));
  if (const auto* map = info.get_if<Map>()) out.info = *map;
  return out;
}

void to_engine(const Condition& condition, pn_condition_t* to) {
  pn_condition_clear(to);
  if (!condition) return;
  pn_condition_set_name(to, condition.name.c_str());
  pn_condition_set_description(to, condition.description.c_str());
  if (!condition.info.empty()) to_engine(Value(condition.info), pn_condition_info(to));
}

}  // namespace millrace::amqp

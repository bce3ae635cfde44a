#include "edge/api/json_parts.hpp"

namespace millrace::edge {

using boost::json::array;
using boost::json::object;
using boost::json::value;

value time_or_null(const std::optional<WallTime>& time) {
  if (!time) return nullptr;
  return value(rfc3339(*time));
}

object to_object(const Texts& texts) {
  object out;
  for (const auto& [language, text] : texts) out[language] = text;
  return out;
}

array to_array(const std::vector<std::string>& texts) {
  return array(texts.begin(), texts.end());
}

array to_array(const std::vector<const Operator*>& people) {
  array out;
  for (const auto* person : people) out.push_back(object{{"id", person->id}, {"name", person->name}});
  return out;
}

array to_array(const std::vector<SyncStep>& steps) {
  array out;
  for (const auto& step : steps) {
    object shown{{"name", step.name}, {"state", step.state}};
    if (step.at) shown["at"] = rfc3339(*step.at);
    if (!step.code.empty()) shown["code"] = step.code;
    out.push_back(std::move(shown));
  }
  return out;
}

}  // namespace millrace::edge

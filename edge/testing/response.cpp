#include "edge/testing/response.hpp"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "edge/testing/package_limits.hpp"
#include "edge/testing/response_json.hpp"

namespace millrace::edge {
namespace {

constexpr size_t kMostNumberBytes = 20;  // a sign, a point and nine digits on each side

Choices read_choices(const json::Value& value) {
  Choices choices;
  for (const auto& option : value.elements(1, kMostOptions)) {
    choices.options.push_back(option.text(kMostIdBytes));
  }
  std::ranges::sort(choices.options);
  if (std::ranges::adjacent_find(choices.options) != choices.options.end()) {
    value.complain("names an option twice");
  }
  return choices;
}

struct ToJson {
  boost::json::value operator()(std::monostate) const { return nullptr; }
  boost::json::value operator()(const Choice& choice) const {
    return boost::json::object{{"choice", choice.option}};
  }
  boost::json::value operator()(const Choices& choices) const {
    boost::json::array ids(choices.options.begin(), choices.options.end());
    return boost::json::object{{"choices", std::move(ids)}};
  }
  boost::json::value operator()(const Truth& truth) const {
    return boost::json::object{{"value", truth.value}};
  }
  boost::json::value operator()(const Number& number) const {
    return boost::json::object{{"number", number.text}};
  }
};

}  // namespace

Response read_response(const json::Value& value) {
  if (!value.present() || value.is_null()) return {};
  constexpr std::string_view kForms[] = {"choice", "choices", "value", "number"};
  if (std::ranges::count_if(kForms, [&](auto form) { return value.has(form); }) != 1) {
    value.complain("must be null or an object with exactly one of choice, choices, value, number");
    return {};
  }
  if (value.has("choice")) return Choice{value.at("choice").text(kMostIdBytes)};
  if (value.has("choices")) return read_choices(value.at("choices"));
  if (value.has("value")) return Truth{value.at("value").flag()};
  return Number{value.at("number").text(kMostNumberBytes)};
}

std::string to_json(const Response& response) {
  return boost::json::serialize(std::visit(ToJson{}, response));
}

Result<Response> response_from_json(const std::string& text) {
  auto document = json::Document::parse(text, "a stored response");
  if (!document) return fail(ErrorKind::corrupt, document.error().message);
  auto response = read_response(document->root());
  if (auto read = document->finish(); !read) return fail(ErrorKind::corrupt, read.error().message);
  return response;
}

}  // namespace millrace::edge

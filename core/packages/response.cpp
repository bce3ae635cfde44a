#include "core/packages/response.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/packages/package_limits.hpp"
#include "core/packages/response_json.hpp"

namespace millrace::packages {
namespace {

constexpr size_t kMostNumberBytes = 20;  // a sign, a point and nine digits on each side

bool has_twice(std::vector<std::string> ids) {
  std::ranges::sort(ids);
  return std::ranges::adjacent_find(ids) != ids.end();
}

std::vector<std::string> read_ids(const json::Value& value) {
  std::vector<std::string> ids;
  for (const auto& option : value.elements(1, kMostOptions)) ids.push_back(option.text(kMostIdBytes));
  if (has_twice(ids)) value.complain("names an option twice");
  return ids;
}

Choices read_choices(const json::Value& value) {
  auto ids = read_ids(value);
  std::ranges::sort(ids);
  return Choices{std::move(ids)};
}

Pairs read_pairs(const json::Value& value) {
  Pairs pairs;
  std::vector<std::string> rights;
  for (const auto& [left, right] : value.members(kMostPairs)) {
    if (left.empty() || left.size() > kMostIdBytes) right.complain("stands under a left side that is no id");
    rights.push_back(right.text(kMostIdBytes));
    pairs.right_of[left] = rights.back();
  }
  if (value.present() && pairs.right_of.empty()) value.complain("must hold at least one pair");
  if (has_twice(std::move(rights))) value.complain("names the same right side twice");
  return pairs;
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
  boost::json::value operator()(const Order& order) const {
    boost::json::array ids(order.options.begin(), order.options.end());
    return boost::json::object{{"order", std::move(ids)}};
  }
  boost::json::value operator()(const Pairs& pairs) const {
    boost::json::object rights;
    for (const auto& [left, right] : pairs.right_of) rights[left] = right;
    return boost::json::object{{"pairs", std::move(rights)}};
  }
  boost::json::value operator()(const Spot& spot) const {
    return boost::json::object{{"region", spot.region}};
  }
};

}  // namespace

Response read_response(const json::Value& value) {
  if (!value.present() || value.is_null()) return {};
  constexpr std::string_view kForms[] = {"choice", "choices", "value", "number", "order", "pairs", "region"};
  if (std::ranges::count_if(kForms, [&](auto form) { return value.has(form); }) != 1) {
    value.complain(fmt::format("must be null or an object with exactly one of {}", fmt::join(kForms, ", ")));
    return {};
  }
  if (value.has("choice")) return Choice{value.at("choice").text(kMostIdBytes)};
  if (value.has("choices")) return read_choices(value.at("choices"));
  if (value.has("value")) return Truth{value.at("value").flag()};
  if (value.has("order")) return Order{read_ids(value.at("order"))};
  if (value.has("pairs")) return read_pairs(value.at("pairs"));
  if (value.has("region")) return Spot{value.at("region").text(kMostIdBytes)};
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

}  // namespace millrace::packages

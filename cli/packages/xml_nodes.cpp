#include "cli/packages/xml_nodes.hpp"

namespace millrace::cli {

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  return node.find_child([&](const pugi::xml_node& one) { return local_name(one.name()) == name; });
}

std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name) {
  std::vector<pugi::xml_node> out;
  for (const auto& one : node.children()) {
    if (local_name(one.name()) == name) out.push_back(one);
  }
  return out;
}

std::string attribute(const pugi::xml_node& node, const char* name) {
  return node.attribute(name).value();
}

std::optional<bool> boolean(const pugi::xml_node& node, const char* name) {
  const auto says = trimmed(node.attribute(name).value());
  if (says == "true" || says == "1") return true;
  if (says == "false" || says == "0") return false;
  return std::nullopt;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto from = text.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(kBlanks) - from + 1));
}

bool holds(const pugi::xml_node& node, std::string_view name) {
  std::vector<pugi::xml_node> found;
  collect(node, [&](std::string_view one) { return one == name; }, found);
  return !found.empty();
}

}  // namespace millrace::cli

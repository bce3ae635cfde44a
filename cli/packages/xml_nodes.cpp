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

bool holds(const pugi::xml_node& node, std::string_view name) {
  std::vector<pugi::xml_node> found;
  collect(node, [&](std::string_view one) { return one == name; }, found);
  return !found.empty();
}

}  // namespace millrace::cli

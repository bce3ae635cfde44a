#include "cli/packages/xml_nodes.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

namespace millrace::cli {
namespace {

/// From 1. Signs that became numbers moved the bytes, but no line.
size_t line_of(std::string_view text, size_t offset) {
  return 1 + static_cast<size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

}  // namespace

Result<std::unique_ptr<pugi::xml_document>> load_xml(const std::string& text, const UnknownSign& unknown) {
  auto document = std::make_unique<pugi::xml_document>();
  const auto xml = with_numbers(text, unknown);
  const auto parsed =
      document->load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata);
  if (!parsed)
    return fail(ErrorKind::invalid_input, fmt::format("is not XML: {} in line {}", parsed.description(),
                                                      line_of(xml, static_cast<size_t>(parsed.offset))));
  return document;
}

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

std::string inside(const pugi::xml_node& node) {
  std::string out;
  for (const auto& one : node.children()) {
    if (one.type() != pugi::node_element) {
      out += one.value();
      continue;
    }
    std::ostringstream element;
    one.print(element, "", pugi::format_raw);
    out += element.str();
  }
  return out;
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

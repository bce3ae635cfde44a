// A file of XML, and the elements of a QTI file by their names without a namespace's prefix.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/packages/html_signs.hpp"
#include "cli/packages/marked_text.hpp"
#include "core/base/result.hpp"

#include <pugixml.hpp>

namespace millrace::cli {

/// The file, and each sign in it that XML writes and nobody knows. Errors: invalid_input.
Result<std::unique_ptr<pugi::xml_document>> load_xml(const std::string& text, const UnknownSign& unknown);

/// The first child of that name; an empty node for none.
pugi::xml_node child(const pugi::xml_node& node, std::string_view name);
std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name);
/// Empty where there is none.
std::string attribute(const pugi::xml_node& node, const char* name);
/// All of its text, in however many pieces: where there are elements too, it is HTML that was not masked.
std::string inside(const pugi::xml_node& node);
/// An xs:boolean, which may be written 1 and 0. Nothing where there is none or it says neither.
std::optional<bool> boolean(const pugi::xml_node& node, const char* name);
/// Without the blanks around it.
std::string trimmed(std::string_view text);

/// Every element below `node` whose name is wanted, in the document's order.
template <class Wanted>
void collect(const pugi::xml_node& node, const Wanted& wanted, std::vector<pugi::xml_node>& out,
             int depth = 0) {
  if (depth > kMostDepth) return;
  for (const auto& one : node.children()) {
    if (one.type() != pugi::node_element) continue;
    if (wanted(local_name(one.name()))) out.push_back(one);
    collect(one, wanted, out, depth + 1);
  }
}

/// Whether there is any such element below `node`.
bool holds(const pugi::xml_node& node, std::string_view name);

}  // namespace millrace::cli

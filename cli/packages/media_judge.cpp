#include "cli/packages/media_judge.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "cli/packages/html_signs.hpp"
#include "cli/packages/losses.hpp"
#include "cli/packages/marked_text.hpp"
#include "core/base/printable.hpp"
#include "core/packages/media.hpp"

#include <pugixml.hpp>

namespace millrace::cli {
namespace {

constexpr std::string_view kSvgNamespace = "http://www.w3.org/2000/svg";
constexpr std::string_view kXlinkNamespace = "http://www.w3.org/1999/xlink";
constexpr std::string_view kXmlBlanks = " \t\r\n";
/// Elements in elements, as deep as the browsers' XML parser goes.
constexpr int kMostSvgDepth = 256;
/// References stay as they are written, so that those can be told that XML does not know.
constexpr unsigned kParsing =
    (pugi::parse_default | pugi::parse_pi | pugi::parse_doctype) & ~pugi::parse_escapes;

std::string in_small_letters(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view prefix_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

/// Whether the link leads to a part of the SVG, or has what it leads to in itself.
bool stays_inside(std::string_view link) {
  link.remove_prefix(std::min(link.find_first_not_of(kXmlBlanks), link.size()));
  return link.starts_with('#') || in_small_letters(link.substr(0, 5)) == "data:";
}

/// CSS without its comments.
std::string without_comments(std::string css) {
  for (auto from = css.find("/*"); from != std::string::npos; from = css.find("/*", from)) {
    const auto end = css.find("*/", from + 2);
    css.replace(from, end == std::string::npos ? css.size() - from : end + 2 - from, " ");
  }
  return css;
}

/// The first url(…) that leads out of the SVG; empty for none.
std::string link_out_of(const std::string& css) {
  constexpr std::string_view kUrl = "url(";
  const auto text = in_small_letters(css);
  for (auto at = text.find(kUrl); at != std::string::npos; at = text.find(kUrl, at)) {
    at = std::min(text.find_first_not_of(" \t\r\n\"'", at + kUrl.size()), text.size());
    const auto link = css.substr(at, text.find_first_of("\"')", at) - at);
    if (!stays_inside(link)) return std::string(kUrl) + link + ")";
  }
  return {};
}

/// Looks at each node in the document's order, until it finds what is wrong.
class SvgWalk : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node& node) override {
    if (depth() > kMostSvgDepth) {
      wrong = fmt::format("its elements are nested deeper than {}", kMostSvgDepth);
    } else if (node.type() == pugi::node_pi && node.name() == std::string_view("xml-stylesheet")) {
      loads("xml-stylesheet");
    } else if (node.type() == pugi::node_doctype && std::string_view(node.value()).contains('[')) {
      wrong = "its DOCTYPE declares names of its own; save it without, as plain SVG";
    } else if (node.type() == pugi::node_pcdata) {
      (void)spelt_out(node.value());
    } else if (node.type() == pugi::node_element) {
      look_at(node);
    }
    return wrong.empty();
  }

  std::string wrong;

 private:
  void loads(const std::string& link) {
    wrong = fmt::format(
        "it loads '{}', and the kiosk loads nothing that a picture names: put it into the SVG (data:), or "
        "save the picture as .png",
        printable(shortened(link)));
  }

  /// The text that is meant. A browser shows no SVG with a reference that XML does not know.
  std::string spelt_out(std::string_view text) {
    for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
      const auto end = text.find(';', at);
      const auto name = text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
      constexpr std::string_view kKnown[] = {"amp", "lt", "gt", "quot", "apos"};
      if (end != std::string_view::npos &&
          (name.starts_with('#') || std::ranges::find(kKnown, name) != std::end(kKnown)))
        continue;
      wrong = fmt::format("it holds '&{}', which XML does not know; write the sign itself, and & as &amp;",
                          printable(shortened(std::string(name))));
      return {};
    }
    return with_signs(text, [](std::string_view) {});
  }

  void look_at(const pugi::xml_node& node) {
    for (const auto& one : node.attributes()) {
      const std::string_view name = one.name();
      if (prefix_of(name) == "xmlns") namespaces_[std::string(local_name(name))] = one.value();
    }
    know_prefix_of(node.name());
    for (const auto& one : node.attributes()) {
      if (wrong.empty()) look_at(one, local_name(node.name()) == "a");
    }
    if (local_name(node.name()) != "style" || !wrong.empty()) return;
    std::string css;
    for (const auto& part : node.children()) css += part.value();
    css = without_comments(std::move(css));
    if (in_small_letters(css).contains("@import")) return loads("@import");
    if (const auto link = link_out_of(css); !link.empty()) loads(link);
  }

  void look_at(const pugi::xml_attribute& attribute, bool of_a) {
    const std::string_view name = attribute.name();
    const auto prefix = prefix_of(name);
    if (prefix == "xmlns" || name == "xmlns") return;
    know_prefix_of(name);
    const auto value = spelt_out(attribute.value());
    if (!wrong.empty()) return;
    const bool plain = prefix.empty();
    const auto of = namespaces_.find(prefix);
    const bool is_xlink = of != namespaces_.end() && of->second == kXlinkNamespace;
    const bool is_link = (local_name(name) == "href" && (plain || is_xlink)) || name == "src";
    if (is_link && !of_a && !stays_inside(value)) return loads(value);
    if (!plain) return;
    if (const auto link = link_out_of(value); !link.empty()) loads(link);
  }

  void know_prefix_of(std::string_view name) {
    const auto prefix = prefix_of(name);
    if (prefix.empty() || prefix == "xml" || prefix == "xmlns" || namespaces_.contains(prefix)) return;
    wrong = fmt::format("it does not declare '{}:'; add the xmlns:{} that belongs to it", prefix, prefix);
  }

  std::map<std::string, std::string, std::less<>> namespaces_;  ///< by prefix, as declared last
};

Result<> wrong(const std::string& what) {
  return fail(ErrorKind::invalid_input, what);
}

}  // namespace

Result<> judge_svg(std::string_view content) {
  pugi::xml_document document;
  const auto parsed = document.load_buffer(content.data(), content.size(), kParsing);
  if (!parsed) {
    const auto before = content.substr(0, static_cast<size_t>(parsed.offset));
    return wrong(fmt::format("it is no XML: {} in line {}", parsed.description(),
                             1 + std::ranges::count(before, '\n')));
  }
  const auto root = document.document_element();
  const auto elements = std::ranges::count(document.children(), pugi::node_element, &pugi::xml_node::type);
  if (elements != 1 || local_name(root.name()) != "svg") return wrong("its outermost element is no svg");
  const auto prefix = std::string(prefix_of(root.name()));
  const auto space = prefix.empty() ? std::string("xmlns") : "xmlns:" + prefix;
  if (root.attribute(space.c_str()).value() != kSvgNamespace)
    return wrong(fmt::format("its svg lacks {}=\"{}\"; add it", space, kSvgNamespace));
  SvgWalk walk;
  document.traverse(walk);
  return walk.wrong.empty() ? Result<>{} : wrong(walk.wrong);
}

Result<> judge_media(std::string_view name, std::string_view content) {
  if (auto good = packages::check_content(name, content); !good) return good;
  return packages::media_type(name) == packages::media_type(".svg") ? judge_svg(content) : Result<>{};
}

}  // namespace millrace::cli

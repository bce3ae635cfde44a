#include "cli/packages/media_judge.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

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
/// Entities that a DOCTYPE may declare, and the bytes of each one's value. Drawing programs declare fewer
/// than twenty, for their namespaces.
constexpr size_t kMostEntities = 64;
constexpr size_t kMostEntityBytes = 1024;
/// What all references to entities stand for together: browsers give up at about as much.
constexpr size_t kMostExpandedBytes = 1'000'000;
/// References stay as they are written, so that those can be told that XML does not know.
constexpr unsigned kParsing =
    (pugi::parse_default | pugi::parse_pi | pugi::parse_doctype) & ~pugi::parse_escapes;

using Entities = std::map<std::string, std::string, std::less<>>;  ///< values by name

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

/// Whether the link leads nowhere or to a part of the SVG, or has what it leads to in itself.
bool stays_inside(std::string_view link) {
  link.remove_prefix(std::min(link.find_first_not_of(kXmlBlanks), link.size()));
  return link.empty() || link.starts_with('#') || in_small_letters(link.substr(0, 5)) == "data:";
}

/// CSS without its comments.
std::string without_comments(std::string_view css) {
  std::string out;
  while (true) {
    const auto from = css.find("/*");
    out += css.substr(0, from);
    if (from == std::string_view::npos) return out;
    const auto end = css.find("*/", from + 2);
    css.remove_prefix(end == std::string_view::npos ? css.size() : end + 2);
    out += ' ';
  }
}

/// CSS without its @namespace rules, whose url(…) is a name and is not loaded.
std::string without_namespaces(std::string_view css) {
  const auto text = in_small_letters(css);
  std::string out;
  for (size_t at = 0; at < css.size();) {
    const auto rule = std::min(text.find("@namespace", at), css.size());
    out += css.substr(at, rule - at);
    at = text.find(';', rule);
    if (at == std::string::npos) break;
  }
  return out;
}

/// The first url(…) that leads out of the SVG; empty for none. What stands within a link is none: data: may
/// hold a whole SVG.
std::string link_out_of(std::string_view css) {
  constexpr std::string_view kUrl = "url(";
  const auto text = in_small_letters(css);
  for (auto at = text.find(kUrl); at != std::string::npos; at = text.find(kUrl, at)) {
    at = std::min(text.find_first_not_of(kXmlBlanks, at + kUrl.size()), text.size());
    const bool is_quoted = text.find_first_of("\"'", at) == at;
    const char closes = is_quoted ? text[at++] : ')';
    const auto end = std::min(text.find(closes, at), text.size());
    const auto link = css.substr(at, end - at);
    if (!stays_inside(link)) return fmt::format("{}{})", kUrl, link);
    at = end;
  }
  return {};
}

/// Whether an attribute without a prefix is CSS. Others may say url( as any text: draw.io keeps its drawing
/// in `content`.
bool is_css(std::string_view attribute) {
  constexpr std::string_view kCss[] = {"style",      "fill",       "stroke", "filter",
                                       "mask",       "clip-path",  "marker", "marker-start",
                                       "marker-mid", "marker-end", "cursor"};
  return std::ranges::find(kCss, attribute) != std::end(kCss);
}

/// A DOCTYPE from its bracket on; empty where it has none. An address in quotes may hold one as well.
std::string_view internal_subset(std::string_view doctype) {
  constexpr std::string_view kStops = "[\"'";
  for (auto at = doctype.find_first_of(kStops); at != std::string_view::npos;
       at = doctype.find_first_of(kStops, at + 1)) {
    if (doctype[at] == '[') return doctype.substr(at);
    at = doctype.find(doctype[at], at + 1);
    if (at == std::string_view::npos) break;
  }
  return {};
}

/// Whether there were any.
bool skip_blanks(std::string_view& text) {
  const auto blanks = std::min(text.find_first_not_of(kXmlBlanks), text.size());
  text.remove_prefix(blanks);
  return blanks > 0;
}

/// Takes `<!ENTITY name "value">` from the beginning of the text. A value with a reference or an element in
/// it is not taken: nothing is expanded twice. Nor is one with %, which XML forbids there.
bool take_entity(std::string_view& text, Entities& entities) {
  constexpr std::string_view kOpens = "<!ENTITY";
  constexpr std::string_view kNotInNames = "!\"#$%&'()*+,/;<=>?@[\\]^`{|}~ \t\r\n";
  constexpr std::string_view kNotFirst = "0123456789.-";
  if (!text.starts_with(kOpens)) return false;
  text.remove_prefix(kOpens.size());
  if (!skip_blanks(text)) return false;
  const auto name = text.substr(0, text.find_first_of(kNotInNames));
  text.remove_prefix(name.size());
  if (name.empty() || kNotFirst.contains(name.front()) || !skip_blanks(text)) return false;
  if (!text.starts_with('"') && !text.starts_with('\'')) return false;
  const auto end = text.find(text.front(), 1);
  if (end == std::string_view::npos) return false;
  const auto value = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  skip_blanks(text);
  if (!text.starts_with('>')) return false;
  text.remove_prefix(1);
  if (value.size() > kMostEntityBytes || value.find_first_of("&<%") != std::string_view::npos) return false;
  entities.emplace(name, value);  // of two with one name, XML takes the first
  return entities.size() <= kMostEntities;
}

/// The entities that a DOCTYPE declares; nothing where it declares anything else, or too many.
std::optional<Entities> entities_of(std::string_view doctype) {
  Entities entities;
  auto text = internal_subset(doctype);
  if (text.empty()) return entities;
  text.remove_prefix(1);
  for (skip_blanks(text); !text.starts_with(']'); skip_blanks(text)) {
    if (text.starts_with("<!--")) {
      text.remove_prefix(std::min(text.find("-->", 4), text.size() - 3) + 3);
    } else if (!take_entity(text, entities)) {
      return std::nullopt;
    }
  }
  return entities;
}

/// Looks at each node in the document's order, until it finds what is wrong.
class SvgWalk : public pugi::xml_tree_walker {
 public:
  explicit SvgWalk(Entities entities) : entities_(std::move(entities)) {}

  bool for_each(pugi::xml_node& node) override {
    if (depth() > kMostSvgDepth) {
      wrong = fmt::format("its elements are nested deeper than {}", kMostSvgDepth);
    } else if (node.type() == pugi::node_pi && node.name() == std::string_view("xml-stylesheet")) {
      loads("xml-stylesheet");
    } else if (node.type() == pugi::node_pcdata) {
      (void)spelt_out(node.value());
    } else if (node.type() == pugi::node_element) {
      look_at(node);
    }
    return wrong.empty();
  }

  /// The text that is meant. A browser shows no SVG with a reference that it does not know.
  std::string spelt_out(std::string_view text) {
    std::string expanded;
    for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&')) {
      const auto end = text.find(';', at);
      const auto name = text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
      constexpr std::string_view kKnown[] = {"amp", "lt", "gt", "quot", "apos"};
      const bool is_known = name.starts_with('#') || std::ranges::find(kKnown, name) != std::end(kKnown);
      const auto entity = entities_.find(name);
      if (end == std::string_view::npos || (!is_known && entity == entities_.end())) {
        wrong = fmt::format("it holds '&{}', which XML does not know; write the sign itself, and & as &amp;",
                            printable(shortened(std::string(name))));
        return {};
      }
      expanded += text.substr(0, is_known ? end + 1 : at);
      if (!is_known) expanded += entity->second;
      if (!is_known) expanded_bytes_ += entity->second.size();
      if (expanded_bytes_ > kMostExpandedBytes) {
        wrong = fmt::format("its DOCTYPE's names stand for more than {} bytes; save it without, as plain SVG",
                            kMostExpandedBytes);
        return {};
      }
      text.remove_prefix(end + 1);
    }
    expanded += text;
    return with_signs(expanded, [](std::string_view) {});
  }

  std::string wrong;

 private:
  void loads(const std::string& link) {
    wrong = fmt::format(
        "it loads '{}', and the kiosk loads nothing that a picture names: put it into the SVG (data:), or "
        "save the picture as .png",
        printable(shortened(link)));
  }

  void look_at(const pugi::xml_node& node) {
    for (const auto& one : node.attributes()) {
      const std::string_view name = one.name();
      if (name != "xmlns" && prefix_of(name) != "xmlns") continue;
      namespaces_[name == "xmlns" ? std::string() : std::string(local_name(name))] = spelt_out(one.value());
      if (!wrong.empty()) return;
    }
    know_prefix_of(node.name());
    for (const auto& one : node.attributes()) {
      if (wrong.empty()) look_at(one, local_name(node.name()) == "a");
    }
    if (local_name(node.name()) != "style" || !wrong.empty()) return;
    std::string css;
    for (const auto& part : node.children()) {
      if (part.type() == pugi::node_pcdata) css += spelt_out(part.value());
      if (part.type() == pugi::node_cdata) css += part.value();
    }
    if (!wrong.empty()) return;
    css = without_namespaces(without_comments(css));
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
    if (!plain || !is_css(name)) return;
    if (const auto link = link_out_of(without_comments(value)); !link.empty()) loads(link);
  }

  void know_prefix_of(std::string_view name) {
    const auto prefix = prefix_of(name);
    if (prefix.empty() || prefix == "xml" || prefix == "xmlns" || namespaces_.contains(prefix)) return;
    wrong = fmt::format("it does not declare '{}:'; add the xmlns:{} that belongs to it", prefix, prefix);
  }

  Entities entities_;
  size_t expanded_bytes_ = 0;
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
  const auto is_doctype = [](const pugi::xml_node& node) { return node.type() == pugi::node_doctype; };
  const auto root = document.document_element();
  const auto elements = std::ranges::count(document.children(), pugi::node_element, &pugi::xml_node::type);
  if (elements != 1 || local_name(root.name()) != "svg") return wrong("its outermost element is no svg");
  auto entities = entities_of(document.find_child(is_doctype).value());
  if (!entities) return wrong("its DOCTYPE declares names of its own; save it without, as plain SVG");
  SvgWalk walk(std::move(*entities));
  const auto prefix = std::string(prefix_of(root.name()));
  const auto space = prefix.empty() ? std::string("xmlns") : "xmlns:" + prefix;
  const bool is_svg = walk.spelt_out(root.attribute(space.c_str()).value()) == kSvgNamespace;
  if (walk.wrong.empty() && !is_svg)
    return wrong(fmt::format("its svg lacks {}=\"{}\"; add it", space, kSvgNamespace));
  if (walk.wrong.empty()) document.traverse(walk);
  return walk.wrong.empty() ? Result<>{} : wrong(walk.wrong);
}

Result<> judge_media(std::string_view name, std::string_view content) {
  if (auto good = packages::check_content(name, content); !good) return good;
  return packages::media_type(name) == packages::media_type(".svg") ? judge_svg(content) : Result<>{};
}

}  // namespace millrace::cli

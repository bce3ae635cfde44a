// Marked-up text as plain text: what an item's question says, without how it looked.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pugi {
class xml_node;
}

namespace millrace::cli {

/// How deep elements are followed: deeper than anybody writes. A tree that goes on is cut.
inline constexpr int kMostDepth = 64;

struct Picture {
  std::string source;
  std::string alt;
};

struct MarkedText {
  std::string text;  ///< lines without blanks around them, none empty
  std::vector<Picture> pictures;
  std::vector<std::string> sounds;
  std::set<std::string> lost;  ///< what plain text does not say, as a sentence's end: "a table became lines"
};

/// Whether the sign at this place begins a tag or a comment: any other '<' is one of the text.
bool begins_tag(std::string_view html, size_t at);

/// HTML as people paste it: anything is taken for something.
MarkedText from_html(std::string_view html);
/// The content of an element. Elements whose name ends in Interaction are left out, but a field to type in
/// stands as a gap; so are feedback and rubric blocks.
MarkedText from_xhtml(const pugi::xml_node& element);

/// A name without its namespace's prefix.
std::string_view local_name(std::string_view name);

}  // namespace millrace::cli

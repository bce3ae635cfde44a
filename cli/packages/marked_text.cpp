#include "cli/packages/marked_text.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <utility>

#include "cli/packages/html_signs.hpp"
#include "cli/packages/losses.hpp"

#include <pugixml.hpp>

namespace millrace::cli {
namespace {

constexpr std::string_view kGap = " ____ ";
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kBehindName = " \t\r\n/";
/// A number of a list beyond this is taken for none, so that no number overflows.
constexpr int kMostListNumber = 1'000'000;

/// Each begins and ends a line: the words around them are not one.
constexpr std::string_view kBlocks[] = {
    "p",     "div",     "br",     "li",       "tr",         "ul",      "ol",      "table",  "blockquote",
    "pre",   "h1",      "h2",     "h3",       "h4",         "h5",      "h6",      "dl",     "dt",
    "dd",    "section", "prompt", "figure",   "figcaption", "caption", "article", "header", "footer",
    "aside", "address", "hr",     "fieldset", "legend",     "details", "summary", "option"};
constexpr std::string_view kSilent[] = {"script", "style", "head", "title"};
constexpr std::pair<std::string_view, std::string_view> kLosses[] = {
    {"table", "a table became lines of text"},
    {"math", "a formula became plain text"},
    {"sub", "letters that stood lower became plain text"},
    {"sup", "letters that stood higher became plain text"},
    {"video", "a film is left out"},
    {"iframe", "an embedded page is left out"},
    {"svg", "a drawing inside the text is left out"},
    {"script", "a script is left out"},
    {"embed", "an embedded object is left out"},
    {"pre", "text with its own blanks and lines (pre) became plain text"},
    {"s", "text that was struck out became plain text"},
    {"strike", "text that was struck out became plain text"},
    {"del", "text that was struck out became plain text"},
    {"input", "a field of a form in the text is left out"},
    {"textarea", "a field of a form in the text is left out"},
    {"select", "a field of a form in the text is left out"},
    {"canvas", "a drawing inside the text is left out"},
    {"include", "a part of the text that lies in another file (include) is left out"},
};

template <class List>
bool contains(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != std::end(list);
}

/// The value of an attribute: empty where it is there without one, and nothing where it is not there.
using Attribute = std::function<std::optional<std::string>(std::string_view)>;

/// Takes text and elements in their order, and keeps what plain text can say.
class Builder {
 public:
  void text(std::string_view text) {
    if (!shown_instead_.empty()) {
      aside_ += text;
      return;
    }
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte <= 0x20 || byte == 0x7f) {
        blank_ = true;
        continue;
      }
      if (blank_ && !out_.text.empty() && out_.text.back() != '\n') out_.text += ' ';
      blank_ = false;
      out_.text += c;
    }
  }
  void gap() {
    blank_ = true;
    text(kGap);
    blank_ = true;
  }
  void begin(std::string_view name, const Attribute& find) {
    const auto attribute = [&](std::string_view one) { return find(one).value_or(std::string()); };
    if (contains(kBlocks, name)) new_line();
    if (name == "ul") next_numbers_.push_back({});
    if (name == "ol") begin_numbers(find);
    if (name == "li") begin_entry(attribute("value"));
    if (name == "td" || name == "th") blank_ = true;
    if (name == "q") text("\"");
    note_loss(name);
    if (name == "abbr" && !attribute("title").empty()) lose("what an abbreviation stands for is left out");
    if (name == "a" && !attribute("href").empty()) lose("a link became plain text");
    if (name == "img") out_.pictures.push_back({attribute("src"), attribute("alt")});
    if (name == "audio" || (name == "source" && shown_instead_ != "video")) add_sound(attribute("src"));
    if (name == "audio" || name == "video") set_aside(name);
    if (name != "object") return;
    const auto type = attribute("type");
    if (type.starts_with("image/")) {
      out_.pictures.push_back({attribute("data"), {}});
      set_aside(name, out_.pictures.size());
    } else if (type.starts_with("audio/")) {
      add_sound(attribute("data"));
      set_aside(name);
    } else {
      lose("an embedded object is left out");
    }
  }
  void end(std::string_view name) {
    if (name == shown_instead_) {
      if (described_ != 0) out_.pictures[described_ - 1].alt = from_first_to_last(aside_);
      shown_instead_ = {};
      aside_.clear();
    }
    if ((name == "ul" || name == "ol") && !next_numbers_.empty()) next_numbers_.pop_back();
    if (name == "q") text("\"");
    if (contains(kBlocks, name)) new_line();
    if (name == "td" || name == "th") blank_ = true;
  }
  /// One more than are named, so that the report says that there were more.
  void lose(std::string_view what) {
    if (out_.lost.size() <= kMostLosses) out_.lost.insert(std::string(what));
  }
  /// HTML without its elements.
  std::string spelled_out(std::string_view html) {
    return with_signs(html, [&](std::string_view name) { lose(unknown_sign(name)); });
  }
  void note_loss(std::string_view element) {
    for (const auto& [name, loss] : kLosses) {
      if (name == element) lose(loss);
    }
  }
  MarkedText take() && {
    // What was never closed held the rest of the text.
    shown_instead_ = {};
    text(aside_);
    new_line();
    if (!out_.text.empty()) out_.text.pop_back();
    for (const auto* const opening : {"\\(", "\\[", "$$"}) {
      if (out_.text.contains(opening)) lose("a formula in TeX stands as it was typed");
    }
    return std::move(out_);
  }

 private:
  /// The text inside stands for what could not be played or shown; of a picture it is the description.
  void set_aside(std::string_view name, size_t picture = 0) {
    if (!shown_instead_.empty()) return;
    shown_instead_ = name;
    described_ = picture;
  }
  /// The numbers of a list are kept: "1 and 3 are right" speaks of them.
  void begin_numbers(const Attribute& find) {
    const auto type = find("type").value_or("");
    const auto style = find("style").value_or("");
    if ((!type.empty() && type != "1") || (style.contains("list-style") && !style.contains("decimal")))
      lose("the letters of a list became numbers");
    // From which number on it counts down is only known at its end.
    if (find("reversed")) lose("a list that counts down (reversed) counts up here");
    next_numbers_.push_back(list_number(find("start").value_or("")).value_or(1));
  }
  void begin_entry(std::string_view value) {
    auto* const next = next_numbers_.empty() || !next_numbers_.back() ? nullptr : &*next_numbers_.back();
    if (next == nullptr) return text("- ");
    *next = list_number(value).value_or(*next);
    text(std::to_string((*next)++) + ". ");
  }
  /// As browsers read it: neither blanks before it count nor what follows it.
  static std::optional<int> list_number(std::string_view typed) {
    typed.remove_prefix(std::min(typed.find_first_not_of(kBlanks), typed.size()));
    int number = kMostListNumber;
    (void)std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (number <= -kMostListNumber || number >= kMostListNumber) return std::nullopt;
    return number;
  }
  static std::string from_first_to_last(std::string_view text) {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
  }
  void new_line() {
    blank_ = false;
    if (!out_.text.empty() && out_.text.back() != '\n') out_.text += '\n';
  }
  void add_sound(std::string source) {
    if (!source.empty()) out_.sounds.push_back(std::move(source));
  }
  MarkedText out_;
  std::string shown_instead_;  ///< the open element whose text stands aside; empty for none
  std::string aside_;
  size_t described_ = 0;                          ///< the picture whose description it is, from 1; 0 for none
  std::vector<std::optional<int>> next_numbers_;  ///< of each open list; nothing where it has dots
  bool blank_ = false;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// The value of an attribute in the inside of a tag, as it was typed: empty where it has none.
std::optional<std::string_view> attribute_in(std::string_view tag, std::string_view name) {
  size_t at = tag.find_first_of(kBehindName);
  while ((at = tag.find_first_not_of(kBehindName, at)) != std::string_view::npos) {
    const auto end = tag.find_first_of(" \t\r\n/=", at + 1);
    const auto one = lower(tag.substr(at, end - at));
    at = end;
    std::string_view value;
    if (const auto equals = tag.find_first_not_of(kBlanks, end);
        equals != std::string_view::npos && tag[equals] == '=') {
      const auto from = std::min(tag.find_first_not_of(kBlanks, equals + 1), tag.size());
      const auto quote = tag.substr(from, 1);
      const size_t quoted = quote == "\"" || quote == "'" ? 1 : 0;
      at = tag.find_first_of(quoted == 1 ? quote : kBlanks, from + quoted);
      value = tag.substr(from + quoted, at - from - quoted);
      if (at != std::string_view::npos) at += quoted;
    }
    if (one == name) return value;
  }
  return std::nullopt;
}

/// Where the tag that opens at `at` ends: at its >, or the end of the text.
size_t end_of_tag(std::string_view html, size_t at) {
  char quote = 0;
  for (; at < html.size(); ++at) {
    if (quote != 0) {
      if (html[at] == quote) quote = 0;
    } else if (html[at] == '"' || html[at] == '\'') {
      quote = html[at];
    } else if (html[at] == '>') {
      return at;
    }
  }
  return at;
}

void walk(const pugi::xml_node& element, Builder& builder, int depth) {
  if (depth > kMostDepth) return builder.lose("what is nested too deeply is left out");
  for (const auto& node : element.children()) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      builder.text(node.value());
      continue;
    }
    if (node.type() != pugi::node_element) continue;
    const auto name = local_name(node.name());
    if (name.ends_with("Interaction")) {
      if (name == "textEntryInteraction") builder.gap();
      continue;
    }
    if (name.starts_with("feedback") || name == "rubricBlock") {
      builder.lose("its feedback or rubric is left out");
      continue;
    }
    if (name == "infoControl") {
      builder.lose("a hint (infoControl) is left out");
      continue;
    }
    if (contains(kSilent, name)) {
      builder.note_loss(name);
      continue;
    }
    builder.begin(name, [&](std::string_view attribute) -> std::optional<std::string> {
      const auto found = node.attribute(std::string(attribute).c_str());
      if (!found) return std::nullopt;
      return found.value();
    });
    walk(node, builder, depth + 1);
    builder.end(name);
  }
}

}  // namespace

bool begins_tag(std::string_view html, size_t at) {
  if (html[at] != '<' || at + 1 == html.size()) return false;
  const char next = html[at + 1];
  return (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '/' || next == '!';
}

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

MarkedText from_xhtml(const pugi::xml_node& element) {
  Builder builder;
  walk(element, builder, 0);
  return std::move(builder).take();
}

MarkedText from_html(std::string_view html) {
  Builder builder;
  std::string silent;  // the element whose content says nothing
  for (size_t at = 0; at < html.size();) {
    if (!begins_tag(html, at)) {
      const auto next = html.find('<', at + 1);
      if (silent.empty()) builder.text(builder.spelled_out(html.substr(at, next - at)));
      at = std::min(next, html.size());
      continue;
    }
    if (html.substr(at).starts_with("<!--")) {
      const auto end = html.find("-->", at + 4);
      at = end == std::string_view::npos ? html.size() : end + 3;
      continue;
    }
    const auto end = end_of_tag(html, at + 1);
    const bool closes = html[at + 1] == '/';
    const auto inside = html.substr(at + (closes ? 2 : 1), end - at - (closes ? 2 : 1));
    const auto name = lower(inside.substr(0, inside.find_first_of(" \t\r\n/>")));
    at = std::min(end + 1, html.size());
    if (closes && name == silent) silent.clear();
    if (!silent.empty()) continue;
    if (closes) {
      builder.end(name);
    } else if (contains(kSilent, name)) {
      silent = name;
      builder.note_loss(name);
    } else {
      builder.begin(name, [&](std::string_view attribute) -> std::optional<std::string> {
        const auto typed = attribute_in(inside, attribute);
        if (!typed) return std::nullopt;
        return builder.spelled_out(*typed);
      });
    }
  }
  return std::move(builder).take();
}

}  // namespace millrace::cli

#include "cli/packages/qti_import.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/packages/draft_bounds.hpp"
#include "cli/packages/html_signs.hpp"
#include "cli/packages/qti_item.hpp"
#include "cli/packages/qti_losses.hpp"
#include "cli/packages/xml_nodes.hpp"
#include "core/base/bytes.hpp"
#include "core/packages/package_limits.hpp"

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;
using pugi::xml_node;

/// Of all files of XML that are read, as many as there are: as much as an archive may hold.
constexpr size_t kMostXmlBytes = 64 * 1024 * 1024;

constexpr auto kFixed = "items and sections with a place of their own (fixed) have none here";

/// A file named in another one, as the first reader knows it. Never above the first file's folder.
Result<std::string> beside(const std::string& file, const std::string& named) {
  const auto plain = percent_decode(named);
  auto path =
      (fs::path(file).parent_path() / fs::path(plain ? *plain : named)).lexically_normal().generic_string();
  if (path.empty() || path.starts_with("..") || path.starts_with('/') || path.contains(':') ||
      path.contains('\0'))
    return fail(ErrorKind::invalid_input, "it lies outside the folder");
  return path;
}

class Importer {
 public:
  Importer(const ReadBeside& read, const std::string& language) : read_(read), language_(language) {}

  Result<Draft> begin(const std::string& name) {
    const auto document = open(name);
    if (!document) return std::unexpected(document.error());
    const auto root = (*document)->document_element();
    const auto kind = local_name(root.name());
    if (kind == "assessmentItem") {
      add(name, root);
    } else if (kind == "assessmentTest") {
      read_test(name, root);
    } else if (kind == "manifest") {
      read_manifest(name, root);
    } else if (kind.starts_with("qti-assessment")) {
      return fail(ErrorKind::invalid_input, "is QTI 3, which is not read: export it as QTI 2.1 or 2.2");
    } else {
      return fail(
          ErrorKind::invalid_input,
          fmt::format("begins with <{}>: it is neither assessmentItem, assessmentTest nor manifest", kind));
    }
    return std::move(draft_);
  }

 private:
  void add(const std::string& name, const xml_node& root) {
    const ReadBeside beside_item = [&](const std::string& named) -> Result<std::string> {
      const auto path = beside(name, named);
      return path ? read(*path) : std::unexpected(path.error());
    };
    auto item = read_qti_item(root, beside_item, language_);
    if (item.name.empty()) item.name = name;
    lose_signs(name, item);
    add_item(draft_, std::move(item));
  }

  void refuse(const std::string& name, std::string reason) {
    DraftItem draft;
    draft.name = name;
    draft.refuse(std::move(reason));
    add_item(draft_, std::move(draft));
  }

  /// An item that cannot be read is left out like any other.
  void add_file(const std::string& from, const std::string& named) {
    if (is_full(draft_)) return;
    const auto path = beside(from, named);
    if (path && !item_files_.insert(*path).second)
      return lose(fmt::format("the item in '{}' stands in the test once: what refers to it again is left out",
                              *path));
    const auto document = path ? open(*path) : std::unexpected(path.error());
    if (!document) return refuse(named, document.error().message);
    const auto root = (*document)->document_element();
    if (local_name(root.name()) != "assessmentItem") return refuse(named, "it is no assessmentItem");
    add(*path, root);
  }

  void read_test(const std::string& name, const xml_node& root) {
    draft_.title = root.attribute("title").value();
    lose_signs(name, draft_);
    walk_test(name, root, 0);
    note_order();
  }

  /// Items are shuffled all together or not at all.
  void note_order() {
    draft_.keeps_order = sections_ != 1 || shuffled_.empty();
    if (parts_ > 1) lose("the parts of the test (testPart) stand as one");
    if (!draft_.keeps_order) return;
    for (const auto& section : shuffled_)
      lose(fmt::format(
          "the items of the section '{}' are not shuffled: here all are (`shuffle_items`) or none", section));
  }

  void walk_test(const std::string& name, const xml_node& node, int depth) {
    if (depth > kMostDepth) return lose("what is nested too deeply is left out");
    bool is_shuffled = false;
    for (const auto& one : node.children()) {
      if (one.type() == pugi::node_element) read_part(name, one, depth);
      is_shuffled = is_shuffled || (local_name(one.name()) == "ordering" && boolean(one, "shuffle") == true);
    }
    if (is_shuffled) shuffled_.push_back(name_of(node));
  }

  void read_part(const std::string& name, const xml_node& part, int depth) {
    const auto kind = local_name(part.name());
    if (kind == "assessmentItemRef") {
      add_file(name, attribute(part, "href"));
      note_reference(part);
    } else if (kind == "assessmentSectionRef") {
      walk_section_file(name, attribute(part, "href"), depth);
    } else if (kind == "assessmentSection" || kind == "testPart") {
      note_group(part);
      walk_test(name, part, depth + 1);
    } else if (kind == "timeLimits") {
      read_time(part, depth);
    } else if (kind != "ordering") {
      note_test_loss(part, draft_);
    }
  }

  static std::string name_of(const xml_node& section) {
    const auto title = attribute(section, "title");
    return title.empty() ? attribute(section, "identifier") : title;
  }

  void note_group(const xml_node& group) {
    if (local_name(group.name()) == "testPart") {
      ++parts_;
      if (attribute(group, "navigationMode") == "linear")
        lose("a part that goes forwards only (navigationMode) can be walked in any order here");
      return;
    }
    ++sections_;
    if (const auto title = attribute(group, "title"); !title.empty())
      lose(fmt::format("the section '{}' is left out: its items stand with all others", title));
    if (boolean(group, "fixed") == true) lose(kFixed);
  }

  /// A section in a file of its own; such files may refer to one another.
  void walk_section_file(const std::string& from, const std::string& named, int depth) {
    const auto path = beside(from, named);
    if (path && !section_files_.insert(*path).second)
      return lose(fmt::format(
          "the section in '{}' stands in the test once: what refers to it again is left out", named));
    const auto document = path ? open(*path) : std::unexpected(path.error());
    if (!document)
      return lose(fmt::format("the section in '{}' is left out: {}", named, document.error().message));
    if (local_name((*document)->document_element().name()) != "assessmentSection")
      return lose(fmt::format("the section in '{}' is left out: it is no assessmentSection", named));
    lose_signs(*path, draft_);
    walk_test(*path, **document, depth + 1);
  }

  void note_reference(const xml_node& reference) {
    if (boolean(reference, "fixed") == true) lose(kFixed);
    if (!attribute(reference, "category").empty())
      lose("the categories of its items (category) are left out");
    for (const auto& one : reference.children()) {
      if (one.type() == pugi::node_element) note_reference_loss(one, draft_);
    }
  }

  void read_time(const xml_node& limits, int depth) {
    if (limits.attribute("minTime")) lose("a least time (minTime) is left out");
    if (boolean(limits, "allowLateSubmission") == true)
      lose(
          "what is handed in too late (allowLateSubmission) is not taken here: the time's end ends the test");
    if (!limits.attribute("maxTime")) return;
    const auto seconds = limits.attribute("maxTime").as_double();
    if (depth == 0 && seconds >= 1 && seconds <= static_cast<double>(packages::kMostTimeLimitS)) {
      draft_.time_limit_s = static_cast<uint32_t>(seconds);
    } else {
      lose("a time limit is left out: a package has one for the whole test, of 1 s to 8 h");
    }
  }

  void read_manifest(const std::string& name, const xml_node& root) {
    std::vector<std::string> tests;
    std::vector<std::string> items;
    const auto resources = children(child(root, "resources"), "resource");
    for (const auto& resource : resources) {
      const auto type = attribute(resource, "type");
      if (is_test(type)) tests.push_back(attribute(resource, "href"));
      if (is_item(type)) items.push_back(attribute(resource, "href"));
    }
    if (tests.empty()) {
      for (const auto& href : items) add_file(name, href);
    } else {
      read_first_test(name, tests);
      note_unused_items(name, items);
    }
    note_unread_files(name, resources);
  }

  static bool is_test(std::string_view type) {
    return type.contains("imsqti_test") || type.contains("imsqti_assessment");
  }
  static bool is_item(std::string_view type) { return type.contains("imsqti_item"); }

  void read_first_test(const std::string& name, const std::vector<std::string>& tests) {
    if (tests.size() > 1)
      lose(fmt::format("{} more tests are left out: give each by itself", tests.size() - 1));
    const auto path = beside(name, tests.front());
    const auto document = path ? open(*path) : std::unexpected(path.error());
    if (!document)
      return lose(fmt::format("the test '{}' is left out: {}", tests.front(), document.error().message));
    const auto root = (*document)->document_element();
    if (local_name(root.name()) != "assessmentTest")
      return lose(fmt::format("the test '{}' is left out: it is no assessmentTest", tests.front()));
    read_test(*path, root);
  }

  /// A bank may hold more items than its test asks.
  void note_unused_items(const std::string& name, const std::vector<std::string>& items) {
    for (const auto& href : items) {
      if (const auto path = beside(name, href); path && was_read_.contains(*path)) continue;
      if (is_full(draft_)) return;
      refuse(href, "the test does not refer to it: give the item's own file");
    }
  }

  /// Whatever else is in the package, but for the items and tests that are named already.
  void note_unread_files(const std::string& name, const std::vector<xml_node>& resources) {
    for (const auto& resource : resources) {
      const auto type = attribute(resource, "type");
      auto files = children(resource, "file");
      if (files.empty()) files.push_back(resource);
      for (const auto& file : files) {
        const auto href = attribute(file, "href");
        if (href == attribute(resource, "href") && (is_test(type) || is_item(type))) continue;
        if (const auto path = beside(name, href); path && was_read_.contains(*path)) continue;
        if (draft_.lost.has_more()) return;
        lose(fmt::format("'{}' ({}) is left out: nothing that came over shows it",
                         href.empty() ? attribute(resource, "identifier") : href, type));
      }
    }
  }

  Result<std::string> read(const std::string& path) {
    was_read_.insert(path);
    return read_(path);
  }

  /// Sections lie in one another, and all of them are open at once.
  Result<std::unique_ptr<pugi::xml_document>> open(const std::string& path) {
    const auto text = read(path);
    if (!text) return std::unexpected(text.error());
    if (text->size() > kMostXmlBytes - xml_bytes_)
      return fail(
          ErrorKind::invalid_input,
          fmt::format("the files of the test have more than {} MiB together", kMostXmlBytes / (1024 * 1024)));
    xml_bytes_ += text->size();
    return load_xml(*text, [&](std::string_view name) { unknown_signs_[path].add(unknown_sign(name)); });
  }

  /// What stands in the file as it was typed is lost to whatever is made of the file.
  template <class Loser>
  void lose_signs(const std::string& path, Loser& loser) {
    const auto found = unknown_signs_.extract(path);
    if (found.empty()) return;
    for (const auto& lost : found.mapped().named()) loser.lose(lost);
  }

  void lose(const std::string& what) { draft_.lose(what); }

  const ReadBeside& read_;
  const std::string& language_;
  std::set<std::string> section_files_;
  std::set<std::string> item_files_;
  size_t xml_bytes_ = 0;
  std::map<std::string, Losses> unknown_signs_;  ///< by the file that is open
  std::set<std::string> was_read_;
  std::vector<std::string> shuffled_;  ///< the names of the sections that are
  size_t sections_ = 0;
  size_t parts_ = 0;
  Draft draft_;
};

}  // namespace

Result<Draft> read_qti(const std::string& name, const ReadBeside& read, const std::string& language) {
  return Importer(read, language).begin(name);
}

}  // namespace millrace::cli

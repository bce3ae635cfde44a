#include "cli/packages/qti_import.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "cli/packages/marked_text.hpp"
#include "cli/packages/qti_item.hpp"
#include "core/base/bytes.hpp"
#include "core/packages/package_limits.hpp"

#include <pugixml.hpp>

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;
using pugi::xml_node;

/// More items than a package may hold are still named in the report, within reason.
constexpr size_t kMostReferences = 10 * packages::kMostItems;

Result<std::unique_ptr<pugi::xml_document>> load(const std::string& text) {
  auto document = std::make_unique<pugi::xml_document>();
  const auto parsed =
      document->load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata);
  if (!parsed)
    return fail(ErrorKind::invalid_input,
                fmt::format("is not XML: {} at byte {}", parsed.description(), parsed.offset));
  return document;
}

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
    const auto text = read_(name);
    if (!text) return std::unexpected(text.error());
    const auto document = load(*text);
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
      return path ? read_(*path) : std::unexpected(path.error());
    };
    draft_.items.push_back(read_qti_item(root, beside_item, language_));
    if (draft_.items.back().name.empty()) draft_.items.back().name = name;
  }

  /// An item that cannot be read is left out like any other.
  void add_file(const std::string& from, const std::string& named) {
    if (draft_.items.size() == kMostReferences) {
      return lose(fmt::format("only the first {} items were looked at", kMostReferences));
    }
    const auto path = beside(from, named);
    const auto text = path ? read_(*path) : std::unexpected(path.error());
    const auto document = text ? load(*text) : std::unexpected(text.error());
    if (document) {
      const auto root = (*document)->document_element();
      if (local_name(root.name()) == "assessmentItem") return add(*path, root);
    }
    DraftItem draft;
    draft.name = named;
    draft.refuse(document ? "it is no assessmentItem" : document.error().message);
    draft_.items.push_back(std::move(draft));
  }

  void read_test(const std::string& name, const xml_node& root) {
    draft_.title = root.attribute("title").value();
    draft_.keeps_order = true;
    walk_test(name, root, 0);
  }

  void walk_test(const std::string& name, const xml_node& node, int depth) {
    if (depth > kMostDepth) return lose("what is nested too deeply is left out");
    for (const auto& one : node.children()) {
      const auto kind = local_name(one.name());
      if (kind == "assessmentItemRef") {
        add_file(name, one.attribute("href").value());
        note_reference(one);
      } else if (kind == "assessmentSectionRef") {
        walk_section_file(name, one.attribute("href").value(), depth);
      } else if (kind == "rubricBlock") {
        lose("a text over a section (rubricBlock) is left out");
      } else if (kind == "ordering" && one.attribute("shuffle").as_bool()) {
        draft_.keeps_order = false;
      } else if (kind == "assessmentSection" && !std::string_view(one.attribute("title").value()).empty()) {
        lose(fmt::format("the section '{}' is left out: its items stand with all others",
                         one.attribute("title").value()));
      } else if (kind == "testPart" &&
                 one.attribute("navigationMode").value() == std::string_view("linear")) {
        lose("a part that goes forwards only (navigationMode) can be walked in any order here");
      } else if (kind == "itemSessionControl") {
        lose("how often and with what help an item is answered (itemSessionControl) is the box's own rule");
      } else if (kind == "timeLimits") {
        read_time(one, depth);
      } else if (kind == "selection") {
        lose(fmt::format("a section takes {} of its items: set `draw`", one.attribute("select").value()));
      } else if (kind == "preCondition" || kind == "branchRule") {
        lose("the way through the test does not depend on answers here (preCondition, branchRule)");
      } else if (kind == "outcomeProcessing") {
        lose("the test's own way of counting is replaced by the box's");
      }
      if (one.type() == pugi::node_element && kind != "assessmentItemRef") walk_test(name, one, depth + 1);
    }
  }

  /// A section in a file of its own; such files may refer to one another.
  void walk_section_file(const std::string& from, const std::string& named, int depth) {
    const auto path = beside(from, named);
    if (path && !section_files_.insert(*path).second)
      return lose(fmt::format(
          "the section in '{}' stands in the test once: what refers to it again is left out", named));
    const auto text = path ? read_(*path) : std::unexpected(path.error());
    const auto document = text ? load(*text) : std::unexpected(text.error());
    if (!document)
      return lose(fmt::format("the section in '{}' is left out: {}", named, document.error().message));
    if (local_name((*document)->document_element().name()) != "assessmentSection")
      return lose(fmt::format("the section in '{}' is left out: it is no assessmentSection", named));
    walk_test(*path, **document, depth + 1);
  }

  void note_reference(const xml_node& reference) {
    for (const auto& one : reference.children()) {
      const auto kind = local_name(one.name());
      if (kind == "preCondition" || kind == "branchRule")
        lose("the way through the test does not depend on answers here (preCondition, branchRule)");
      if (kind == "weight") lose("weights that the test gives its items are left out");
      if (kind == "itemSessionControl" || kind == "timeLimits")
        lose("rules of the test for a single item (itemSessionControl, timeLimits) are left out");
    }
  }

  void read_time(const xml_node& limits, int depth) {
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
    const auto resources =
        root.find_child([](const xml_node& node) { return local_name(node.name()) == "resources"; });
    for (const auto& resource : resources.children()) {
      const std::string_view type = resource.attribute("type").value();
      const std::string href = resource.attribute("href").value();
      if (type.contains("imsqti_test") || type.contains("imsqti_assessment")) tests.push_back(href);
      if (type.contains("imsqti_item")) items.push_back(href);
    }
    if (tests.empty()) {
      for (const auto& href : items) add_file(name, href);
      return;
    }
    if (tests.size() > 1)
      lose(fmt::format("{} more tests are left out: give each by itself", tests.size() - 1));
    const auto path = beside(name, tests.front());
    const auto text = path ? read_(*path) : std::unexpected(path.error());
    const auto document = text ? load(*text) : std::unexpected(text.error());
    if (!document)
      return lose(fmt::format("the test '{}' is left out: {}", tests.front(), document.error().message));
    read_test(*path, (*document)->document_element());
  }

  void lose(std::string what) {
    if (std::ranges::find(draft_.lost, what) == draft_.lost.end()) draft_.lost.push_back(std::move(what));
  }

  const ReadBeside& read_;
  const std::string& language_;
  std::set<std::string> section_files_;
  Draft draft_;
};

}  // namespace

Result<Draft> read_qti(const std::string& name, const ReadBeside& read, const std::string& language) {
  return Importer(read, language).begin(name);
}

}  // namespace millrace::cli

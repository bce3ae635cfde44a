#include "cli/packages/package_writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace millrace::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using packages::Item;
using packages::ItemType;
using packages::Option;
using packages::Package;

object to_object(const std::map<std::string, std::string>& texts) {
  object out;
  for (const auto& [name, text] : texts) out[name] = text;
  return out;
}

array to_array(const std::vector<Option>& options) {
  array out;
  for (const auto& option : options)
    out.push_back(object{{"id", option.id}, {"text", to_object(option.text)}});
  return out;
}

template <class T>
value or_null(const std::optional<T>& number) {
  if (!number) return nullptr;
  return value(*number);
}

value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return value(text);
}

void add_by_type(object& out, const Item& item, const std::string& tolerance) {
  if (!item.options.empty()) out["options"] = to_array(item.options);
  if (!item.left.empty()) out["left"] = to_array(item.left);
  if (!item.right.empty()) out["right"] = to_array(item.right);
  if (item.type == ItemType::hotspot) {
    array regions;
    for (const auto& region : item.regions) {
      regions.push_back(object{{"id", region.id},
                               {"label", to_object(region.label)},
                               {"x", region.x},
                               {"y", region.y},
                               {"w", region.w},
                               {"h", region.h}});
    }
    out["regions"] = std::move(regions);
  }
  if (item.type == ItemType::multiple_choice || item.type == ItemType::ordering ||
      item.type == ItemType::matching)
    out["scoring"] = item.scoring == packages::Scoring::partial ? "partial" : "all_or_nothing";
  if (item.type == ItemType::numeric) out["unit"] = item.unit;
  // An id that is no text cannot be read again: without an answer, the reader leaves the item out.
  boost::system::error_code no_text;
  auto answer = boost::json::parse(packages::to_json(item.answer), no_text);
  out["answer"] = no_text ? value(nullptr) : std::move(answer);
  if (item.type == ItemType::numeric) out["tolerance"] = tolerance;
}

object to_object(const Item& item) {
  object out{{"id", item.id},
             {"version", item.version},
             {"topic", item.topic},
             {"type", std::string(packages::to_string(item.type))},
             {"critical", item.critical},
             {"weight", item.weight},
             {"stem", to_object(item.stem)}};
  if (!item.section.empty()) out["section"] = item.section;
  if (!item.image.empty()) out["image"] = item.image;
  if (!item.image_alt.empty()) out["image_alt"] = to_object(item.image_alt);
  if (!item.audio.empty()) out["audio"] = to_object(item.audio);
  if (!item.approved_by.empty()) {
    object approved;
    for (const auto& [language, name] : item.approved_by) approved[language] = text_or_null(name);
    out["approved_by"] = std::move(approved);
  }
  add_by_type(out, item, item.tolerance ? item.tolerance->text() : "0");
  return out;
}

object to_object(const Package& package) {
  array languages;
  for (const auto& language : package.languages)
    languages.push_back(object{{"code", language.code}, {"approved_by", text_or_null(language.approved_by)}});
  object topics;
  for (const auto& topic : package.topics) topics[topic.id] = to_object(topic.title);
  object out{{"format", "millrace-test-package/1"},
             {"test_id", package.test_id},
             {"version", package.version},
             {"skill", package.skill},
             {"title", to_object(package.title)},
             {"languages", std::move(languages)},
             {"time_limit_s", or_null(package.time_limit_s)},
             {"pass_mark_bp", package.pass_mark_bp},
             {"shuffle_items", package.shuffle_items},
             {"shuffle_options", package.shuffle_options}};
  if (package.sections.empty()) out["draw"] = or_null(package.draw);
  if (package.layout_sample) out["layout_sample"] = true;
  out["topics"] = std::move(topics);
  if (!package.sections.empty()) {
    array sections;
    for (const auto& section : package.sections) {
      sections.push_back(
          object{{"id", section.id}, {"title", to_object(section.title)}, {"draw", or_null(section.draw)}});
    }
    out["sections"] = std::move(sections);
  }
  if (!package.media.empty()) {
    object media;
    for (const auto& [name, hash] : package.media) media[name] = hex(hash);
    out["media"] = std::move(media);
  }
  array items;
  for (const auto& item : package.items) items.push_back(to_object(item));
  out["items"] = std::move(items);
  return out;
}

constexpr size_t kMostLineBytes = 100;

/// Short values on one line, the others a member or element a line.
void write(const value& json, const std::string& indent, std::string& out) {
  const auto line = boost::json::serialize(json);
  const bool has_parts = json.is_object() || json.is_array();
  if (!has_parts || (!indent.empty() && line.size() + indent.size() <= kMostLineBytes)) {
    out += line;
    return;
  }
  const auto inner = indent + "  ";
  bool first = true;
  const auto next = [&] {
    out += first ? "\n" : ",\n";
    out += inner;
    first = false;
  };
  if (const auto* object = json.if_object()) {
    out += '{';
    for (const auto& member : *object) {
      next();
      out += boost::json::serialize(value(member.key())) + ": ";
      write(member.value(), inner, out);
    }
    out += "\n" + indent + "}";
    return;
  }
  out += '[';
  for (const auto& element : json.as_array()) {
    next();
    write(element, inner, out);
  }
  out += "\n" + indent + "]";
}

}  // namespace

std::string to_package_json(const Package& package) {
  std::string out;
  write(to_object(package), "", out);
  return out + "\n";
}

}  // namespace millrace::cli

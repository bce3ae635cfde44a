#include "cli/packages/moodle_import.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/packages/draft_bounds.hpp"
#include "cli/packages/moodle_losses.hpp"
#include "cli/packages/xml_nodes.hpp"
#include "core/base/bytes.hpp"
#include "core/packages/package_limits.hpp"

#include <pugixml.hpp>

namespace millrace::cli {
namespace {

using packages::ItemType;
using packages::Scoring;

constexpr std::string_view kFiles = "@@PLUGINFILE@@/";
constexpr double kFullFraction = 100.0;
/// Moodle writes a third as 33.33333.
constexpr double kFractionSlack = 0.01;
constexpr double kSumSlack = kFractionSlack * packages::kMostOptions;

std::string text_of(const pugi::xml_node& node) {
  return inside(node.child("text"));
}

/// Moodle shows the lines of a text without a format of its own as lines.
std::string with_breaks(const std::string& text) {
  std::string out;
  bool is_in_tag = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (begins_tag(text, at)) is_in_tag = true;
    if (text[at] == '>') is_in_tag = false;
    if (text[at] == '\n' && !is_in_tag) out += "<br>";
    out += text[at];
  }
  return out;
}

/// As the question's format says: HTML unless it says plain text.
MarkedText marked(const pugi::xml_node& node) {
  const std::string_view format = node.attribute("format").value();
  if (format != "plain_text") {
    const auto typed = text_of(node);
    auto text = from_html(format == "moodle_auto_format" ? with_breaks(typed) : typed);
    if (format == "markdown") text.lost.insert("text in Markdown stands as it was typed");
    return text;
  }
  MarkedText out;
  out.text = text_of(node);
  return out;
}

double fraction_of(const pugi::xml_node& answer) {
  return answer.attribute("fraction").as_double();
}

/// Names in the text may be written as in an address: %20 for a blank.
std::string file_name(std::string source) {
  if (source.starts_with(kFiles)) source.erase(0, kFiles.size());
  const auto decoded = percent_decode(source);
  return decoded ? *decoded : source;
}

/// As texts refer to it. Two folders may have files of one name.
std::string path_of(const pugi::xml_node& file) {
  std::string path = file.attribute("path").as_string("/");
  path.erase(0, std::min(path.find_first_not_of('/'), path.size()));
  return path + file.attribute("name").value();
}

class QuestionReader {
 public:
  QuestionReader(const pugi::xml_node& question, const std::string& language)
      : question_(question), language_(language) {}

  DraftItem read() {
    draft_.name = text_of(question_.child("name"));
    read_stem();
    read_weight();
    const std::string_view type = question_.attribute("type").value();
    if (type == "multichoice") {
      read_multichoice();
    } else if (type == "truefalse") {
      read_truefalse();
    } else if (type == "numerical") {
      read_numerical();
    } else if (type == "matching") {
      read_matching();
    } else if (type == "ordering") {
      read_ordering();
    } else {
      draft_.refuse(fmt::format("the type '{}' has no counterpart", type));
    }
    note_question_losses(question_, draft_);
    return std::move(draft_);
  }

 private:
  void read_stem() {
    const auto text = question_.child("questiontext");
    auto stem = marked(text);
    for (auto& picture : stem.pictures) picture.source = file_name(picture.source);
    for (auto& sound : stem.sounds) sound = file_name(sound);
    set_stem(draft_, stem, language_, [&](const std::string& name) -> Result<std::string> {
      for (const auto& file : text.children("file")) {
        if (name != path_of(file)) continue;
        std::string base64 = file.text().as_string();
        std::erase_if(base64, [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; });
        const auto content = from_base64(base64);
        if (!content) return fail(ErrorKind::invalid_input, "it is not in the file as base64");
        return std::string(as_text(*content));
      }
      return fail(ErrorKind::not_found, "it is not in the file");
    });
  }

  void read_weight() {
    const auto grade = question_.child("defaultgrade").text().as_double(1);
    if (grade >= 1 && grade <= static_cast<double>(packages::kMostWeight) &&
        grade == static_cast<int>(grade)) {
      draft_.item.weight = static_cast<uint32_t>(grade);
    } else {
      draft_.lose(fmt::format("its mark {} became 1: weights are whole numbers from 1 to {}", grade,
                              packages::kMostWeight));
    }
  }

  void read_multichoice() {
    std::vector<std::string> right;
    std::vector<double> fractions;
    std::vector<double> wrong;
    bool part = false;
    size_t number = 0;
    for (const auto& answer : question_.children("answer")) {
      const auto id = std::to_string(number++);
      draft_.item.options.push_back({id, option_text(draft_, marked(answer), language_)});
      const auto fraction = fraction_of(answer);
      if (fraction > 0) {
        right.push_back(id);
        fractions.push_back(fraction);
      } else {
        wrong.push_back(fraction);
      }
      part = part || (fraction > 0 && fraction < kFullFraction);
    }
    if (is_single()) {
      if (std::ranges::any_of(wrong, [](double one) { return one < 0; }))
        draft_.lose("what Moodle takes off for a wrong choice is left out");
      return read_single(right, fractions, part);
    }
    draft_.item.type = ItemType::multiple_choice;
    draft_.item.scoring = Scoring::partial;
    if (right.empty()) return draft_.refuse("no answer is right");
    const auto given = std::accumulate(fractions.begin(), fractions.end(), 0.0);
    if (std::ranges::adjacent_find(fractions, std::ranges::not_equal_to()) != fractions.end() ||
        std::abs(given - kFullFraction) > kSumSlack)
      draft_.lose("its right answers count differently in Moodle; here they count alike");
    // As the box does it: each wrong choice takes away what a right one gives.
    const auto takes = -kFullFraction / static_cast<double>(right.size());
    if (std::ranges::any_of(wrong, [&](double one) { return std::abs(one - takes) > kFractionSlack; }))
      draft_.lose(
          "what Moodle takes off for a wrong choice is left out: here each takes away what a right one "
          "gives");
    draft_.item.answer = packages::Choices{std::move(right)};
  }

  /// As Moodle reads it: where nothing is said, one answer is right.
  bool is_single() const {
    const auto single = question_.child("single");
    const std::string_view says = single.text().as_string();
    return !single || (!says.empty() && says != "0" && says != "false");
  }

  void read_single(const std::vector<std::string>& right, const std::vector<double>& fractions, bool part) {
    draft_.item.type = ItemType::single_choice;
    const auto full = std::ranges::count(fractions, kFullFraction);
    if (full != 1) return draft_.refuse("not exactly one answer is fully right");
    if (part) draft_.lose("answers that are partly right in Moodle are wrong here");
    const auto at = std::ranges::find(fractions, kFullFraction) - fractions.begin();
    draft_.item.answer = packages::Choice{right[static_cast<size_t>(at)]};
  }

  void read_truefalse() {
    draft_.item.type = ItemType::true_false;
    for (const auto& answer : question_.children("answer")) {
      const auto text = text_of(answer);
      if (fraction_of(answer) < kFullFraction) continue;
      if (text == "true" || text == "false") draft_.item.answer = packages::Truth{text == "true"};
    }
    if (!packages::is_answered(draft_.item.answer)) draft_.refuse("neither true nor false is right");
  }

  void read_numerical() {
    draft_.item.type = ItemType::numeric;
    for (const auto& answer : question_.children("answer")) {
      if (fraction_of(answer) < kFullFraction) {
        if (fraction_of(answer) > 0) draft_.lose("a number that is partly right in Moodle is wrong here");
        continue;
      }
      if (packages::is_answered(draft_.item.answer)) return draft_.refuse("more than one number is right");
      draft_.item.answer = packages::Number{text_of(answer)};
      draft_.tolerance = answer.child("tolerance").text().as_string("0");
    }
    if (!packages::is_answered(draft_.item.answer)) return draft_.refuse("no number is right");
    for (const auto& unit : question_.child("units").children("unit")) {
      if (unit.child("multiplier").text().as_double(1) == 1 && draft_.item.unit.empty()) {
        draft_.item.unit = unit.child("unit_name").text().as_string();
      } else {
        draft_.lose(fmt::format("the unit '{}' is left out: a number has one",
                                unit.child("unit_name").text().as_string()));
      }
    }
  }

  void read_matching() {
    draft_.item.type = ItemType::matching;
    draft_.item.scoring = Scoring::partial;
    packages::Pairs pairs;
    std::set<packages::Texts> answers;
    size_t number = 0;
    for (const auto& sub : question_.children("subquestion")) {
      const auto id = std::to_string(number++);
      const auto asked = marked(sub);
      const auto left = option_text(draft_, asked, language_);
      const auto right = option_text(draft_, from_html(text_of(sub.child("answer"))), language_);
      if (left.at(language_).empty() && !(asked.pictures.empty() && asked.sounds.empty()))
        return draft_.refuse("one of its sides is nothing but a picture or a sound");
      if (!answers.insert(right).second) return draft_.refuse("two of its sides share one answer");
      draft_.item.right.push_back({id, right});
      if (left.at(language_).empty()) continue;  // an answer that belongs to nothing
      draft_.item.left.push_back({id, left});
      pairs.right_of[id] = id;
    }
    if (pairs.right_of.empty()) return draft_.refuse("nothing is to be matched");
    draft_.item.answer = std::move(pairs);
  }

  void read_ordering() {
    draft_.item.type = ItemType::ordering;
    const std::string_view grading = question_.child("gradingtype").text().as_string();
    const bool whole = grading == "-1" || grading == "ALL_OR_NOTHING";
    draft_.item.scoring = whole ? Scoring::all_or_nothing : Scoring::partial;
    if (!whole && grading != "0" && grading != "ABSOLUTE_POSITION" && !grading.empty())
      draft_.lose("Moodle grades it by its neighbours; here each right place counts");
    packages::Order order;
    for (const auto& answer : question_.children("answer")) {
      const auto id = std::to_string(order.options.size());
      draft_.item.options.push_back({id, option_text(draft_, marked(answer), language_)});
      order.options.push_back(id);
    }
    if (order.options.empty()) return draft_.refuse("nothing is to be ordered");
    draft_.item.answer = std::move(order);
  }

  const pugi::xml_node& question_;
  const std::string& language_;
  DraftItem draft_;
};

/// "$course$/top/Press/Guards" is Press and Guards. A slash in a name is written twice.
std::vector<std::string> steps_of(const pugi::xml_node& category) {
  std::vector<std::string> steps(1);
  const auto path = text_of(category.child("category"));
  for (size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '/') {
      steps.back() += path[at];
    } else if (path.compare(at + 1, 1, "/") == 0) {
      steps.back() += path[at++];
    } else {
      steps.emplace_back();
    }
  }
  const auto is_frame = [](const std::string& step) {
    return step.empty() || step == "top" || (step.starts_with('$') && step.ends_with('$'));
  };
  steps.erase(steps.begin(), std::ranges::find_if_not(steps, is_frame));
  return steps;
}

/// The last step is the topic.
std::string read_topic(const pugi::xml_node& category, Draft& draft) {
  if (says_something(category.child("info"))) draft.lose("what is said about a category is left out");
  if (category.child("idnumber").text()) draft.lose("a category's number (idnumber) is left out");
  auto steps = steps_of(category);
  if (steps.empty()) return {};
  auto topic = std::move(steps.back());
  steps.pop_back();
  if (!steps.empty())
    draft.lose(fmt::format("the category '{}' stands over the topic '{}' and is left out",
                           fmt::join(steps, "/"), topic));
  return topic;
}

}  // namespace

Result<Draft> read_moodle(const std::string& xml, const std::string& language) {
  // Its texts are HTML, and what is unknown in them is named there.
  const auto document = load_xml(xml, [](std::string_view) {});
  if (!document) return std::unexpected(document.error());
  const auto quiz = (*document)->child("quiz");
  if (!quiz) return fail(ErrorKind::invalid_input, "is no Moodle XML: it has no <quiz>");
  Draft draft;
  std::string topic;
  for (const auto& question : quiz.children()) {
    if (question.type() != pugi::node_element) continue;
    if (question.name() != std::string_view("question")) {
      draft.lose(fmt::format("'{}' is left out: it is no question", question.name()));
      continue;
    }
    if (question.attribute("type").value() == std::string_view("category")) {
      topic = read_topic(question, draft);
      continue;
    }
    if (is_full(draft)) break;
    if (question.child("penalty").text().as_double() > 0)
      draft.lose("penalties for further tries are left out: a question is answered once");
    auto item = QuestionReader(question, language).read();
    item.topic = topic;
    add_item(draft, std::move(item));
  }
  return draft;
}

}  // namespace millrace::cli

#include "cli/packages/moodle_losses.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <pugixml.hpp>

namespace millrace::cli {
namespace {

using pugi::xml_node;

/// What a question has that is read or named by itself, or only says how it looks: how options are numbered,
/// whether an instruction stands over them.
constexpr std::string_view kParts[] = {"name",
                                       "questiontext",
                                       "defaultgrade",
                                       "penalty",
                                       "answer",
                                       "subquestion",
                                       "single",
                                       "units",
                                       "gradingtype",
                                       "answernumbering",
                                       "numberingstyle",
                                       "layouttype",
                                       "showstandardinstruction",
                                       "unitsleft",
                                       "generalfeedback",
                                       "correctfeedback",
                                       "partiallycorrectfeedback",
                                       "incorrectfeedback",
                                       "shownumcorrect",
                                       "showgrading",
                                       "hint",
                                       "tags",
                                       "shuffleanswers",
                                       "hidden",
                                       "idnumber",
                                       "showunits",
                                       "unitgradingtype",
                                       "unitpenalty",
                                       "selecttype",
                                       "selectcount"};

std::string words_of(const xml_node& node) {
  return from_html(node.child("text").text().as_string()).text;
}

/// A setting of the question as Moodle writes it; empty where there is none.
std::string_view setting(const xml_node& question, const char* name) {
  return question.child(name).text().as_string();
}

bool has_feedback(const xml_node& question) {
  const auto says = [](const xml_node& node) { return !words_of(node).empty(); };
  return says(question.child("generalfeedback")) || says(question.child("correctfeedback")) ||
         says(question.child("partiallycorrectfeedback")) || says(question.child("incorrectfeedback")) ||
         std::ranges::any_of(question.children("answer"),
                             [&](const xml_node& answer) { return says(answer.child("feedback")); });
}

void note_settings(const xml_node& question, DraftItem& draft) {
  if (const auto shuffle = setting(question, "shuffleanswers"); shuffle == "0" || shuffle == "false")
    draft.lose("options with a place of their own (shuffleanswers) are shuffled");
  if (const auto hidden = setting(question, "hidden"); hidden == "1" || hidden == "true")
    draft.lose("it is hidden in Moodle, and asked here: take it out if it is not to be");
  if (!setting(question, "idnumber").empty()) draft.lose("its number (idnumber) is left out");
  // 0: typed; 1: chosen; 2: it stands there; 3: none.
  if (const auto units = setting(question, "showunits"); units == "0" || units == "1")
    draft.lose("its unit is shown instead of asked for");
  if (const auto graded = setting(question, "unitgradingtype"); !graded.empty() && graded != "0")
    draft.lose("points for the right unit are left out");
  // 0: all of them.
  if (const auto select = setting(question, "selecttype");
      !select.empty() && select != "0" && select != "ALL")
    draft.lose(fmt::format("Moodle takes {} of its parts by chance; here all are put in order",
                           setting(question, "selectcount")));
}

/// Whether an element says anything: Moodle writes empty ones too.
bool is_empty(const xml_node& node) {
  return !node.find_node([](const xml_node& one) {
    return std::string_view(one.value()).find_first_not_of(" \t\r\n") != std::string_view::npos;
  });
}

}  // namespace

void note_question_losses(const xml_node& question, DraftItem& draft) {
  if (has_feedback(question)) draft.lose("its feedback is left out");
  if (question.child("hint")) draft.lose("its hints are left out");
  if (question.child("tags").child("tag")) draft.lose("its tags are left out");
  note_settings(question, draft);
  for (const auto& part : question.children()) {
    const std::string_view name = part.name();
    if (part.type() == pugi::node_element && std::ranges::find(kParts, name) == std::end(kParts) &&
        !is_empty(part))
      draft.lose(fmt::format("'{}' is left out", name));
  }
}

}  // namespace millrace::cli

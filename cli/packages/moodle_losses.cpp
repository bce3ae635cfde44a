#include "cli/packages/moodle_losses.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/packages/xml_nodes.hpp"

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

/// What is read of an answer or named by itself; a file is shown where its text says so.
constexpr std::string_view kPartsOfAnswer[] = {"text", "feedback", "tolerance", "file"};

/// A setting of the question as Moodle writes it; empty where there is none.
std::string_view setting(const xml_node& question, const char* name) {
  return question.child(name).text().as_string();
}

bool has_feedback(const xml_node& question) {
  constexpr const char* kAnyOf[] = {"generalfeedback", "correctfeedback", "partiallycorrectfeedback",
                                    "incorrectfeedback"};
  return std::ranges::any_of(kAnyOf, [&](auto name) { return says_something(question.child(name)); }) ||
         std::ranges::any_of(question.children("answer"),
                             [](const xml_node& answer) { return says_something(answer.child("feedback")); });
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

/// What is neither among the parts that are known nor empty.
template <class Parts>
void note_unknown(const xml_node& node, const Parts& known, const char* whose, DraftItem& draft) {
  for (const auto& part : node.children()) {
    const std::string_view name = part.name();
    if (part.type() == pugi::node_element && std::ranges::find(known, name) == std::end(known) &&
        !is_empty(part))
      draft.lose(fmt::format("'{}'{} is left out", name, whose));
  }
}

}  // namespace

bool says_something(const xml_node& node) {
  const auto text = from_html(inside(node.child("text")));
  // A film, an embedded page or a drawing shows up as a loss alone.
  return !text.text.empty() || !text.pictures.empty() || !text.sounds.empty() || !text.lost.empty();
}

void note_question_losses(const xml_node& question, DraftItem& draft) {
  if (has_feedback(question)) draft.lose("its feedback is left out");
  if (question.child("hint")) draft.lose("its hints are left out");
  if (question.child("tags").child("tag")) draft.lose("its tags are left out");
  note_settings(question, draft);
  note_unknown(question, kParts, "", draft);
  for (const auto& answer : question.children("answer"))
    note_unknown(answer, kPartsOfAnswer, " of an answer", draft);
}

}  // namespace millrace::cli

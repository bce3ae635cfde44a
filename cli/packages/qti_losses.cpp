#include "cli/packages/qti_losses.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/packages/xml_nodes.hpp"

namespace millrace::cli {
namespace {

using pugi::xml_node;

/// What stands in an item, and is read or named by itself.
constexpr std::string_view kPartsOfItem[] = {
    "responseDeclaration", "outcomeDeclaration", "templateDeclaration", "templateProcessing", "itemBody",
    "responseProcessing",  "modalFeedback",      "stylesheet"};

/// What is read of an interaction.
constexpr std::string_view kPartsOfInteraction[] = {
    "prompt", "simpleChoice", "simpleMatchSet", "simpleAssociableChoice", "hotspotChoice", "object"};

/// What the judging by what the file calls right is made of, as match_correct and map_response do it.
constexpr std::string_view kUsualRules[] = {"responseCondition",
                                            "responseIf",
                                            "responseElseIf",
                                            "responseElse",
                                            "match",
                                            "equal",
                                            "equalRounded",
                                            "variable",
                                            "correct",
                                            "isNull",
                                            "setOutcomeValue",
                                            "baseValue",
                                            "mapResponse",
                                            "not",
                                            "sum"};
constexpr std::string_view kUsualTemplates[] = {"match_correct", "map_response", "map_response_point"};

constexpr auto kWay = "the way through the test does not depend on answers here (preCondition, branchRule)";

template <class List>
bool contains(const List& list, std::string_view one) {
  return std::ranges::find(list, one) != std::end(list);
}

/// Whether the rule is another one than "as the file calls it right, one point".
bool is_own_rule(const xml_node& rule) {
  const auto name = local_name(rule.name());
  if (!contains(kUsualRules, name)) return true;
  if (name == "not") return !child(rule, "isNull");
  // The answer beside a value of its own: read_number looks at numbers itself.
  return name == "match" && child(rule, "baseValue");
}

bool is_one_point(const xml_node& value) {
  const auto points = value.text().as_double();
  return points == 0 || points == 1;
}

void note_judging(const xml_node& processing, DraftItem& draft) {
  const auto used = attribute(processing, "template");
  if (const auto name = used.substr(used.rfind('/') + 1);
      !used.empty() && !contains(kUsualTemplates, name.substr(0, name.find(".xml"))))
    draft.lose(fmt::format(
        "its own way of judging (the template {}) is replaced by the answer that it calls right", name));
  std::vector<xml_node> rules;
  collect(processing, [](std::string_view) { return true; }, rules);
  if (const auto own = std::ranges::find_if(rules, is_own_rule); own != rules.end())
    draft.lose(fmt::format("its own way of judging ({}) is replaced by the answer that it calls right",
                           local_name(own->name())));
  for (const auto& rule : rules) {
    if (local_name(rule.name()) != "setOutcomeValue" || attribute(rule, "identifier") != "SCORE") continue;
    if (const auto value = child(rule, "baseValue"); value && !is_one_point(value))
      draft.lose("its points are left out: it has the weight 1");
  }
}

void note_outcome(const xml_node& declaration, DraftItem& draft) {
  const auto most = declaration.attribute("normalMaximum");
  const auto preset = child(child(declaration, "defaultValue"), "value");
  const bool is_most = attribute(declaration, "identifier") == "MAXSCORE";
  if ((most && most.as_double() != 1) || (is_most && preset && !is_one_point(preset)))
    draft.lose("its points are left out: it has the weight 1");
  if (declaration.attribute("masteryValue"))
    draft.lose("from how many points on it counts as mastered (masteryValue) is left out");
}

std::vector<xml_node> choices_of(const xml_node& interaction) {
  std::vector<xml_node> choices;
  collect(interaction, [](std::string_view name) { return name.ends_with("Choice"); }, choices);
  return choices;
}

/// Whether the attribute bounds a number of choices: 0 and nothing are no bound.
bool bounds(const xml_node& node, const char* name) {
  return node.attribute(name).as_int() > 0;
}

bool is_bounded_below(const xml_node& interaction, const std::vector<xml_node>& choices) {
  return bounds(interaction, "minChoices") || bounds(interaction, "minAssociations") ||
         std::ranges::any_of(choices, [](const xml_node& one) { return bounds(one, "matchMin"); });
}

/// How much an answer can hold here.
size_t most_answers(const xml_node& interaction, const std::vector<xml_node>& choices) {
  if (local_name(interaction.name()) == "associateInteraction") return choices.size() / 2;
  const auto left = child(interaction, "simpleMatchSet");
  return left ? children(left, "simpleAssociableChoice").size() : choices.size();
}

/// Where one may be chosen, more than one cannot be anyway.
bool is_bounded_above(const xml_node& interaction, const std::string& cardinality, size_t choices) {
  const auto most = std::max(interaction.attribute("maxChoices").as_int(),
                             interaction.attribute("maxAssociations").as_int());
  return cardinality != "single" && most > 0 && static_cast<size_t>(most) < choices;
}

}  // namespace

std::string refusal_of(const xml_node& item) {
  if (child(item, "templateDeclaration")) return "its numbers are made anew each time (templateDeclaration)";
  if (child(item, "templateProcessing")) return "it is made anew each time (templateProcessing)";
  if (holds(child(item, "itemBody"), "printedVariable"))
    return "it shows a value that is computed (printedVariable)";
  if (boolean(item, "adaptive") == true) return "it is adaptive: it goes on after an answer";
  return {};
}

void note_item_losses(const xml_node& item, DraftItem& draft) {
  for (const auto& part : item.children()) {
    if (part.type() != pugi::node_element) continue;
    const auto name = local_name(part.name());
    if (name == "modalFeedback") draft.lose("its feedback is left out");
    if (name == "stylesheet") draft.lose("its style sheet is left out");
    if (name == "outcomeDeclaration") note_outcome(part, draft);
    if (name == "responseProcessing") note_judging(part, draft);
    if (!contains(kPartsOfItem, name)) draft.lose(fmt::format("'{}' is left out", name));
  }
}

bool has_own_order(const xml_node& interaction) {
  const auto is_fixed = [](const xml_node& node) { return boolean(node, "fixed") == true; };
  return boolean(interaction, "shuffle") == false || std::ranges::any_of(choices_of(interaction), is_fixed);
}

void note_interaction_losses(const xml_node& interaction, const xml_node& declaration, DraftItem& draft) {
  const auto choices = choices_of(interaction);
  // True and false stand in the kiosk's order: the item is of that type only where this is its own.
  if (draft.item.type != packages::ItemType::true_false && has_own_order(interaction))
    draft.lose("options with a place of their own (shuffle, fixed) are shuffled");
  if (is_bounded_below(interaction, choices))
    draft.lose("how much must be answered at least (minChoices, minAssociations, matchMin) is left out");
  if (is_bounded_above(interaction, attribute(declaration, "cardinality"),
                       most_answers(interaction, choices)))
    draft.lose("how much may be answered at most (maxChoices, maxAssociations) is left out");
  const auto is_reused = [](const xml_node& one) {
    const auto uses = one.attribute("matchMax");
    return uses && uses.as_int() != 1;
  };
  if (std::ranges::any_of(choices, is_reused))
    draft.lose("a side that may be used more than once (matchMax) is used once here");
  for (const auto& part : interaction.children()) {
    if (const auto name = local_name(part.name());
        part.type() == pugi::node_element && !contains(kPartsOfInteraction, name))
      draft.lose(fmt::format("'{}' of its interaction is left out", name));
  }
  if (child(declaration, "defaultValue")) draft.lose("its preset answer (defaultValue) is left out");
  if (interaction.attribute("patternMask") || interaction.attribute("placeholderText"))
    draft.lose("how its field is to be filled in (patternMask, placeholderText) is left out");
}

void note_test_loss(const xml_node& part, Draft& draft) {
  constexpr std::pair<std::string_view, std::string_view> kLosses[] = {
      {"rubricBlock", "a text over a section (rubricBlock) is left out"},
      {"itemSessionControl",
       "how often and with what help an item is answered (itemSessionControl) is the box's own rule"},
      {"preCondition", kWay},
      {"branchRule", kWay},
      {"outcomeProcessing", "the test's own way of counting is replaced by the box's"},
      {"testFeedback", "what the test says at its end (testFeedback) is left out"},
      {"stylesheet", "the test's style sheet is left out"}};
  const auto name = local_name(part.name());
  if (name == "selection")
    return draft.lose(fmt::format("a section takes {} of its items: set `draw`", attribute(part, "select")));
  // Values without the processing that is named, but for the points from which on the test is passed.
  if (name == "outcomeDeclaration") {
    if (part.attribute("masteryValue"))
      draft.lose("from how many points on it is passed (masteryValue) is left out: give --pass-mark");
    return;
  }
  for (const auto& [known, loss] : kLosses) {
    if (known == name) return draft.lose(std::string(loss));
  }
  draft.lose(fmt::format("'{}' is left out", name));
}

void note_reference_loss(const xml_node& part, Draft& draft) {
  const auto name = local_name(part.name());
  if (name == "preCondition" || name == "branchRule") return draft.lose(kWay);
  if (name == "weight") return draft.lose("weights that the test gives its items are left out");
  if (name == "itemSessionControl" || name == "timeLimits")
    return draft.lose("rules of the test for a single item (itemSessionControl, timeLimits) are left out");
  draft.lose(fmt::format("what the test gives its items ({}) is left out", name));
}

}  // namespace millrace::cli

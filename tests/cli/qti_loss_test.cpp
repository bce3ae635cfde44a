// Of a QTI item, test or content package nothing is dropped in silence.
#include <gmock/gmock.h>

#include "tests/cli/import_text.hpp"

namespace millrace::cli {
namespace {

using test::import_files;
using test::left_out;
using test::media_name;
using test::package_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// An item: how its answer is declared, its body, and what follows.
std::string item(const std::string& declared, const std::string& body, const std::string& after = "") {
  return "<assessmentItem identifier=\"q\">" + declared + "<itemBody>" + body + "</itemBody>" + after +
         "</assessmentItem>";
}

std::string declared(const std::string& cardinality, const std::vector<std::string>& right,
                     const std::string& type = "identifier") {
  auto out = "<responseDeclaration identifier=\"R\" cardinality=\"" + cardinality + "\" baseType=\"" + type +
             "\"><correctResponse>";
  for (const auto& one : right) out += "<value>" + one + "</value>";
  return out + "</correctResponse></responseDeclaration>";
}

std::string choices(const std::string& attributes, const std::string& kind = "choiceInteraction") {
  return "<" + kind + " responseIdentifier=\"R\" " + attributes +
         "><prompt>Which?</prompt><simpleChoice identifier=\"a\">One</simpleChoice>"
         "<simpleChoice identifier=\"b\">Two</simpleChoice><simpleChoice "
         "identifier=\"c\">Three</simpleChoice></" +
         kind + ">";
}

std::vector<std::string> lost_of(const std::string& text) {
  return left_out(import_files({{"item.xml", text}}, "item.xml"));
}

const std::string kOne = declared("single", {"a"});

TEST(QtiItem, that_is_plain_loses_nothing) {
  EXPECT_THAT(lost_of(item(kOne, choices("maxChoices=\"1\" minChoices=\"0\" shuffle=\"true\""),
                           "<responseProcessing template=\"http://www.imsglobal.org/question/qti_v2p1/"
                           "rptemplates/match_correct.xml\"/>")),
              IsEmpty());
}

TEST(QtiItem, names_how_much_may_and_must_be_answered) {
  EXPECT_THAT(
      lost_of(item(declared("multiple", {"a"}), choices("maxChoices=\"2\" minChoices=\"1\""))),
      UnorderedElementsAre(HasSubstr("at most (maxChoices, maxAssociations) is left out"),
                           HasSubstr("at least (minChoices, minAssociations, matchMin) is left out")));
  EXPECT_THAT(lost_of(item(declared("ordered", {"a", "b"}), choices("minChoices=\"2\"", "orderInteraction"))),
              ElementsAre(HasSubstr("q whole: ")))
      << "an order of some of its options";
}

TEST(QtiItem, names_sides_that_may_be_used_again) {
  const auto side = [](const std::string& id, const std::string& most) {
    return "<simpleAssociableChoice identifier=\"" + id + "\" matchMax=\"" + most + "\">" + id +
           "</simpleAssociableChoice>";
  };
  EXPECT_THAT(lost_of(item(declared("multiple", {"a x", "b y"}, "directedPair"),
                           "<p>Which?</p><matchInteraction responseIdentifier=\"R\" maxAssociations=\"2\">"
                           "<simpleMatchSet>" +
                               side("a", "1") + side("b", "1") + "</simpleMatchSet><simpleMatchSet>" +
                               side("x", "2") + side("y", "1") + "</simpleMatchSet></matchInteraction>")),
              ElementsAre("q: a side that may be used more than once (matchMax) is used once here"));
}

TEST(QtiItem, names_what_stands_beside_its_interaction) {
  EXPECT_THAT(lost_of(item(kOne + "<outcomeDeclaration identifier=\"MAXSCORE\"><defaultValue><value>4</value>"
                                  "</defaultValue></outcomeDeclaration><stylesheet href=\"a.css\"/>",
                           choices("") + "<infoControl title=\"Help\"><p>Think.</p></infoControl>",
                           "<modalFeedback>Good!</modalFeedback><catalogInfo/>")),
              UnorderedElementsAre("q: its points are left out: it has the weight 1",
                                   "q: its style sheet is left out", "q: its feedback is left out",
                                   "q: 'catalogInfo' is left out", "q: a hint (infoControl) is left out"));
}

TEST(QtiItem, names_what_stands_in_its_interaction_and_what_lies_in_another_file) {
  auto text = item(kOne, "<p>See <xi:include href=\"more.xml\"/></p>" + choices(""));
  text.insert(text.find("</choiceInteraction>"), "<p>Think of the oil.</p>");
  EXPECT_THAT(lost_of(text),
              UnorderedElementsAre("q: 'p' of its interaction is left out",
                                   "q: a part of the text that lies in another file (include) is left out"));
}

TEST(QtiItem, names_a_way_of_judging_of_its_own) {
  const auto judged = [](const std::string& rule) {
    return item(kOne, choices(""), "<responseProcessing>" + rule + "</responseProcessing>");
  };
  const auto mapping =
      "<responseCondition><responseIf><not><isNull><variable/></isNull></not>"
      "<setOutcomeValue identifier=\"SCORE\"><mapResponse/></setOutcomeValue></responseIf>"
      "</responseCondition>";
  EXPECT_THAT(lost_of(judged(mapping)), IsEmpty());
  for (const auto* const rule : {"<match><variable/><baseValue>b</baseValue></match>",
                                 "<not><match><variable/><correct/></match></not>"})
    EXPECT_THAT(lost_of(judged(rule)), ElementsAre(HasSubstr("its own way of judging"))) << rule;
  EXPECT_THAT(
      lost_of(judged("<setOutcomeValue identifier=\"SCORE\"><baseValue>3</baseValue></setOutcomeValue>")),
      ElementsAre("q: its points are left out: it has the weight 1"));
  EXPECT_THAT(lost_of(item(kOne, choices(""), "<responseProcessing template=\"https://example.com/own\"/>")),
              ElementsAre(HasSubstr("its own way of judging (the template own)")));
}

TEST(QtiItem, names_points_for_single_answers_and_a_preset_one) {
  auto with_points = declared("multiple", {"a", "b"});
  with_points.insert(
      with_points.find("</responseDeclaration>"),
      "<defaultValue><value>c</value></defaultValue><mapping lowerBound=\"0\" upperBound=\"2\" "
      "defaultValue=\"-1\"><mapEntry mapKey=\"a\" mappedValue=\"2\"/></mapping>");
  EXPECT_THAT(lost_of(item(with_points, choices("maxChoices=\"0\""))),
              UnorderedElementsAre("q: its points for single answers are replaced by the box's own rule",
                                   "q: its preset answer (defaultValue) is left out"));
}

TEST(QtiItem, with_points_that_its_judging_does_not_ask_for_is_right_or_wrong) {
  auto with_points = declared("multiple", {"a", "b"});
  with_points.insert(with_points.find("</responseDeclaration>"),
                     "<mapping><mapEntry mapKey=\"a\" mappedValue=\"1\"/></mapping>");
  const auto judged = [&](const std::string& name) {
    const auto imported = import_files(
        {{"item.xml", item(with_points, choices("maxChoices=\"0\""),
                           "<responseProcessing template=\"https://example.com/" + name + "\"/>")}},
        "item.xml");
    return package_of(imported)->items.at(0).scoring;
  };
  EXPECT_EQ(judged("match_correct"), packages::Scoring::all_or_nothing);
  EXPECT_EQ(judged("map_response"), packages::Scoring::partial);
}

TEST(QtiItem, says_true_and_false_as_one_and_zero_as_well) {
  constexpr auto kOwnPlace = "q: options with a place of their own (shuffle, fixed) are shuffled";
  for (const auto* const no : {"false", "0", " 0 "})
    EXPECT_THAT(lost_of(item(kOne, choices("shuffle=\"" + std::string(no) + "\""))), ElementsAre(kOwnPlace));
  auto fixed = item(kOne, choices("shuffle=\"1\""));
  EXPECT_THAT(lost_of(fixed), IsEmpty());
  fixed.insert(fixed.find(" identifier=\"a\""), " fixed=\"1\"");
  EXPECT_THAT(lost_of(fixed), ElementsAre(kOwnPlace));
  auto adaptive = item(kOne, choices(""));
  EXPECT_THAT(lost_of(adaptive.insert(adaptive.find('>'), " adaptive=\"1\"")),
              ElementsAre(HasSubstr("q whole: it is adaptive")));
}

TEST(QtiItem, that_is_made_anew_is_refused) {
  EXPECT_THAT(lost_of(item(kOne + "<templateProcessing/>", choices(""))),
              ElementsAre(HasSubstr("q whole: it is made anew each time")));
  EXPECT_THAT(lost_of(item(kOne, "<p><printedVariable identifier=\"X\"/></p>" + choices(""))),
              ElementsAre(HasSubstr("q whole: it shows a value that is computed")));
  EXPECT_THAT(lost_of(item(kOne, choices("") + choices(""))),
              ElementsAre(HasSubstr("q whole: it has 2 interactions")));
}

TEST(QtiItem, with_a_number_that_is_judged_by_another_is_refused) {
  const auto number = [](const std::string& attributes, const std::string& against) {
    return item(declared("single", {"6"}, "float"),
                "<p>How many? <textEntryInteraction responseIdentifier=\"R\" " + attributes + "/></p>",
                "<responseProcessing><equal toleranceMode=\"exact\"><variable/><baseValue>" + against +
                    "</baseValue></equal></responseProcessing>");
  };
  EXPECT_THAT(lost_of(number("", "6")), IsEmpty());
  EXPECT_THAT(lost_of(number("", " 6.0 ")), IsEmpty()) << "the same number, spelled otherwise";
  EXPECT_THAT(lost_of(number("", "6e0")),
              ElementsAre("q whole: it is compared with '6e0', which is no plain decimal"));
  EXPECT_THAT(lost_of(number("", "7")),
              ElementsAre(HasSubstr("q whole: it is compared with another number")));
  EXPECT_THAT(lost_of(number("base=\"16\"", "6")),
              ElementsAre(HasSubstr("q whole: it asks for a number that")));
  EXPECT_THAT(lost_of(number("patternMask=\"[0-9]\"", "6")),
              ElementsAre(HasSubstr("q: how its field is to be")));
}

TEST(QtiItem, with_a_number_may_spell_its_tolerance_in_two_ways) {
  const auto number = [](const std::string& tolerance) {
    return item(declared("single", {"6"}, "float"),
                "<p>How many? <textEntryInteraction responseIdentifier=\"R\"/></p>",
                "<responseProcessing><equal toleranceMode=\"absolute\" tolerance=\"" + tolerance +
                    "\"><variable/><correct/></equal></responseProcessing>");
  };
  for (const auto* const same : {"0.5", "0.5 0.50"}) EXPECT_THAT(lost_of(number(same)), IsEmpty()) << same;
  EXPECT_THAT(lost_of(number("0.5 0.6")), ElementsAre(HasSubstr("not the same on both sides")));
  EXPECT_THAT(lost_of(number("0.5 x")), ElementsAre(HasSubstr("its tolerance 'x' is no plain decimal")));
}

TEST(QtiItem, with_a_picture_names_that_several_places_may_be_chosen_in_it) {
  const auto imported = import_files(
      {{"panel.SVG", std::string(test::kSvg)},
       {"item.xml",
        item(declared("multiple", {"a"}),
             "<p>Tap.</p><hotspotInteraction responseIdentifier=\"R\" maxChoices=\"0\"><object "
             "type=\"image/svg+xml\" data=\"panel.SVG\" width=\"100\" height=\"100\">A panel</object>"
             "<hotspotChoice identifier=\"a\" shape=\"rect\" coords=\"0,0,10,10\" hotspotLabel=\"Red\"/>"
             "<hotspotChoice identifier=\"b\" shape=\"rect\" coords=\"20,0,30,10\" hotspotLabel=\"Green\"/>"
             "</hotspotInteraction>")}},
      "item.xml");
  EXPECT_THAT(left_out(imported), ElementsAre("q: several places may be chosen in it, and one here"));
  EXPECT_EQ(package_of(imported)->items.at(0).image, media_name("q", std::string(test::kSvg), ".svg"));
}

TEST(QtiItem, with_a_picture_whose_description_is_blank_has_none) {
  const auto imported =
      import_files({{"panel.svg", std::string(test::kSvg)},
                    {"item.xml", item(kOne, "<p><img src=\"panel.svg\" alt=\" \"/></p>" + choices(""))}},
                   "item.xml");
  EXPECT_THAT(left_out(imported), IsEmpty());
  EXPECT_FALSE(package_of(imported)->items.at(0).image.empty());
  EXPECT_TRUE(package_of(imported)->items.at(0).image_alt.empty());
}

std::string named_item(const std::string& name) {
  auto text = item(kOne, choices(""));
  return text.replace(text.find("\"q\""), 3, "\"" + name + "\"");
}

Imported import_test(const std::string& inside) {
  return import_files({{"a.xml", named_item("a")},
                       {"b.xml", named_item("b")},
                       {"test.xml", "<assessmentTest title=\"T\">" + inside + "</assessmentTest>"}},
                      "test.xml");
}

std::string section(const std::string& name, const std::string& inside) {
  return "<assessmentSection identifier=\"" + name + "\">" + inside + "</assessmentSection>";
}

constexpr auto kA = "<assessmentItemRef href=\"a.xml\"/>";
constexpr auto kB = "<assessmentItemRef href=\"b.xml\"/>";
constexpr auto kShuffled = "<ordering shuffle=\"true\"/>";

TEST(QtiTest, whose_title_is_blank_is_called_as_its_id) {
  const auto imported = import_files(
      {{"a.xml", named_item("a")},
       {"test.xml", "<assessmentTest title=\"\u00a0\">" + section("s", kA) + "</assessmentTest>"}},
      "test.xml");
  EXPECT_EQ(package_of(imported)->title.at("en"), "imported");
}

TEST(QtiTest, is_shuffled_where_its_only_section_is) {
  const auto imported = import_test(section("s", kShuffled + std::string(kA) + kB));
  EXPECT_TRUE(package_of(imported)->shuffle_items);
  EXPECT_THAT(left_out(imported), IsEmpty());
}

TEST(QtiTest, of_which_one_section_is_shuffled_keeps_its_order_and_says_so) {
  const auto imported = import_test(section("s", kShuffled + std::string(kA)) + section("t", kB));
  EXPECT_FALSE(package_of(imported)->shuffle_items);
  EXPECT_THAT(left_out(imported), ElementsAre(HasSubstr(": the items of the section 's' are not shuffled")));
}

TEST(QtiTest, names_its_rules_that_have_no_counterpart) {
  const auto imported = import_test(
      "<outcomeDeclaration identifier=\"SCORE\" masteryValue=\"0.8\"/><timeLimits minTime=\"60\" "
      "maxTime=\"900\" allowLateSubmission=\"true\"/><stylesheet href=\"a.css\"/><testPart><testFeedback/>" +
      section("s",
              "<assessmentItemRef href=\"a.xml\" category=\"x\" fixed=\"true\"><weight value=\"2\"/>"
              "<templateDefault/></assessmentItemRef><include href=\"more.xml\"/>") +
      "</testPart><testPart>" + section("t", kB) + "</testPart>");
  EXPECT_EQ(package_of(imported)->time_limit_s, 900U);
  EXPECT_THAT(
      left_out(imported),
      UnorderedElementsAre(
          HasSubstr("(masteryValue) is left out: give --pass-mark"), HasSubstr("(minTime) is left out"),
          HasSubstr("(allowLateSubmission) is not taken"), ": the test's style sheet is left out",
          HasSubstr("(testFeedback) is left out"), HasSubstr("(category) are left out"),
          HasSubstr("(fixed) have none here"), HasSubstr("weights that the test gives its items"),
          ": what the test gives its items (templateDefault) is left out", ": 'include' is left out",
          ": the parts of the test (testPart) stand as one"));
}

TEST(QtiPackage, names_each_item_of_a_bank_that_its_test_does_not_ask_and_each_file_that_none_shows) {
  const auto resource = [](const std::string& type, const std::string& href, const std::string& more = "") {
    return "<resource type=\"" + type + "\" href=\"" + href + "\"><file href=\"" + href + "\"/>" + more +
           "</resource>";
  };
  const auto imported = import_files(
      {{"imsmanifest.xml", "<manifest><resources>" + resource("imsqti_test_xmlv2p1", "test.xml") +
                               resource("imsqti_item_xmlv2p1", "a.xml", "<file href=\"a.css\"/>") +
                               resource("imsqti_item_xmlv2p1", "bank/b.xml") +
                               resource("imsqti_item_xmlv2p1", "bank/c.xml") +
                               resource("webcontent", "manual.pdf") + "</resources></manifest>"},
       {"test.xml", "<assessmentTest title=\"T\">" + section("s", kA) + "</assessmentTest>"},
       {"a.xml", named_item("a")},
       {"bank/b.xml", named_item("b")}},
      "imsmanifest.xml");
  EXPECT_EQ(imported.items, 1U);
  EXPECT_THAT(
      left_out(imported),
      UnorderedElementsAre("bank/b.xml whole: the test does not refer to it: give the item's own file",
                           "bank/c.xml whole: the test does not refer to it: give the item's own file",
                           ": 'a.css' (imsqti_item_xmlv2p1) is left out: nothing that came over shows it",
                           ": 'manual.pdf' (webcontent) is left out: nothing that came over shows it"));
}

TEST(QtiPackage, whose_test_is_none_says_so) {
  const auto imported = import_files({{"imsmanifest.xml",
                                       "<manifest><resources><resource type=\"imsqti_test_xmlv2p1\" "
                                       "href=\"a.xml\"/></resources></manifest>"},
                                      {"a.xml", named_item("a")}},
                                     "imsmanifest.xml");
  EXPECT_THAT(left_out(imported), Contains(": the test 'a.xml' is left out: it is no assessmentTest"));
}

}  // namespace
}  // namespace millrace::cli

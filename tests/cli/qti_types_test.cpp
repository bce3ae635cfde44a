// Each type of question that QTI has comes over as ours: of 2.2 without loss, and true and false as what they
// are.
#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>

#include "cli/packages/package_check.hpp"
#include "cli/packages/truth_words.hpp"
#include "tests/cli/import_text.hpp"

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;
using packages::ItemType;
using test::import_files;
using test::left_out;
using test::package_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const fs::path kSource = MILLRACE_SOURCE_DIR;

ImportOptions into(const std::string& language) {
  ImportOptions options;
  options.test_id = "belt";
  options.skill = "belts";
  options.language = language;
  options.approved_by = "E. Sample";
  return options;
}

/// The text of the option, side or place of that id.
template <class Parts>
std::string text_of(const Parts& parts, const std::string& id) {
  const auto part = std::ranges::find_if(parts, [&](const auto& one) { return one.id == id; });
  if (part == parts.end()) return {};
  if constexpr (requires { part->label; })
    return part->label.at("en");
  else
    return part->text.at("en");
}

class FromQti22 : public ::testing::Test {
 protected:
  const packages::Item& item(const std::string& id) const { return *package_->item(id); }

  Imported imported_ = import_file(kSource / "tests/cli/data/qti22", into("en")).value();
  packages::PackagePtr package_ = package_of(imported_);
};

TEST_F(FromQti22, each_type_comes_over_with_its_answer) {
  std::vector<ItemType> types;
  for (const auto& one : package_->items) types.push_back(one.type);
  EXPECT_THAT(types,
              ElementsAre(ItemType::single_choice, ItemType::multiple_choice, ItemType::true_false,
                          ItemType::numeric, ItemType::ordering, ItemType::matching, ItemType::hotspot));

  const auto& single = item("single");
  EXPECT_EQ(single.stem.at("en"), "The belt runs off to one side.\nWhat is done first?");
  EXPECT_EQ(text_of(single.options, std::get<packages::Choice>(single.answer).option),
            "The drive is stopped and locked");

  const auto& multiple = item("multiple");
  std::vector<std::string> worn;
  for (const auto& id : std::get<packages::Choices>(multiple.answer).options)
    worn.push_back(text_of(multiple.options, id));
  EXPECT_THAT(worn, ::testing::UnorderedElementsAre("Gloves", "Goggles"));

  EXPECT_EQ(item("truth").answer, packages::Response(packages::Truth{false}));
  EXPECT_EQ(item("number").answer, packages::Response(packages::Number{"12.5"}));
  EXPECT_EQ(item("number").tolerance->text(), "0.5");

  const auto& order = item("order");
  std::vector<std::string> steps;
  for (const auto& id : std::get<packages::Order>(order.answer).options)
    steps.push_back(text_of(order.options, id));
  EXPECT_THAT(steps, ElementsAre("Everybody stands clear", "The padlocks come off", "The drive is started"));

  const auto& match = item("match");
  std::map<std::string, std::string> does;
  for (const auto& [left, right] : std::get<packages::Pairs>(match.answer).right_of)
    does[text_of(match.left, left)] = text_of(match.right, right);
  EXPECT_THAT(does, ElementsAre(std::pair("The belt", "Carries"), std::pair("The scraper", "Cleans")));

  const auto& hotspot = item("hotspot");
  EXPECT_EQ(text_of(hotspot.regions, std::get<packages::Spot>(hotspot.answer).region), "The cord");
  EXPECT_EQ(
      (std::array{hotspot.regions[1].x, hotspot.regions[1].y, hotspot.regions[1].w, hotspot.regions[1].h}),
      (std::array{350, 100, 600, 300}));
  EXPECT_EQ(hotspot.image_alt.at("en"), "A belt with its drive and a cord along it");
}

TEST_F(FromQti22, nothing_is_lost_but_the_name_of_the_only_section) {
  EXPECT_THAT(left_out(imported_),
              ElementsAre(": the section 'All of it' is left out: its items stand with all others"));
}

TEST_F(FromQti22, what_came_over_passes_the_check_with_nothing_to_look_at) {
  const millrace::test::TempFolder folder;
  ASSERT_TRUE(write_imported(imported_, into("en"), folder.path()));
  const auto checked = check_packages({folder.path()}, false).value();
  EXPECT_THAT(checked.at(0).problems, IsEmpty());
  EXPECT_THAT(checked.at(0).warnings, IsEmpty());
}

/// A question with one right choice: 'a', 'b' and so on. What is right, and the interaction's own attributes.
std::string question(const std::vector<std::string>& choices, const std::string& right = "a",
                     const std::string& attributes = "shuffle=\"true\"") {
  std::string text =
      "<assessmentItem identifier=\"q\"><responseDeclaration identifier=\"R\" cardinality=\"single\" "
      "baseType=\"identifier\"><correctResponse><value>" +
      right + "</value></correctResponse></responseDeclaration><itemBody><choiceInteraction " +
      "responseIdentifier=\"R\" maxChoices=\"1\" " + attributes + "><prompt>Oil is wet.</prompt>";
  char id = 'a';
  for (const auto& choice : choices)
    text += std::string("<simpleChoice identifier=\"") + id++ + "\">" + choice + "</simpleChoice>";
  return text + "</choiceInteraction></itemBody></assessmentItem>";
}

Imported imported(const std::string& text) {
  return import_files({{"item.xml", text}}, "item.xml");
}

ItemType type_of(const std::string& text) {
  return package_of(imported(text))->items.at(0).type;
}

packages::Response answer_of(const std::string& text) {
  return package_of(imported(text))->items.at(0).answer;
}

TEST(QtiTruth, is_a_choice_of_true_and_false_alone) {
  EXPECT_EQ(answer_of(question({"True", "False"}, "a")), packages::Response(packages::Truth{true}));
  EXPECT_EQ(answer_of(question({"True", "False"}, "b")), packages::Response(packages::Truth{false}));
  EXPECT_EQ(answer_of(question({"False", "True"}, "b")), packages::Response(packages::Truth{true}));
  EXPECT_EQ(answer_of(question({" TRUE\n", "<strong>false</strong>"}, "b")),
            packages::Response(packages::Truth{false}))
      << "blanks, capitals and bold letters say nothing";
  EXPECT_THAT(left_out(imported(question({"True", "False"}))), IsEmpty());
}

TEST(QtiTruth, with_other_words_stays_a_choice) {
  for (const auto& choices : std::vector<std::vector<std::string>>{{"True", "It depends"},
                                                                   {"True", "False", "It depends"},
                                                                   {"True", "True"},
                                                                   {"True, when it is hot", "False"},
                                                                   {"Yes", "No"},
                                                                   {"Richtig", "Falsch"}}) {
    const auto text = question(choices);
    EXPECT_EQ(type_of(text), ItemType::single_choice) << ::testing::PrintToString(choices);
    EXPECT_THAT(left_out(imported(text)), IsEmpty());
  }
}

TEST(QtiTruth, that_is_to_stand_as_it_does_is_one_only_where_true_comes_first) {
  const auto fixed = [](const std::vector<std::string>& choices) {
    return question(choices, "a", "shuffle=\"false\"");
  };
  EXPECT_EQ(type_of(fixed({"True", "False"})), ItemType::true_false);
  EXPECT_THAT(left_out(imported(fixed({"True", "False"}))), IsEmpty()) << "as the kiosk shows it";
  EXPECT_EQ(type_of(fixed({"False", "True"})), ItemType::single_choice);
  EXPECT_EQ(type_of(question({"False", "True"}, "a", "")), ItemType::single_choice) << "not shuffled";
  EXPECT_THAT(left_out(imported(fixed({"False", "True"}))),
              ElementsAre("q: options with a place of their own (shuffle, fixed) are shuffled"));
}

TEST(QtiTruth, names_what_it_loses_as_any_other_question_does) {
  const auto text = question({"True<feedbackInline>Good!</feedbackInline>", "False"}, "a",
                             "shuffle=\"true\" minChoices=\"1\"");
  EXPECT_EQ(type_of(text), ItemType::true_false);
  EXPECT_THAT(left_out(imported(text)),
              ::testing::UnorderedElementsAre(HasSubstr("its feedback or rubric is left out"),
                                              HasSubstr("how much must be answered at least")));
}

TEST(QtiTruth, whose_right_choice_is_none_of_the_two_is_refused) {
  EXPECT_THAT(left_out(imported(question({"True", "False"}, "c"))), ElementsAre(HasSubstr("q whole: ")));
}

/// A question for a place in a picture: of its first place the shape and where it is.
std::string hotspot(const std::string& shape, const std::string& coords, const std::string& width = "200") {
  return "<assessmentItem identifier=\"q\"><responseDeclaration identifier=\"R\" cardinality=\"single\" "
         "baseType=\"identifier\"><correctResponse><value>a</value></correctResponse></responseDeclaration>"
         "<itemBody><p>Tap.</p><hotspotInteraction responseIdentifier=\"R\" maxChoices=\"1\"><object "
         "type=\"image/svg+xml\" data=\"panel.svg\" width=\"" +
         width + "\" height=\"100\">A panel</object><hotspotChoice identifier=\"a\" shape=\"" + shape +
         "\" coords=\"" + coords +
         "\" hotspotLabel=\"Red\"/><hotspotChoice identifier=\"b\" shape=\"rect\" "
         "coords=\"0,90,50000,100\" "
         "hotspotLabel=\"Green\"/></hotspotInteraction></itemBody></assessmentItem>";
}

Imported imported_with_panel(const std::string& text) {
  return import_files({{"panel.svg", std::string(test::kSvg)}, {"item.xml", text}}, "item.xml");
}

/// Of its first place, left, top, width and height in per mille.
std::array<int, 4> place_in(const std::string& text) {
  const auto package = package_of(imported_with_panel(text));
  const auto& regions = package->items.at(0).regions;
  const auto red = std::ranges::find_if(regions, [](const auto& one) { return one.label.at("en") == "Red"; });
  return {red->x, red->y, red->w, red->h};
}

TEST(QtiPlaces, whose_coordinates_are_no_whole_numbers_are_refused) {
  for (const std::string coords :
       {"x,0,200,50", "10%,20,30,40", "5,5,x,0,200,50", "0,0,20.5,50", "0,0,200", "0,0,200,50,60", ""}) {
    EXPECT_THAT(left_out(imported_with_panel(hotspot("rect", coords))),
                ElementsAre("q whole: the coordinates '" + coords +
                            "' of its place 'a' must be 4 whole numbers of pixels, none beyond 100000"));
  }
  EXPECT_THAT(
      left_out(imported_with_panel(hotspot("circle", "2147483647,0,5"))),
      ElementsAre("q whole: the coordinates '2147483647,0,5' of its place 'a' must be 3 whole numbers "
                  "of pixels, none beyond 100000"));
}

TEST(QtiPlaces, reach_as_far_as_a_picture_may) {
  EXPECT_EQ(place_in(hotspot("rect", " 0, 0, 100000, 50 ", "100000")), (std::array{0, 0, 1000, 500}));
  EXPECT_EQ(place_in(hotspot("rect", "-100000,0,200,50")), (std::array{0, 0, 1000, 500}));
  EXPECT_EQ(place_in(hotspot("circle", "100000,-99950,100000", "100000")), (std::array{0, 0, 1000, 500}));
  for (const auto* const coords : {"0,0,100001,50", "-100001,0,200,50"}) {
    EXPECT_THAT(left_out(imported_with_panel(hotspot("rect", coords))),
                ElementsAre(HasSubstr("none beyond 100000")));
  }
}

TEST(QtiPlaces, are_in_a_picture_whose_size_may_have_a_unit) {
  for (const auto* const width : {"200px", "200.0", " 200.00px "})
    EXPECT_EQ(place_in(hotspot("rect", "0,0,20,50", width)), (std::array{0, 0, 100, 500})) << width;
}

TEST(QtiPlaces, with_a_label_of_blanks_are_called_by_their_number) {
  for (const auto* const label : {"", "  ", "\xc2\xa0"}) {
    auto text = hotspot("rect", "0,0,20,50");
    text.replace(text.find("Red"), 3, label);
    const auto imported = imported_with_panel(text);
    EXPECT_THAT(left_out(imported),
                ElementsAre(HasSubstr("a place without a label is called by its number")));
    EXPECT_EQ(package_of(imported)->items.at(0).regions.at(0).label.at("en"), "1");
  }
}

TEST(QtiPlaces, in_a_picture_without_a_size_in_pixels_are_refused) {
  for (const auto* const width : {"100%", "20.5", "20.5px", "20em", "px", ".0", "", "0", "-200", "100001"}) {
    EXPECT_THAT(left_out(imported_with_panel(hotspot("rect", "0,0,20,50", width))),
                ElementsAre("q whole: its picture says no width and height in whole pixels from 1 to 100000"))
        << width;
  }
}

/// The word under `key` in the kiosk's own texts for questions.
std::string word_of(const std::string& language, const std::string& key) {
  std::stringstream text;
  text << std::ifstream(kSource / "kiosk/src/i18n" / (language + ".ts")).rdbuf();
  const auto all = text.str();
  const auto question = all.find("choose_truth:");
  const auto begin = all.find("\n    " + key + ": \"", question) + key.size() + 8;
  return all.substr(begin, all.find('"', begin) - begin);
}

TEST(TruthWords, are_those_of_the_kiosk_in_each_of_its_languages) {
  size_t languages = 0;
  for (const auto& file : fs::directory_iterator(kSource / "kiosk/src/i18n")) {
    const auto language = file.path().stem().string();
    constexpr size_t kLettersOfCode = 2;
    if (language.size() != kLettersOfCode) continue;
    ++languages;
    EXPECT_EQ(truth_in(word_of(language, "yes"), language), true) << language;
    EXPECT_EQ(truth_in(word_of(language, "no"), language), false) << language;
  }
  constexpr size_t kLanguages = 9;
  EXPECT_EQ(languages, kLanguages);
}

TEST(TruthWords, are_those_of_the_test_s_language_and_of_no_other) {
  EXPECT_EQ(truth_in("Verdadeiro", "pt-BR"), true);
  EXPECT_EQ(truth_in("True", "de"), std::nullopt);
  EXPECT_EQ(truth_in("Vero", "it"), std::nullopt) << "the kiosk does not speak it";
}

}  // namespace
}  // namespace millrace::cli

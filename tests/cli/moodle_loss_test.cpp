// Of a Moodle question nothing is dropped in silence.
#include <gmock/gmock.h>

#include "tests/cli/import_text.hpp"

namespace millrace::cli {
namespace {

using packages::ItemType;
using test::left_out;
using test::media_name;
using test::package_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Imported import_quiz(const std::string& questions) {
  return test::import_files({{"quiz.xml", "<quiz>" + questions + "</quiz>"}}, "quiz.xml");
}

std::string question(const std::string& type, const std::string& inside, const std::string& text = "Which?") {
  return "<question type=\"" + type + "\"><name><text>q</text></name><questiontext format=\"html\"><text>" +
         text + "</text></questiontext>" + inside + "</question>";
}

constexpr auto kAnswers =
    "<answer fraction=\"100\"><text>This</text></answer><answer fraction=\"0\"><text>That</text></answer>";

struct Single {
  const char* element;
  ItemType type;
};

class MoodleSingle : public ::testing::TestWithParam<Single> {};

TEST_P(MoodleSingle, is_read_as_moodle_reads_it) {
  const auto imported = import_quiz(question("multichoice", kAnswers + std::string(GetParam().element)));
  EXPECT_EQ(package_of(imported)->item("q")->type, GetParam().type);
}

INSTANTIATE_TEST_SUITE_P(All, MoodleSingle,
                         ::testing::Values(Single{"", ItemType::single_choice},
                                           Single{"<single>1</single>", ItemType::single_choice},
                                           Single{"<single>true</single>", ItemType::single_choice},
                                           Single{"<single>false</single>", ItemType::multiple_choice},
                                           Single{"<single>0</single>", ItemType::multiple_choice},
                                           Single{"<single></single>", ItemType::multiple_choice}));

TEST(MoodleLosses, of_settings_are_named) {
  const auto imported = import_quiz(
      question("multichoice",
               "<hidden>1</hidden><idnumber>Q-7</idnumber><defaultgrade>0</defaultgrade><shuffleanswers>false"
               "</shuffleanswers><image_base64>aGVsbG8=</image_base64><image></image><answernumbering>abc"
               "</answernumbering><answer fraction=\"100\"><text>This</text></answer><answer "
               "fraction=\"-50\"><text>That"
               "</text></answer>"));
  EXPECT_THAT(
      left_out(imported),
      UnorderedElementsAre("q: it is hidden in Moodle, and asked here: take it out if it is not to be",
                           "q: its number (idnumber) is left out", HasSubstr("q: its mark 0 became 1"),
                           "q: options with a place of their own (shuffleanswers) are shuffled",
                           "q: 'image_base64' is left out",
                           "q: what Moodle takes off for a wrong choice is left out"));
}

TEST(MoodleLosses, of_a_plain_question_there_are_none) {
  const auto imported = import_quiz(question(
      "multichoice",
      kAnswers +
          std::string("<hidden>0</hidden><idnumber></idnumber><defaultgrade>1.0000000</defaultgrade>"
                      "<penalty>0</penalty><generalfeedback format=\"html\"><text></text>"
                      "</generalfeedback><shuffleanswers>true</shuffleanswers><single>true</single>")));
  EXPECT_THAT(left_out(imported), IsEmpty());
}

TEST(MoodleLosses, of_a_number_are_its_other_units_and_their_points) {
  const auto imported = import_quiz(question(
      "numerical",
      "<answer fraction=\"100\"><text>6.5</text></answer><answer fraction=\"50\"><text>6</text></answer>"
      "<units><unit><multiplier>1</multiplier><unit_name>kN</unit_name></unit><unit><multiplier>1000"
      "</multiplier><unit_name>N</unit_name></unit></units><unitgradingtype>1</unitgradingtype><showunits>0"
      "</showunits>"));
  EXPECT_EQ(package_of(imported)->item("q")->unit, "kN");
  EXPECT_THAT(left_out(imported),
              UnorderedElementsAre("q: a number that is partly right in Moodle is wrong here",
                                   "q: the unit 'N' is left out: a number has one",
                                   "q: its unit is shown instead of asked for",
                                   "q: points for the right unit are left out"));
}

TEST(MoodleLosses, of_two_right_numbers_is_the_whole_question) {
  const auto imported = import_quiz(question(
      "numerical",
      "<answer fraction=\"100\"><text>6</text></answer><answer fraction=\"100\"><text>7</text></answer>"));
  EXPECT_THAT(left_out(imported), ElementsAre("q whole: more than one number is right"));
}

TEST(MoodleLosses, of_types_without_a_counterpart_name_the_type) {
  for (const std::string type : {"shortanswer", "cloze", "multianswer", "ddwtos", "gapselect", "description",
                                 "calculated", "calculatedmulti", "random"}) {
    EXPECT_THAT(left_out(import_quiz(question(type, ""))),
                Contains("q whole: the type '" + type + "' has no counterpart"));
  }
}

TEST(MoodleLosses, of_a_question_without_a_name_call_it_by_its_number) {
  const auto imported = import_quiz(question("multichoice", kAnswers) + "<question type=\"essay\"/>");
  EXPECT_THAT(left_out(imported), ElementsAre("question 2 whole: the type 'essay' has no counterpart"));
}

TEST(MoodleLosses, of_a_side_that_is_only_a_picture_refuse_the_matching) {
  const auto imported = import_quiz(question(
      "matching",
      "<subquestion format=\"html\"><text>&lt;img src=\"a.png\"&gt;</text><answer><text>Stop</text></answer>"
      "</subquestion><subquestion format=\"html\"><text>Green</text><answer><text>Go</text></answer>"
      "</subquestion>"));
  EXPECT_THAT(left_out(imported),
              ElementsAre("q whole: one of its sides is nothing but a picture or a sound"));
}

TEST(MoodleLosses, of_an_ordering_are_the_parts_that_chance_chooses) {
  const auto imported = import_quiz(
      question("ordering",
               "<selecttype>1</selecttype><selectcount>2</selectcount><gradingtype>0</gradingtype>"
               "<answer><text>One</text></answer><answer><text>Two</text></answer><answer><text>Three</"
               "text></answer>"));
  EXPECT_THAT(left_out(imported),
              ElementsAre("q: Moodle takes 2 of its parts by chance; here all are put in order"));
}

TEST(MoodleLosses, of_a_text_are_its_links_formulas_and_scripts) {
  const auto imported = import_quiz(question(
      "multichoice", kAnswers,
      "<![CDATA[See <a href=\"https://example.com\">there</a>: \\(x^2\\) <s>not</s><script>f()</script>"
      "<img src=\"data:image/png;base64,AAAA\">]]>"));
  EXPECT_EQ(package_of(imported)->item("q")->stem.at("en"), "See there: \\(x^2\\) not");
  EXPECT_THAT(
      left_out(imported),
      UnorderedElementsAre("q: a link became plain text", "q: a formula in TeX stands as it was typed",
                           "q: text that was struck out became plain text", "q: a script is left out",
                           HasSubstr("q: a picture in the text itself (data:) is left out")));
}

TEST(MoodleLosses, of_a_text_in_pieces_there_are_none) {
  const auto imported = import_quiz(
      question("multichoice",
               "<answer fraction=\"100\"><text>5 &amp;lt; <!-- no --><![CDATA[<b>6</b>]]></text></answer>"
               "<answer fraction=\"0\"><text><p>un<b>masked</b> &lt;p&gt;</p></text></answer>",
               "Which <!-- c -->of <![CDATA[<i>these</i>]]>?"));
  const auto package = package_of(imported);
  const auto& item = *package->item("q");
  EXPECT_EQ(item.stem.at("en"), "Which of these?");
  std::vector<std::string> options;
  for (const auto& option : item.options) options.push_back(option.text.at("en"));
  EXPECT_THAT(options, UnorderedElementsAre("5 < 6", "unmasked <p>"));
  EXPECT_THAT(left_out(imported), IsEmpty());
}

TEST(MoodleLosses, of_a_text_without_a_format_of_its_own_are_not_its_lines) {
  auto text = question("multichoice", kAnswers, "p &lt; 5\nOne\n&lt;b\nclass=\"x\"&gt;Two");
  text.replace(text.find("\"html\""), 6, "\"moodle_auto_format\"");
  EXPECT_EQ(package_of(import_quiz(text))->item("q")->stem.at("en"), "p < 5\nOne\nTwo");
}

TEST(MoodleLosses, of_what_is_no_question_and_of_parts_of_an_answer_are_named) {
  EXPECT_THAT(
      left_out(import_quiz("<description/>" +
                           question("multichoice",
                                    "<answer fraction=\"100\"><text>This</text><feedback><text>&lt;img "
                                    "src=\"a.png\"&gt;</text></feedback></answer><answer "
                                    "fraction=\"0\"><text>That</text><code>7</code></answer>"))),
      UnorderedElementsAre(": 'description' is left out: it is no question", "q: its feedback is left out",
                           "q: 'code' of an answer is left out"));
}

TEST(MoodleLosses, of_feedback_that_is_only_a_film_is_named) {
  EXPECT_THAT(left_out(import_quiz(question(
                  "multichoice", kAnswers + std::string("<generalfeedback><text>&lt;video src=\"a.mp4\"&gt;"
                                                        "&lt;/video&gt;</text></generalfeedback>")))),
              ElementsAre("q: its feedback is left out"));
}

TEST(MoodleLosses, of_answers_that_are_right_by_themselves_are_named) {
  const auto answers = [](const std::string& fraction) {
    return "<single>false</single><answer fraction=\"" + fraction +
           "\"><text>A</text></answer><answer fraction=\"" + fraction +
           "\"><text>B</text></answer><answer fraction=\"-50\"><text>C</text></answer>";
  };
  EXPECT_THAT(left_out(import_quiz(question("multichoice", answers("50")))), IsEmpty());
  EXPECT_THAT(left_out(import_quiz(question("multichoice", answers("100")))),
              ElementsAre("q: its right answers count differently in Moodle; here they count alike"));
}

constexpr auto kPng = "\x89PNG\r\n\x1a\n";

TEST(ImportedMedia, of_one_name_in_two_folders_are_told_apart) {
  const auto imported = import_quiz(
      "<question type=\"truefalse\"><name><text>q</text></name><questiontext "
      "format=\"html\"><text><![CDATA[See "
      "<img src=\"@@PLUGINFILE@@/b/x.png\">]]></text><file name=\"x.png\" path=\"/a/\" "
      "encoding=\"base64\">aGE=</file><file name=\"x.png\" path=\"/b/\" "
      "encoding=\"base64\">iVBORw0KGgo=</file>"
      "</questiontext><answer fraction=\"100\"><text>true</text></answer></question>");
  EXPECT_THAT(left_out(imported), IsEmpty());
  EXPECT_EQ(package_of(imported)->item("q")->image, media_name("q", kPng, ".png"));
}

std::string category(const std::string& path) {
  return "<question type=\"category\"><category><text>" + path + "</text></category></question>";
}

TEST(MoodleCategories, above_a_topic_are_named_and_a_slash_in_a_name_stays) {
  const auto imported =
      import_quiz(category("$course$/top/Press/Start//stop") + question("multichoice", kAnswers));
  EXPECT_EQ(package_of(imported)->topics.at(0).title.at("en"), "Start/stop");
  EXPECT_THAT(left_out(imported),
              ElementsAre(": the category 'Press' stands over the topic 'Start/stop' and is left out"));
}

TEST(MoodleCategories, are_said_to_lose_their_description_whatever_it_is_made_of) {
  const auto described = [](const std::string& html) {
    auto text = category("$course$/top/Press");
    text.insert(text.find("</question>"),
                "<info format=\"html\"><text><![CDATA[" + html + "]]></text></info>");
    return left_out(import_quiz(text + question("multichoice", kAnswers)));
  };
  for (const auto* const html : {"For the night shift.", "<p><img src=\"@@PLUGINFILE@@/press.png\"></p>",
                                 "<audio src=\"@@PLUGINFILE@@/horn.ogg\"></audio>",
                                 "<video src=\"@@PLUGINFILE@@/press.mp4\"></video>"})
    EXPECT_THAT(described(html), ElementsAre(": what is said about a category is left out")) << html;
  EXPECT_THAT(described("<p>&nbsp;</p>"), IsEmpty());
  EXPECT_THAT(described(""), IsEmpty());
}

TEST(MoodleCategories, beyond_what_a_package_has_are_named) {
  std::string questions;
  for (int i = 0; i < 70; ++i)
    questions += category("$course$/top/T" + std::to_string(i)) + question("multichoice", kAnswers);
  EXPECT_THAT(left_out(import_quiz(questions)), Contains(HasSubstr("its topic 'T69' is left out")));
}

TEST(ImportedMedia, have_the_usual_endings_whatever_the_file_called_them) {
  const auto jpeg = std::string("\xff\xd8\xff");
  const auto wav = test::wav_of(44);
  const auto file = [](const std::string& name, const std::string& content) {
    return "<file name=\"" + name + "\" encoding=\"base64\">" + base64(as_bytes(content)) + "</file>";
  };
  using File = std::pair<std::string, std::string>;
  const auto with_media = [&](const std::string& name, const File& picture, const File& sound) {
    return "<question type=\"truefalse\"><name><text>" + name +
           "</text></name><questiontext format=\"html\"><text><![CDATA[See <img src=\"@@PLUGINFILE@@/" +
           picture.first + "\"><audio src=\"@@PLUGINFILE@@/" + sound.first + "\"></audio>]]></text>" +
           file(picture.first, picture.second) + file(sound.first, sound.second) +
           "</questiontext><answer fraction=\"100\"><text>true</text></answer></question>";
  };
  const auto imported = import_quiz(with_media("a", {"valve.jpeg", jpeg}, {"horn.OGG", "OggS"}) +
                                    with_media("b", {"Valve.JPG", jpeg}, {"horn.Mp3", "ID3"}) +
                                    with_media("c", {"VALVE.PNG", kPng}, {"horn.wave", wav}));
  EXPECT_THAT(left_out(imported), IsEmpty());
  const auto package = package_of(imported);
  EXPECT_EQ(package->item("a")->image, media_name("a", jpeg, ".jpg"));
  EXPECT_EQ(package->item("a")->audio.at("en"), media_name("a.en", "OggS", ".ogg"));
  EXPECT_EQ(package->item("b")->image, media_name("b", jpeg, ".jpg"));
  EXPECT_EQ(package->item("b")->audio.at("en"), media_name("b.en", "ID3", ".mp3"));
  EXPECT_EQ(package->item("c")->image, media_name("c", kPng, ".png"));
  EXPECT_EQ(package->item("c")->audio.at("en"), media_name("c.en", wav, ".wav"));
}

TEST(ImportedMedia, that_no_kiosk_could_show_are_named_and_left_out) {
  const auto imported = import_quiz(
      "<question type=\"truefalse\"><name><text>q</text></name><questiontext format=\"html\"><text>"
      "<![CDATA[See <img src=\"@@PLUGINFILE@@/a.png\"><img src=\"@@PLUGINFILE@@/b.svg\"><audio "
      "src=\"@@PLUGINFILE@@/c.mp3\"></audio>]]></text><file name=\"a.png\" encoding=\"base64\">" +
      base64(as_bytes(std::string("<!DOCTYPE html><p>Sign in</p>"))) +
      "</file><file name=\"b.svg\" encoding=\"base64\">" +
      base64(as_bytes(
          std::string("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"photo.png\"/></svg>"))) +
      "</file><file name=\"c.mp3\" encoding=\"base64\"></file></questiontext><answer "
      "fraction=\"100\"><text>true</text></answer></question>");
  EXPECT_THAT(imported.media, IsEmpty());
  EXPECT_THAT(left_out(imported),
              ElementsAre("q: the picture 'a.png' is left out: it does not begin as a PNG does",
                          HasSubstr("'b.svg' is left out: it loads 'photo.png'"),
                          HasSubstr("'c.mp3' is left out: it is empty")));
}

}  // namespace
}  // namespace millrace::cli

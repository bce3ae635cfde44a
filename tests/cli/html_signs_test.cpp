// Signs that are written by name or number come over as themselves, and those that nobody knows are named.
#include "cli/packages/html_signs.hpp"

#include <gmock/gmock.h>

#include "cli/packages/marked_text.hpp"
#include "cli/packages/moodle_import.hpp"
#include "tests/cli/import_text.hpp"

namespace millrace::cli {
namespace {

using test::import_files;
using test::left_out;
using test::package_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Imported import_quiz(const std::string& text) {
  return import_files(
      {{"quiz.xml", "<quiz><question type=\"truefalse\"><name><text>q</text></name><questiontext><text>" +
                        text +
                        "</text></questiontext><answer fraction=\"100\"><text>true</text></answer>"
                        "</question></quiz>"}},
      "quiz.xml");
}

std::string stem_of(const Imported& imported) {
  const auto package = package_of(imported);
  return package ? package->items.at(0).stem.at("en") : "";
}

struct Spelled {
  const char* language;
  const char* typed;
  const char* meant;
};

class HtmlSigns : public ::testing::TestWithParam<Spelled> {};

TEST_P(HtmlSigns, come_over_as_themselves) {
  const auto imported = import_quiz("<![CDATA[<p>" + std::string(GetParam().typed) + "</p>]]>");
  EXPECT_EQ(stem_of(imported), GetParam().meant);
  EXPECT_THAT(left_out(imported), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Languages, HtmlSigns,
    ::testing::Values(
        Spelled{"Spanish",
                "&iquest;Qu&eacute; presi&oacute;n? &iexcl;Atenci&oacute;n! M&aacute;s r&iacute;gido, "
                "seg&uacute;n el a&ntilde;o",
                "¿Qué presión? ¡Atención! Más rígido, según el año"},
        Spelled{"German",
                "&bdquo;&Ouml;ldruck&ldquo; gr&ouml;&szlig;er f&uuml;r &Auml;rmel &ndash; 5&nbsp;&euro;",
                "„Öldruck“ größer für Ärmel – 5 €"},
        Spelled{"Portuguese",
                "press&atilde;o, li&ccedil;&otilde;es, &laquo;m&aacute;quina&raquo;, tr&ecirc;s",
                "pressão, lições, «máquina», três"},
        Spelled{"PolishByNumber", "ci&#347;nienie, &#x17C;&#243;&#322;ty w&#x0119;ze&#322;",
                "ciśnienie, żółty węzeł"},
        Spelled{"PolishByName", "ci&sacute;nienie, &zdot;&oacute;&lstrok;ty w&eogon;ze&lstrok;",
                "ciśnienie, żółty węzeł"},
        Spelled{"Signs",
                "20&deg;C &plusmn;5&permil;, 3&times;&Omega; &le; 4&micro;m&sup2; &rarr; &Delta;p &ne; &mu;",
                "20°C ±5‰, 3×Ω ≤ 4µm² → Δp ≠ μ"},
        Spelled{"WindowsNumbers", "5 &#128; &#150; &#132;heiss&#147;", "5 € – „heiss“"},
        Spelled{"WithoutTheirEnd", "caf&eacute au lait, R&D, AT&T, a&b", "café au lait, R&D, AT&T, a&b"},
        Spelled{"OfOneSignItself", "&amp;eacute; is written &amp;amp;eacute;",
                "&eacute; is written &amp;eacute;"}),
    [](const auto& spelled) { return std::string(spelled.param.language); });

TEST(HtmlSigns, that_nobody_knows_stand_as_they_were_typed_and_are_named) {
  const auto imported =
      import_quiz("<![CDATA[a &smile; b &oacute; &SMILE; &smile;<img src=\"x.bmp\" alt=\"&pump;\">]]>");
  EXPECT_EQ(stem_of(imported), "a &smile; b ó &SMILE; &smile;");
  EXPECT_THAT(left_out(imported), UnorderedElementsAre("q: a sign (&smile;) stands as it was typed",
                                                       "q: a sign (&SMILE;) stands as it was typed",
                                                       "q: a sign (&pump;) stands as it was typed",
                                                       HasSubstr("q: the picture 'x.bmp' is left out")));
}

TEST(HtmlSigns, of_numbers_outside_unicode_stand_as_they_were_typed_and_are_named) {
  for (const std::string number :
       {"#0", "#xD800", "#x110000", "#4294967361", "#99999999999999999999", "#129", "#x", "#12a"}) {
    const auto loss = "q: a sign (&" + number + ";) stands as it was typed";
    for (const auto& text :
         {"<![CDATA[a &" + number + "; b]]>", "a &amp;" + number + "; b", "a &" + number + "; b"}) {
      const auto imported = import_quiz(text);
      EXPECT_EQ(stem_of(imported), "a &" + number + "; b") << text;
      EXPECT_THAT(left_out(imported), ElementsAre(loss)) << text;
    }
  }
}

TEST(HtmlSigns, of_which_there_are_too_many_are_named_so_far_as_a_report_names_losses) {
  std::string text;
  for (int i = 0; i < 3'000; ++i) text += "&x" + std::to_string(i) + ";";
  EXPECT_EQ(from_html(text).lost.size(), kMostLosses + 1) << "one more: the report says that there are more";
}

std::string item(const std::string& prompt) {
  return "<assessmentItem identifier=\"q\"><responseDeclaration identifier=\"R\" cardinality=\"single\">"
         "<correctResponse><value>a</value></correctResponse></responseDeclaration><itemBody>"
         "<choiceInteraction responseIdentifier=\"R\"><prompt>" +
         prompt +
         "</prompt><simpleChoice identifier=\"a\">One</simpleChoice><simpleChoice identifier=\"b\">Two"
         "</simpleChoice></choiceInteraction></itemBody></assessmentItem>";
}

TEST(XmlSigns, come_over_as_themselves) {
  const auto imported = import_files(
      {{"item.xml", item("&iquest;Qu&eacute; presi&oacute;n?&nbsp;5 &lt; 6 &amp; &#8364; &#150; &amp;oacute;"
                         "<!-- &x; --> <![CDATA[&oacute;]]>")}},
      "item.xml");
  EXPECT_EQ(stem_of(imported), "¿Qué presión? 5 < 6 & € – &oacute; &oacute;");
  EXPECT_THAT(left_out(imported), IsEmpty());
}

TEST(XmlSigns, of_a_file_in_other_bytes_come_over_as_themselves) {
  const auto imported = import_files(
      {{"item.xml", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + item("presi\xf3n, presi&oacute;n")}},
      "item.xml");
  EXPECT_EQ(stem_of(imported), "presión, presión");
}

TEST(XmlSigns, that_nobody_knows_are_named_of_the_item_or_of_the_test) {
  const auto imported =
      import_files({{"a.xml", item("a &smile; b &#0; c")},
                    {"test.xml",
                     "<assessmentTest title=\"A &pump;\"><assessmentSection identifier=\"s\">"
                     "<assessmentItemRef href=\"a.xml\"/></assessmentSection></assessmentTest>"}},
                   "test.xml");
  EXPECT_EQ(stem_of(imported), "a &smile; b &#0; c") << "and nothing ends at a NUL";
  EXPECT_THAT(left_out(imported), UnorderedElementsAre(": a sign (&pump;) stands as it was typed",
                                                       "q: a sign (&smile;) stands as it was typed",
                                                       "q: a sign (&#0;) stands as it was typed"));
}

TEST(XmlSigns, do_not_move_the_line_of_a_mistake) {
  const auto read = read_moodle("<quiz>&oacute; &oacute;\n<open></quiz>", "en");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("in line 2"));
}

}  // namespace
}  // namespace millrace::cli

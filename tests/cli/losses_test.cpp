// What is left out is named up to a number, however much a foreign file makes of it.
#include "cli/packages/losses.hpp"

#include <gmock/gmock.h>

#include "core/packages/package_limits.hpp"
#include "tests/cli/import_text.hpp"

namespace millrace::cli {
namespace {

using test::import_files;
using test::left_out;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr auto kAndMore = "and more: only the first 2000 losses are named";
constexpr auto kMany = 3 * kMostLosses;

TEST(Losses, are_named_once_each_in_their_order) {
  Losses losses;
  for (const auto* const one : {"b", "a", "b", "c", "a"}) losses.add(one);
  EXPECT_THAT(losses.named(), ElementsAre("b", "a", "c"));
  EXPECT_FALSE(losses.has_more());
}

TEST(Losses, say_when_there_are_more_than_they_name) {
  Losses losses;
  for (size_t i = 0; i < kMostLosses; ++i) losses.add(std::to_string(i));
  losses.add("0");
  EXPECT_FALSE(losses.has_more()) << "it was named already";
  for (size_t i = 0; i < kMany; ++i) losses.add(std::to_string(i));
  EXPECT_TRUE(losses.has_more());
  EXPECT_THAT(losses.named(), SizeIs(kMostLosses + 1));
  EXPECT_EQ(losses.named().back(), kAndMore);
}

TEST(Losses, are_never_longer_than_a_person_reads) {
  Losses losses;
  losses.add(std::string(10 * packages::kMostTextBytes, 'x'));
  EXPECT_EQ(losses.named().at(0), std::string(packages::kMostTextBytes, 'x') + "…");
}

/// `one(i)` for each of many numbers.
template <class One>
std::string many(const One& one) {
  std::string out;
  for (size_t i = 0; i < kMany; ++i) out += one(std::to_string(i));
  return out;
}

void expect_bounded(const Imported& imported, const std::string& about) {
  const auto lost = left_out(imported);
  ASSERT_THAT(lost, SizeIs(kMostLosses + 1));
  EXPECT_EQ(lost.back(), about + ": " + kAndMore);
}

TEST(ForeignFile, may_have_more_sections_than_are_named) {
  const auto sections = many([](const std::string& i) { return "<assessmentSection title=\"" + i + "\"/>"; });
  expect_bounded(
      import_files({{"test.xml", "<assessmentTest>" + sections + "</assessmentTest>"}}, "test.xml"), "");
}

TEST(ForeignFile, may_have_more_files_that_nothing_shows_than_are_named) {
  const auto files = many([](const std::string& i) { return "<file href=\"" + i + "\"/>"; });
  expect_bounded(import_files({{"imsmanifest.xml", "<manifest><resources><resource type=\"webcontent\">" +
                                                       files + "</resource></resources></manifest>"}},
                              "imsmanifest.xml"),
                 "");
}

TEST(ForeignFile, may_say_many_times_that_a_section_is_shuffled) {
  const auto shuffled = many([](const std::string&) { return "<ordering shuffle=\"true\"/>"; });
  const auto section = [](const std::string& inside) {
    return "<assessmentSection identifier=\"s\">" + inside + "</assessmentSection>";
  };
  EXPECT_THAT(left_out(import_files(
                  {{"test.xml", "<assessmentTest>" + section(shuffled) + section("") + "</assessmentTest>"}},
                  "test.xml")),
              ElementsAre(HasSubstr("the section 's' are not shuffled")));
}

TEST(ForeignFile, may_have_more_categories_than_are_named) {
  const auto categories = many([](const std::string& i) {
    return "<question type=\"category\"><category><text>" + i + "/T</text></category></question>";
  });
  expect_bounded(import_files({{"quiz.xml", "<quiz>" + categories + "</quiz>"}}, "quiz.xml"), "");
}

std::string moodle(const std::string& type, const std::string& text, const std::string& inside) {
  return "<quiz><question type=\"" + type + "\"><name><text>q</text></name><questiontext><text><![CDATA[" +
         text + "]]></text></questiontext>" + inside + "</question></quiz>";
}

TEST(ForeignItem, may_have_more_units_than_are_named) {
  const auto units =
      many([](const std::string& i) { return "<unit><unit_name>" + i + "</unit_name></unit>"; });
  const auto answer = "<answer fraction=\"100\"><text>6</text></answer><units>";
  expect_bounded(
      import_files({{"quiz.xml", moodle("numerical", "How many?", answer + units + "</units>")}}, "quiz.xml"),
      "q");
}

TEST(ForeignItem, may_have_more_pictures_than_are_named) {
  const auto pictures = many([](const std::string& i) { return "<img src=\"" + i + ".png\">"; });
  const auto answers = "<answer fraction=\"100\"><text>A</text></answer><answer><text>B</text></answer>";
  const auto in_text = moodle("multichoice", "Which?" + pictures, answers);
  expect_bounded(import_files({{"quiz.xml", in_text}}, "quiz.xml"), "q");
  const auto in_option =
      moodle("multichoice", "Which?",
             std::string(answers) + "<answer><text><![CDATA[C" + pictures + "]]></text></answer>");
  expect_bounded(import_files({{"quiz.xml", in_option}}, "quiz.xml"), "q");
}

TEST(ForeignItem, has_each_picture_and_sound_read_once_however_often_it_shows_it) {
  std::map<std::string, int> reads;
  DraftItem draft;
  MarkedText text;
  for (int i = 0; i < 10; ++i) {
    text.pictures.push_back({"large.png?" + std::to_string(i), ""});
    text.sounds.emplace_back("large.wav");
  }
  set_stem(draft, text, "en", [&](const std::string& name) {
    ++reads[name];
    return std::string(packages::kMostAudioBytes + 1, 'x');
  });
  EXPECT_THAT(reads, ElementsAre(Pair("large.png", 1), Pair("large.wav", 1)));
  EXPECT_THAT(draft.lost.named(),
              ElementsAre(HasSubstr("'large.png' is left out"), HasSubstr("'large.wav' is left out")));
}

}  // namespace
}  // namespace millrace::cli

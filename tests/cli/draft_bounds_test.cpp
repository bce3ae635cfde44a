// A foreign file is kept only as far as a package could hold it, however often it refers to itself.
#include "cli/packages/draft_bounds.hpp"

#include <gmock/gmock.h>

#include "cli/packages/qti_import.hpp"
#include "tests/cli/import_text.hpp"

namespace millrace::cli {
namespace {

using packages::kMostAudioBytes;
using packages::kMostMediaBytes;
using packages::kMostPackageBytes;
using packages::kMostTextBytes;
using test::import_files;
using test::left_out;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Files = std::map<std::string, std::string>;

/// One question; what else its body shows stands before it.
std::string item(const std::string& shown, const std::vector<std::string>& options = {"This", "That"}) {
  std::string out =
      "<assessmentItem><responseDeclaration identifier=\"R\" cardinality=\"single\"><correctResponse><value>0"
      "</value></correctResponse></responseDeclaration><itemBody>" +
      shown + "<choiceInteraction responseIdentifier=\"R\"><prompt>Which?</prompt>";
  for (size_t i = 0; i < options.size(); ++i)
    out += "<simpleChoice identifier=\"" + std::to_string(i) + "\">" + options[i] + "</simpleChoice>";
  return out + "</choiceInteraction></itemBody></assessmentItem>";
}

std::string test_of(const std::string& inside) {
  return "<assessmentTest><assessmentSection>" + inside + "</assessmentSection></assessmentTest>";
}

std::string reference(const std::string& file) {
  return "<assessmentItemRef href=\"" + file + "\"/>";
}

/// A test of so many items, each in a file of its own.
Files test_with(size_t items, const std::string& each) {
  Files files;
  std::string references;
  for (size_t i = 0; i < items; ++i) {
    const auto name = "q" + std::to_string(i) + ".xml";
    references += reference(name);
    files[name] = each;
  }
  files["test.xml"] = test_of(references);
  return files;
}

Draft read(const Files& files) {
  const auto draft = read_qti(
      "test.xml",
      [&](const std::string& name) -> Result<std::string> {
        const auto found = files.find(name);
        if (found == files.end()) return fail(ErrorKind::not_found, "is not there");
        return found->second;
      },
      "en");
  EXPECT_TRUE(draft) << draft.error().message;
  return draft.value_or(Draft{});
}

TEST(ItemOfATest, is_taken_once_however_often_the_test_refers_to_it) {
  std::string references;
  for (int i = 0; i < 100; ++i) references += reference("q.xml") + reference("./q.xml");
  const auto draft = read({{"test.xml", test_of(references)}, {"q.xml", item("")}});
  EXPECT_THAT(draft.items, SizeIs(1));
  EXPECT_THAT(draft.lost.named(),
              ElementsAre("the item in 'q.xml' stands in the test once: what refers to it again is "
                          "left out"));
}

TEST(ItemOfATest, that_is_longer_than_a_package_is_refused_and_not_kept) {
  const auto draft = read({{"test.xml", test_of(reference("long.xml") + reference("many.xml"))},
                           {"long.xml", item("<p>" + std::string(kMostPackageBytes, 'x') + "</p>")},
                           {"many.xml", item("", std::vector<std::string>(kMostPackageBytes / 64))}});
  ASSERT_THAT(draft.items, SizeIs(2));
  for (const auto& one : draft.items) {
    EXPECT_THAT(one.refused, HasSubstr("longer than a whole package may be: 1 MiB"));
    EXPECT_THAT(one.item.stem, IsEmpty());
    EXPECT_THAT(one.item.options, IsEmpty());
  }
  EXPECT_EQ(draft.bytes, 0U);
}

TEST(ItemOfATest, that_is_refused_keeps_a_name_and_a_reason_that_a_person_can_read) {
  std::string letters;
  while (letters.size() < 2 * kMostTextBytes) letters += "ä";
  Draft draft;
  DraftItem one;
  one.name = "x" + letters;
  one.refuse(letters);
  one.files["picture.png"] = letters;
  add_item(draft, one);
  const auto& kept = draft.items.at(0);
  EXPECT_EQ(kept.name, "x" + letters.substr(0, kMostTextBytes - 2) + "…");
  EXPECT_EQ(kept.refused, letters.substr(0, kMostTextBytes) + "…");
  EXPECT_THAT(kept.files, IsEmpty());
}

TEST(ItemsOfATest, keep_no_more_pictures_and_sounds_than_there_is_place_for) {
  constexpr size_t kTooMany = kMostDraftBytes / kMostAudioBytes + 8;
  auto files = test_with(kTooMany, item("<p><audio src=\"horn.wav\"/></p>"));
  files["horn.wav"] = test::wav_of(kMostAudioBytes);
  const auto draft = read(files);
  ASSERT_THAT(draft.items, SizeIs(kTooMany));
  size_t kept = 0;
  for (const auto& one : draft.items) {
    for (const auto& [name, content] : one.files) kept += content.size();
  }
  EXPECT_LE(kept, kMostDraftBytes);
  EXPECT_GE(kept, kMostMediaBytes) << "a package's worth is there to choose from";
  EXPECT_THAT(draft.items.back().refused, HasSubstr("no place any more"));
}

TEST(ItemsOfATest, become_no_package_with_more_pictures_and_sounds_than_the_box_takes) {
  constexpr size_t kAsMany = kMostMediaBytes / kMostAudioBytes;
  auto files = test_with(kAsMany + 1, item("<p><audio src=\"horn.wav\"/></p>"));
  files["horn.wav"] = test::wav_of(kMostAudioBytes);
  const auto imported = import_files(files, "test.xml");
  EXPECT_EQ(imported.items, kAsMany);
  EXPECT_THAT(left_out(imported), ElementsAre(HasSubstr("whole: its pictures and sounds have no place")));
}

TEST(ItemsOfATest, become_no_package_that_is_longer_than_the_box_takes) {
  const std::vector<std::string> options(packages::kMostOptions, std::string(kMostTextBytes, 'x'));
  const auto imported = import_files(
      test_with(kMostPackageBytes / (options.size() * kMostTextBytes) + 1, item("", options)), "test.xml");
  EXPECT_LE(imported.package.size(), kMostPackageBytes);
  EXPECT_GT(imported.items, 1U);
  EXPECT_THAT(left_out(imported), Each(HasSubstr("whole: it has no place: a package has at most")));
  EXPECT_FALSE(imported.left_out.empty());
}

TEST(SectionsOfATest, are_read_as_long_as_their_files_are_not_too_large_together) {
  constexpr size_t kSectionBytes = kMostDraftBytes / 4;
  std::string inside;
  for (int i = 0; i < 8; ++i) inside += "<assessmentSectionRef href=\"s" + std::to_string(i) + ".xml\"/>";
  Files files{{"test.xml", test_of(inside)}};
  const auto section =
      "<assessmentSection>" + inside + "<!--" + std::string(kSectionBytes, 'x') + "--></assessmentSection>";
  for (int i = 0; i < 8; ++i) files["s" + std::to_string(i) + ".xml"] = section;
  EXPECT_THAT(read(files).lost.named(),
              ::testing::Contains(HasSubstr("have more than 64 MiB together")).Times(5));
}

TEST(QuestionsOfAQuiz, are_looked_at_up_to_a_number) {
  std::string quiz = "<quiz>";
  for (size_t i = 0; i <= kMostDraftItems; ++i) quiz += "<question type=\"essay\"/>";
  const auto imported = import_files({{"quiz.xml", quiz + "</quiz>"}}, "quiz.xml");
  EXPECT_THAT(imported.left_out, SizeIs(kMostDraftItems + 1));
  EXPECT_EQ(left_out(imported).front(), ": only the first 2000 items were looked at");
}

}  // namespace
}  // namespace millrace::cli

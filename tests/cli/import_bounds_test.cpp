// An import writes over nothing, reads nothing outside its folder, and keeps no more than a package could
// hold.
#include <gmock/gmock.h>

#include "cli/packages/package_check.hpp"
#include "core/base/files.hpp"
#include "core/packages/package_limits.hpp"
#include "tests/cli/import_text.hpp"

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;
using test::import_files;
using test::left_out;
using test::package_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void write(const fs::path& file, const std::string& content) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
}

std::string content_of(const fs::path& file) {
  return read_file(file, packages::kMostAudioBytes).value();
}

/// One question; what else its body shows stands before it.
std::string item(const std::string& name, const std::string& shown = "") {
  return "<assessmentItem identifier=\"" + name +
         "\"><responseDeclaration identifier=\"R\" cardinality=\"single\"><correctResponse><value>a</value>"
         "</correctResponse></responseDeclaration><itemBody>" +
         shown +
         "<choiceInteraction responseIdentifier=\"R\"><prompt>Which?</prompt>"
         "<simpleChoice identifier=\"a\">This</simpleChoice><simpleChoice "
         "identifier=\"b\">That</simpleChoice>"
         "</choiceInteraction></itemBody></assessmentItem>";
}

std::string picture(const std::string& name) {
  return "<p><img src=\"" + name + "\" alt=\"A valve\"/></p>";
}

ImportOptions version(uint32_t number) {
  ImportOptions into;
  into.test_id = "imported";
  into.version = number;
  into.skill = "pumps";
  into.language = "en";
  return into;
}

class WrittenImport : public ::testing::Test {
 protected:
  /// A question with this picture.
  Imported imported(const std::string& content, uint32_t number = 1) {
    write(source_.path() / "valve.svg", content);
    write(source_.path() / "item.xml", item("q", picture("valve.svg")));
    return import_file(source_.path() / "item.xml", version(number)).value();
  }
  Result<fs::path> write_version(const std::string& content, uint32_t number) {
    return write_imported(imported(content, number), version(number), out_.path());
  }
  fs::path media() const { return out_.path() / "media" / "imported"; }

  const millrace::test::TempFolder source_;
  const millrace::test::TempFolder out_;
};

TEST_F(WrittenImport, leaves_the_pictures_of_another_version_as_they_are) {
  ASSERT_TRUE(write_version("<svg>old</svg>", 1));
  fs::rename(out_.path() / "imported.json", out_.path() / "first.json");
  ASSERT_TRUE(write_version("<svg>new</svg>", 2));
  const auto checked = check_packages({out_.path()}, false).value();
  ASSERT_EQ(checked.size(), 2U);
  for (const auto& file : checked) EXPECT_THAT(file.problems, IsEmpty()) << to_text(checked);
}

TEST_F(WrittenImport, shares_a_picture_that_did_not_change) {
  ASSERT_TRUE(write_version("<svg>old</svg>", 1));
  fs::rename(out_.path() / "imported.json", out_.path() / "first.json");
  ASSERT_TRUE(write_version("<svg>old</svg>", 2));
  EXPECT_EQ(std::distance(fs::directory_iterator(media()), fs::directory_iterator()), 1);
}

TEST_F(WrittenImport, writes_nothing_where_a_file_of_its_name_has_other_content) {
  const auto imported = this->imported("<svg>new</svg>");
  const auto file = media() / imported.media.begin()->first;
  for (const auto* const other : {"<svg>own</svg>", "much longer than the picture of the import", ""}) {
    write(file, other);
    const auto written = write_imported(imported, version(1), out_.path());
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().message, HasSubstr("is there already with other content"));
    EXPECT_EQ(content_of(file), other);
    EXPECT_FALSE(fs::exists(out_.path() / "imported.json"));
  }
}

}  // namespace
}  // namespace millrace::cli

// An import writes over nothing, reads nothing outside its folder, and keeps no more than a package could
// hold.
#include <sys/stat.h>

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

constexpr auto kOld = "<svg xmlns=\"http://www.w3.org/2000/svg\">old</svg>";
constexpr auto kNew = "<svg xmlns=\"http://www.w3.org/2000/svg\">new</svg>";

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
  ASSERT_TRUE(write_version(kOld, 1));
  fs::rename(out_.path() / "imported.json", out_.path() / "first.json");
  ASSERT_TRUE(write_version(kNew, 2));
  const auto checked = check_packages({out_.path()}, false).value();
  ASSERT_EQ(checked.size(), 2U);
  for (const auto& file : checked) EXPECT_THAT(file.problems, IsEmpty()) << to_text(checked);
}

TEST_F(WrittenImport, shares_a_picture_that_did_not_change) {
  ASSERT_TRUE(write_version(kOld, 1));
  fs::rename(out_.path() / "imported.json", out_.path() / "first.json");
  ASSERT_TRUE(write_version(kOld, 2));
  EXPECT_EQ(std::distance(fs::directory_iterator(media()), fs::directory_iterator()), 1);
}

TEST_F(WrittenImport, writes_nothing_where_a_file_of_its_name_has_other_content) {
  const auto imported = this->imported(kNew);
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

/// A folder from a stranger beside what is not theirs.
class StrangersFolder : public ::testing::Test {
 protected:
  StrangersFolder() {
    write(outside_ / "secret.png", "a picture of one's own");
    write(outside_ / "item.xml", item("secret"));
    write(folder_ / "item.xml", item("q"));
  }
  void link(const std::string& name, const fs::path& to) { fs::create_symlink(to, folder_ / name); }
  Result<Imported> import(const std::string& name) { return import_file(folder_ / name, version(1)); }
  std::string says(const std::string& name) {
    const auto imported = import(name);
    return imported ? "it was read" : imported.error().message;
  }
  static std::string manifest(const std::string& item) {
    return "<manifest><resources><resource type=\"imsqti_item_xmlv2p1\" href=\"" + item +
           "\"/></resources></manifest>";
  }

  const millrace::test::TempFolder all_;
  const fs::path outside_ = all_.path() / "folder-of-mine";
  const fs::path folder_ = all_.path() / "folder";
};

TEST_F(StrangersFolder, does_not_get_at_a_picture_outside) {
  write(folder_ / "item.xml", item("q", picture("valve.png") + picture("up/secret.png")));
  link("valve.png", outside_ / "secret.png");
  link("up", "../folder-of-mine");
  const auto imported = import("item.xml").value();
  EXPECT_THAT(imported.media, IsEmpty());
  EXPECT_THAT(left_out(imported),
              ElementsAre(HasSubstr("'valve.png' is left out: valve.png: it lies outside"),
                          HasSubstr("up/secret.png: it lies outside the folder")));
}

TEST_F(StrangersFolder, does_not_get_at_an_item_or_a_test_outside) {
  link("linked.xml", outside_ / "item.xml");
  write(folder_ / "imsmanifest.xml", manifest("linked.xml"));
  const auto imported = import("").value();
  EXPECT_EQ(imported.items, 0U);
  EXPECT_THAT(left_out(imported), ElementsAre(HasSubstr("linked.xml whole: linked.xml: it lies outside")));
  EXPECT_THAT(says("linked.xml"), HasSubstr("it lies outside the folder"));
}

TEST_F(StrangersFolder, does_not_get_at_a_manifest_outside) {
  write(outside_ / "imsmanifest.xml", "<quiz/>");
  link("imsmanifest.xml", outside_ / "imsmanifest.xml");
  EXPECT_THAT(says(""), HasSubstr("imsmanifest.xml: it lies outside the folder"));
}

TEST_F(StrangersFolder, may_link_to_what_is_in_it) {
  link("linked.xml", "item.xml");
  link("imsmanifest.xml", "real.xml");
  write(folder_ / "real.xml", manifest("linked.xml"));
  EXPECT_EQ(import("").value().items, 1U);
}

TEST_F(StrangersFolder, may_itself_be_reached_by_a_link) {
  write(folder_ / "imsmanifest.xml", manifest("item.xml"));
  fs::create_directory_symlink(folder_, all_.path() / "shortcut");
  EXPECT_EQ(import_file(all_.path() / "shortcut", version(1)).value().items, 1U);
}

TEST_F(StrangersFolder, does_not_hold_the_import_at_a_pipe_or_a_ring) {
  write(folder_ / "item.xml", item("q", picture("pipe.png") + picture("ring.png")));
  ASSERT_EQ(::mkfifo((folder_ / "pipe.png").c_str(), 0600), 0);
  link("ring.png", "ring.png");
  EXPECT_THAT(left_out(import("item.xml").value()),
              ElementsAre(HasSubstr("pipe.png: is no file"), HasSubstr("ring.png: cannot be followed")));
}

TEST(ImportedFile, may_lie_in_the_folder_where_one_is) {
  const millrace::test::TempFolder folder;
  write(folder.path() / "item.xml", item("q", picture("missing.png")));
  const auto before = fs::current_path();
  fs::current_path(folder.path());
  const auto imported = import_file("item.xml", version(1));
  fs::current_path(before);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->items, 1U);
  EXPECT_THAT(left_out(*imported), ElementsAre(::testing::AllOf(HasSubstr("'missing.png' is left out"),
                                                                ::testing::Not(HasSubstr("outside")))));
}

}  // namespace
}  // namespace millrace::cli

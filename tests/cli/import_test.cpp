// What comes over from Moodle and QTI, and that the rest is named with its reason.
#include "cli/packages/import.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/packages/archive.hpp"
#include "cli/packages/package_check.hpp"
#include "tests/cli/import_text.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::cli {
namespace {

namespace fs = std::filesystem;
using packages::ItemType;
using packages::PackagePtr;
using test::left_out;
using test::media_name;
using test::package_of;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

fs::path data(const char* name) {
  return fs::path(MILLRACE_SOURCE_DIR) / "tests" / "cli" / "data" / name;
}

ImportOptions options() {
  ImportOptions into;
  into.test_id = "imported";
  into.skill = "pumps";
  into.language = "en";
  into.approved_by = "E. Sample";
  return into;
}

std::string text_of(const std::vector<packages::Option>& options, const std::string& id) {
  for (const auto& option : options) {
    if (option.id == id) return option.text.at("en");
  }
  return {};
}

std::vector<std::string> texts_in(const packages::Item& item, const std::vector<std::string>& ids) {
  std::vector<std::string> out;
  for (const auto& id : ids) out.push_back(text_of(item.options, id));
  std::ranges::sort(out);
  return out;
}

class FromMoodle : public ::testing::Test {
 protected:
  Imported imported_ = import_file(data("moodle/press.xml"), options()).value();
  PackagePtr package_ = package_of(imported_);
};

TEST_F(FromMoodle, every_type_that_has_a_counterpart_comes_over) {
  ASSERT_EQ(package_->items.size(), 6U);
  const auto& guard = *package_->item("guard");
  EXPECT_EQ(guard.type, ItemType::single_choice);
  EXPECT_EQ(guard.stem.at("en"), "The guard is open. What now?");
  EXPECT_EQ(text_of(guard.options, std::get<packages::Choice>(guard.answer).option), "Close it & lock it");
  EXPECT_EQ(guard.weight, 2U);
  EXPECT_EQ(package_->topic(guard.topic)->title.at("en"), "Guards");

  const auto& signs = *package_->item("signs");
  EXPECT_EQ(signs.type, ItemType::multiple_choice);
  EXPECT_EQ(texts_in(signs, std::get<packages::Choices>(signs.answer).options),
            (std::vector<std::string>{"Noise", "Play"}));
  EXPECT_EQ(package_->item("two-hands")->answer, packages::Response(packages::Truth{true}));

  const auto& force = *package_->item("force");
  EXPECT_EQ(force.answer, packages::Response(packages::Number{"6.50"}));
  EXPECT_EQ(force.tolerance->text(), "0.25");
  EXPECT_EQ(force.unit, "kN");
  EXPECT_EQ(package_->topic(force.topic)->title.at("en"), "Numbers");

  const auto& colours = *package_->item("colours");
  EXPECT_EQ(colours.left.size(), 2U);
  EXPECT_EQ(colours.right.size(), 3U) << "one belongs to nothing";
  for (const auto& [left, right] : std::get<packages::Pairs>(colours.answer).right_of)
    EXPECT_EQ(text_of(colours.right, right), text_of(colours.left, left) == "Red" ? "Stop" : "Go");

  const auto& start = *package_->item("start");
  EXPECT_EQ(start.scoring, packages::Scoring::all_or_nothing);
  std::vector<std::string> order;
  for (const auto& id : std::get<packages::Order>(start.answer).options)
    order.push_back(text_of(start.options, id));
  EXPECT_EQ(order, (std::vector<std::string>{"Power", "Guard", "Start"}));
}

TEST_F(FromMoodle, a_picture_comes_along_under_the_name_of_its_item) {
  const auto& guard = *package_->item("guard");
  const auto& content = imported_.media.at(guard.image);
  EXPECT_EQ(guard.image, media_name("guard", content, ".png"));
  EXPECT_EQ(guard.image_alt.at("en"), "An open guard");
  EXPECT_TRUE(content.starts_with("\x89PNG"));
  EXPECT_EQ(package_->media.at(guard.image), sha256(as_bytes(content)));
}

TEST_F(FromMoodle, a_recording_comes_along_under_the_name_of_its_item_and_language) {
  const auto& hands = *package_->item("two-hands");
  EXPECT_EQ(hands.stem.at("en"), "Two hands are needed.");
  const auto& content = imported_.media.at(hands.audio.at("en"));
  EXPECT_EQ(hands.audio.at("en"), media_name("two-hands.en", content, ".wav"));
  EXPECT_TRUE(content.starts_with("RIFF"));
}

TEST_F(FromMoodle, what_does_not_come_over_is_named_with_its_reason) {
  const auto out = left_out(imported_);
  EXPECT_THAT(out, Contains("tell whole: the type 'essay' has no counterpart"));
  EXPECT_THAT(out, Contains("two-best whole: not exactly one answer is fully right"));
  EXPECT_THAT(out, Contains("signs: its feedback is left out"));
  EXPECT_THAT(out, Contains("signs: its tags are left out"));
  EXPECT_THAT(out, Contains("signs: options with a place of their own (shuffleanswers) are shuffled"));
  EXPECT_THAT(out, Contains(HasSubstr("penalties for further tries are left out")));
  EXPECT_THAT(out, Contains(HasSubstr("signs: what Moodle takes off for a wrong choice is left out")));
  EXPECT_EQ(out.size(), 7U) << report_text(imported_);
}

class FromQti : public ::testing::Test {
 protected:
  Imported imported_ = import_file(data("qti"), options()).value();
  PackagePtr package_ = package_of(imported_);
};

TEST_F(FromQti, every_interaction_that_has_a_counterpart_comes_over) {
  ASSERT_EQ(package_->items.size(), 9U) << report_text(imported_);
  EXPECT_EQ(package_->title.at("en"), "Pumps at work");
  EXPECT_EQ(package_->time_limit_s, 900U);
  const auto& valve = *package_->item("valve");
  EXPECT_EQ(valve.stem.at("en"), "The pump is off. Which valve is opened first?\nChoose one.");
  EXPECT_EQ(text_of(valve.options, std::get<packages::Choice>(valve.answer).option), "Suction");
  const auto& signs = *package_->item("signs");
  EXPECT_EQ(texts_in(signs, std::get<packages::Choices>(signs.answer).options),
            (std::vector<std::string>{"Noise", "Vibration"}));
  const auto& pressure = *package_->item("pressure");
  EXPECT_EQ(pressure.stem.at("en"), "The gauge reads ____ bar.");
  EXPECT_EQ(pressure.tolerance->text(), "0.2");
  EXPECT_EQ(package_->item("relative")->tolerance->text(), "2.5") << "5 % of 50";

  const auto& order = *package_->item("order");
  const auto& first = std::get<packages::Order>(order.answer).options.front();
  EXPECT_EQ(text_of(order.options, first), "Look at the oil");
  const auto& match = *package_->item("match");
  EXPECT_EQ(text_of(match.right, std::get<packages::Pairs>(match.answer).right_of.at(match.left[0].id)),
            "Keeps the liquid in");
  const auto& associate = *package_->item("associate");
  EXPECT_EQ(
      text_of(associate.right, std::get<packages::Pairs>(associate.answer).right_of.at(associate.left[1].id)),
      "Key");
}

TEST_F(FromQti, a_recording_comes_along_under_the_name_of_its_item_and_language) {
  const auto& valve = *package_->item("valve");
  const auto& content = imported_.media.at(valve.audio.at("en"));
  EXPECT_EQ(valve.audio.at("en"), media_name("valve.en", content, ".wav"));
  EXPECT_TRUE(content.starts_with("RIFF"));
  EXPECT_EQ(package_->media.at(valve.audio.at("en")), sha256(as_bytes(content)));
}

TEST_F(FromQti, shapes_become_per_mille_of_the_picture) {
  const auto& hotspot = *package_->item("hotspot");
  ASSERT_EQ(hotspot.regions.size(), 2U);
  const auto& circle = hotspot.regions[0];
  EXPECT_EQ((std::array{circle.x, circle.y, circle.w, circle.h}), (std::array{150, 300, 200, 400}));
  EXPECT_EQ(circle.label.at("en"), "The red button");
  EXPECT_EQ(std::get<packages::Spot>(hotspot.answer).region, circle.id);
  EXPECT_EQ(hotspot.image_alt.at("en"), "A panel");
}

TEST_F(FromQti, what_does_not_come_over_is_named_with_its_reason) {
  EXPECT_THAT(
      left_out(imported_),
      ::testing::UnorderedElementsAre(
          HasSubstr(": a section takes 3 of its items"), "signs: its feedback or rubric is left out",
          HasSubstr("signs: the sound '../sounds/readme.txt' is left out: only .ogg"),
          HasSubstr("the section 'All' is left out"), HasSubstr("goes forwards only"),
          HasSubstr("(itemSessionControl) is the box's own rule"),
          HasSubstr("weights that the test gives its items"),
          "signs: options with a place of their own (shuffle, fixed) are shuffled",
          "hotspot: a circle became the rectangle around it",
          "associate: its one heap of choices became two sides",
          HasSubstr("poly whole: a place of the shape 'poly' has no counterpart"),
          "essay whole: 'extendedTextInteraction' has no counterpart",
          "../outside.xml whole: it lies outside the folder",
          HasSubstr("does not depend on answers here (preCondition, branchRule)"),
          ": a text over a section (rubricBlock) is left out",
          HasSubstr("the section in 'more.xml' stands in the test once"),
          HasSubstr("the section in 'items/valve.xml' is left out: it is no assessmentSection"),
          HasSubstr("range whole: it asks for a range of numbers"), "judged: an embedded object is left out",
          HasSubstr("judged: its own way of judging (member) is replaced")));
  EXPECT_FALSE(package_->shuffle_items) << "the test's items stand in its order";
}

TEST(Imported, passes_the_check_and_lies_where_the_box_looks) {
  const millrace::test::TempFolder folder;
  for (const auto* source : {"qti", "moodle/press.xml"}) {
    auto into = options();
    into.test_id = source[0] == 'q' ? "from-qti" : "from-moodle";
    const auto imported = import_file(data(source), into).value();
    ASSERT_TRUE(write_imported(imported, into, folder.path()));
    EXPECT_FALSE(write_imported(imported, into, folder.path())) << "it is there already";
  }
  const auto checked = check_packages({folder.path()}, false).value();
  ASSERT_EQ(checked.size(), 2U);
  for (const auto& file : checked) EXPECT_THAT(file.problems, IsEmpty()) << to_text(checked);
}

TEST(Imported, ids_of_an_ordering_do_not_tell_its_order) {
  const auto imported = import_file(data("moodle/press.xml"), options()).value();
  const auto package = package_of(imported);
  EXPECT_FALSE(std::ranges::is_sorted(std::get<packages::Order>(package->item("start")->answer).options));
}

TEST(Imported, ids_of_an_ordering_of_two_do_not_tell_its_order_either) {
  std::string quiz;
  for (int i = 0; i < 16; ++i)
    quiz +=
        "<question type=\"ordering\"><questiontext><text>Which first?</text></questiontext>"
        "<answer><text>First of " +
        std::to_string(i) +
        "</text></answer>"
        "<answer><text>Then of " +
        std::to_string(i) + "</text></answer></question>";
  const auto package =
      package_of(test::import_files({{"quiz.xml", "<quiz>" + quiz + "</quiz>"}}, "quiz.xml"));
  const auto ascending = std::ranges::count_if(package->items, [](const packages::Item& item) {
    return std::ranges::is_sorted(std::get<packages::Order>(item.answer).options);
  });
  EXPECT_GT(ascending, 0) << "never ascending would tell it";
  EXPECT_LT(ascending, 16);
}

using Files = std::map<std::string, std::string>;

/// A ZIP archive of these files.
std::string zip_of(const Files& files) {
  std::string out(kMostUnpackedBytes + 2 * 1024 * 1024, '\0');
  size_t used = 0;
  auto* const writer = archive_write_new();
  archive_write_set_format_zip(writer);
  archive_write_open_memory(writer, out.data(), out.size(), &used);
  for (const auto& [name, content] : files) {
    auto* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK) << archive_error_string(writer);
    EXPECT_EQ(archive_write_data(writer, content.data(), content.size()),
              static_cast<ssize_t>(content.size()));
    archive_entry_free(entry);
  }
  EXPECT_EQ(archive_write_close(writer), ARCHIVE_OK);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

/// The content package of the data, below `folder` in the archive.
std::string zipped_package(const std::string& folder) {
  Files files;
  for (const auto& entry : fs::recursive_directory_iterator(data("qti"))) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    files[folder + fs::relative(entry.path(), data("qti")).string()] = {std::istreambuf_iterator<char>(in),
                                                                        {}};
  }
  return zip_of(files);
}

class FromArchive : public ::testing::Test {
 protected:
  Result<Imported> import(const std::string& bytes) {
    const auto file = folder_.path() / "test.zip";
    std::ofstream(file, std::ios::binary) << bytes;
    return import_file(file, options());
  }
  std::string says(const std::string& bytes) {
    const auto imported = import(bytes);
    return imported ? "it was read" : imported.error().message;
  }
  millrace::test::TempFolder folder_;
};

TEST_F(FromArchive, a_content_package_comes_over_as_its_folder_does) {
  const auto unpacked = import_file(data("qti"), options());
  ASSERT_TRUE(unpacked);
  for (const auto* const folder : {"", "exported/", "./", "Prüfung/"}) {
    const auto imported = import(zipped_package(folder));
    ASSERT_TRUE(imported) << imported.error().message;
    EXPECT_EQ(imported->items, unpacked->items);
    EXPECT_EQ(imported->media, unpacked->media);
    EXPECT_EQ(left_out(*imported), left_out(*unpacked));
  }
}

TEST_F(FromArchive, of_two_manifests_the_one_nearer_to_the_top_counts) {
  const auto imported =
      import(zip_of({{"a/b/imsmanifest.xml", "<manifest/>"}, {"a-long-folder/imsmanifest.xml", "no XML"}}));
  ASSERT_FALSE(imported);
  EXPECT_THAT(imported.error().message, HasSubstr("is not XML"));
}

TEST_F(FromArchive, packed_with_what_may_want_gigabytes_is_refused) {
  auto bytes = zip_of({{"imsmanifest.xml", "<manifest/>"}});
  constexpr char kLzma = 14;
  bytes[8] = kLzma;
  bytes[bytes.find("PK\x01\x02") + 10] = kLzma;
  EXPECT_THAT(says(bytes), HasSubstr("imsmanifest.xml packed in another way than by deflation"));
}

TEST_F(FromArchive, without_a_manifest_says_so) {
  EXPECT_THAT(says(zip_of({{"quiz.xml", "<quiz/>"}})), HasSubstr("has no imsmanifest.xml"));
}

TEST_F(FromArchive, that_is_damaged_says_so) {
  EXPECT_THAT(says("PK\x03\x04..."), HasSubstr("test.zip: the ZIP archive cannot be read"));
  auto bytes = zipped_package("");
  bytes.resize(bytes.size() / 2);
  EXPECT_THAT(says(bytes), HasSubstr("the ZIP archive cannot be read"));
}

TEST_F(FromArchive, may_hold_so_many_files_and_so_many_bytes_and_no_more) {
  Files files;
  while (files.size() < kMostArchiveFiles) files["f" + std::to_string(files.size())] = "";
  EXPECT_EQ(read_archive(zip_of(files))->size(), kMostArchiveFiles);
  files["one more"] = "";
  EXPECT_THAT(says(zip_of(files)), HasSubstr("more than 4096 files"));

  Files large{{"a", std::string(kMostUnpackedBytes / 2, 'a')},
              {"b", std::string(kMostUnpackedBytes / 2, 'b')}};
  EXPECT_TRUE(read_archive(zip_of(large)));
  large["c"] = "c";
  EXPECT_THAT(says(zip_of(large)), HasSubstr("more than 64 MiB unpacked"));
}

TEST(Import, of_what_is_neither_says_so) {
  const millrace::test::TempFolder folder;
  const auto says = [&](const std::string& content) {
    const auto file = folder.path() / "file";
    std::ofstream(file, std::ios::binary) << content;
    const auto imported = import_file(file, options());
    return imported ? std::string("it was read") : imported.error().message;
  };
  EXPECT_THAT(says("<qti-assessment-item/>"), HasSubstr("QTI 3"));
  EXPECT_THAT(says("<html/>"), HasSubstr("neither assessmentItem"));
  EXPECT_THAT(says("no xml"), HasSubstr("is not XML"));
  EXPECT_FALSE(import_file(folder.path() / "missing.xml", options()));
  auto bad = options();
  bad.test_id = "../up";
  EXPECT_THAT(import_file(data("moodle/press.xml"), bad).error().message, HasSubstr("/test_id"));
}

}  // namespace
}  // namespace millrace::cli

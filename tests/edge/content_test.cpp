// What plant IT changes under a running box: good content is taken, of bad content the last good state stays.
#include "edge/content/content.hpp"

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/packages/package_limits.hpp"
#include "tests/edge/support/fixture_files.hpp"
#include "tests/edge/support/test_content.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::edge {
namespace {

using test::with;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ContentOfABox : public ::testing::Test {
 protected:
  void SetUp() override { test::write_content(folder_.path()); }
  std::filesystem::path file(const char* name) const { return folder_.path() / name; }
  Result<ContentFolder> load() { return ContentFolder::load(test::content_paths(folder_.path())); }
  Result<ContentFolder> start(std::vector<std::string>& problems) {
    return ContentFolder::start(test::content_paths(folder_.path()), file("copies"), problems);
  }
  ContentFolder::Renewal renew(ContentFolder& content) {
    problems_.clear();
    return content.renew(problems_);
  }

  millrace::test::TempFolder folder_;
  std::vector<std::string> problems_;
};

TEST_F(ContentOfABox, is_loaded_whole) {
  auto content = load().value();
  EXPECT_NE(content.current().roster->by_badge("100"), nullptr);
  EXPECT_NE(content.current().packages->find("pumps", 1), nullptr);
  EXPECT_EQ(content.current().packages->languages(), (std::vector<std::string>{"en", "de"}));
  EXPECT_EQ(renew(content), ContentFolder::Renewal::unchanged);
}

TEST_F(ContentOfABox, that_is_bad_at_the_start_names_the_problems_of_all_files) {
  test::write_text(file("roster.json"), "[]");
  test::write_text(file("assignments.json"), "{}");
  test::write_text(file("packages/pumps.json"), with(test::pumps_text(), "7500", "75000"));
  const auto content = load();
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message,
              AllOf(HasSubstr("roster.json"), HasSubstr("assignments.json"), HasSubstr("/pass_mark_bp")));
}

TEST_F(ContentOfABox, lacks_an_image_or_a_package_and_says_which) {
  std::filesystem::remove(file("packages/media/pumps/valves.svg"));
  auto content = load();
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, AllOf(HasSubstr("/items/0/image"), HasSubstr("valves.svg")));
  std::filesystem::remove(file("packages/pumps.json"));
  content = load();
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, AllOf(HasSubstr("/assignments/0/test_id"), HasSubstr("'pumps'")));
}

TEST_F(ContentOfABox, goes_on_without_a_bad_package_where_it_may) {
  test::write_text(file("packages/pumps-2.json"), "{ half a file");
  std::vector<std::string> left_out;
  const auto content = start(left_out);
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_NE(content->current().packages->find("pumps", 1), nullptr);
  EXPECT_THAT(left_out, ElementsAre(HasSubstr("pumps-2.json: line 1: is not JSON")));

  left_out.clear();
  test::write_text(file("packages/pumps.json"), "{ half a file");
  const auto without = start(left_out);
  ASSERT_TRUE(without) << without.error().message;
  EXPECT_EQ(without->current().packages->size(), 0U);
  EXPECT_THAT(left_out,
              ::testing::Contains(HasSubstr("version 1 of 'pumps' is not among the test packages")));
}

TEST_F(ContentOfABox, starts_with_the_last_good_copy_of_a_bad_file) {
  std::vector<std::string> problems;
  ASSERT_TRUE(start(problems));
  EXPECT_THAT(problems, IsEmpty());
  const auto mode = std::filesystem::status(file("copies/roster.json")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
      << "names and PIN hashes are the daemon's alone";

  test::write_text(file("roster.json"), "[]");
  std::filesystem::remove(file("assignments.json"));
  const auto content = start(problems);
  ASSERT_TRUE(content) << content.error().message;
  EXPECT_NE(content->current().roster->by_badge("100"), nullptr);
  EXPECT_FALSE(content->current().assignments->all().empty());
  EXPECT_THAT(problems, ElementsAre(HasSubstr("roster.json"), HasSubstr("assignments.json")));
  EXPECT_FALSE(load()) << "a check takes no copy";
}

TEST_F(ContentOfABox, that_lacks_a_test_since_its_start_takes_all_else) {
  std::vector<std::string> problems;
  test::write_text(file("packages/more.json"),
                   with(test::pumps_text(), "\"test_id\": \"pumps\"", "\"test_id\": \"more\""));
  std::filesystem::copy(file("packages/media/pumps"), file("packages/media/more"));
  const auto pumps = test::read_text(file("packages/pumps.json"));
  test::write_text(file("packages/pumps.json"), "{ half a file");
  auto content = start(problems).value();
  const auto assignments = test::read_text(file("assignments.json"));
  test::write_text(file("assignments.json"),
                   with(assignments, "2026-01-05T06:00:00Z", "2026-01-06T06:00:00Z"));
  EXPECT_EQ(renew(content), ContentFolder::Renewal::refused);
  EXPECT_THAT(problems_, ::testing::Contains(HasSubstr("is not among the test packages")));
  EXPECT_EQ(rfc3339(content.current().assignments->as_of()), "2026-01-06T06:00:00.000Z");

  std::filesystem::remove(file("packages/more.json"));
  renew(content);
  EXPECT_EQ(content.current().packages->find("more", 1), nullptr) << "nobody has to take it";
  test::write_text(file("packages/pumps.json"), pumps);
  EXPECT_EQ(renew(content), ContentFolder::Renewal::renewed);
  EXPECT_NE(content.current().packages->find("pumps", 1), nullptr);
}

TEST_F(ContentOfABox, copies_what_it_takes_while_it_runs) {
  std::vector<std::string> problems;
  auto content = start(problems).value();
  const auto before = test::read_text(file("roster.json"));
  test::write_text(file("roster.json"), with(before, "\"100\"", "\"1001\""));
  EXPECT_EQ(renew(content), ContentFolder::Renewal::renewed);
  test::write_text(file("roster.json"), "{ half a file");
  EXPECT_EQ(renew(content), ContentFolder::Renewal::refused);
  const auto again = start(problems).value();
  EXPECT_NE(again.current().roster->by_badge("1001"), nullptr);
}

TEST_F(ContentOfABox, that_was_never_good_is_no_content) {
  std::vector<std::string> problems;
  test::write_text(file("roster.json"), "[]");
  EXPECT_FALSE(start(problems)) << "nobody could sign in";

  test::write_content(folder_.path());
  ASSERT_TRUE(start(problems));
  test::write_text(file("roster.json"), "[]");
  test::write_text(file("copies/roster.json"), "[]");
  EXPECT_FALSE(start(problems)) << "a damaged copy is none";
}

TEST_F(ContentOfABox, without_a_folder_of_packages_is_no_content) {
  std::filesystem::remove_all(file("packages"));
  std::vector<std::string> left_out;
  const auto content = start(left_out);
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, HasSubstr("Set `packages`"));
}

TEST_F(ContentOfABox, does_not_take_a_file_that_is_not_the_one_that_was_hashed) {
  auto content = load().value();
  const auto good = content.current().packages->find("pumps", 1);
  test::write_text(file("packages/media/pumps/valves.svg"), "<svg/>");
  EXPECT_EQ(renew(content), ContentFolder::Renewal::refused);
  EXPECT_THAT(problems_, ::testing::ElementsAre(AllOf(HasSubstr("pumps.json: /media/valves.svg: "),
                                                      HasSubstr("has the hash "))));
  EXPECT_EQ(content.current().packages->find("pumps", 1), good) << "the last good state stays";
  EXPECT_FALSE(load());
}

TEST_F(ContentOfABox, takes_no_picture_that_is_none_whatever_its_hash) {
  const auto put = [&](const std::string& picture) {
    test::write_text(file("packages/media/pumps/valves.svg"), picture);
    test::write_text(
        file("packages/pumps.json"),
        with(test::pumps_text(), hex(test::pumps()->media.at("valves.svg")), hex(sha256(as_bytes(picture)))));
    const auto content = load();
    return content ? "it was taken" : content.error().message;
  };
  EXPECT_THAT(put(""), AllOf(HasSubstr("pumps.json: /items/0/image: "),
                             HasSubstr("valves.svg: it is empty; put the right file there")));
  EXPECT_THAT(put("<!DOCTYPE html><p>Not found</p>"), HasSubstr("it does not begin as an SVG does"));
}

TEST_F(ContentOfABox, follows_no_link_to_a_picture_and_waits_for_no_pipe) {
  const auto picture = file("packages/media/pumps/valves.svg");
  std::filesystem::rename(picture, file("valves.svg"));
  std::filesystem::create_symlink(file("valves.svg"), picture);
  auto content = load();
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message,
              AllOf(HasSubstr("/items/0/image: "), HasSubstr("valves.svg: it is a link"),
                    HasSubstr("put the file there")));
  std::filesystem::remove(picture);
  ASSERT_EQ(::mkfifo(picture.c_str(), 0600), 0);
  content = load();
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, HasSubstr("valves.svg: it is no regular file"));
}

TEST_F(ContentOfABox, takes_files_up_to_their_bound) {
  const auto put = [&](size_t bytes) {
    auto picture = std::string("<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    picture.resize(bytes, ' ');
    test::write_text(file("packages/media/pumps/valves.svg"), picture);
    const auto old = test::pumps()->media.at("valves.svg");
    test::write_text(file("packages/pumps.json"),
                     with(test::pumps_text(), hex(old), hex(sha256(as_bytes(picture)))));
  };
  put(packages::kMostImageBytes);
  EXPECT_TRUE(load());
  put(packages::kMostImageBytes + 1);
  const auto content = load();
  ASSERT_FALSE(content);
  EXPECT_THAT(content.error().message, HasSubstr("/items/0/image"));
}

TEST_F(ContentOfABox, takes_a_new_version_beside_the_old_one) {
  auto content = load().value();
  test::write_text(file("packages/pumps-2.json"),
                   with(test::pumps_text(), "\"version\": 1,", "\"version\": 2,"));
  EXPECT_EQ(renew(content), ContentFolder::Renewal::renewed);
  EXPECT_THAT(problems_, IsEmpty());
  EXPECT_NE(content.current().packages->find("pumps", 1), nullptr);
  EXPECT_NE(content.current().packages->find("pumps", 2), nullptr);
}

TEST_F(ContentOfABox, keeps_the_last_good_version_of_a_package_that_turns_bad) {
  auto content = load().value();
  const auto good = content.current().packages->find("pumps", 1);
  test::write_text(file("packages/pumps.json"), "{ half a file");
  EXPECT_EQ(renew(content), ContentFolder::Renewal::refused);
  EXPECT_THAT(problems_, ::testing::ElementsAre(HasSubstr("pumps.json: line 1: is not JSON")));
  EXPECT_EQ(content.current().packages->find("pumps", 1), good);
  EXPECT_EQ(renew(content), ContentFolder::Renewal::unchanged) << "said once";
  test::write_text(file("packages/pumps.json"), test::pumps_text());
  EXPECT_EQ(renew(content), ContentFolder::Renewal::renewed);
}

TEST_F(ContentOfABox, does_not_take_other_content_under_a_version_that_is_in_use) {
  auto content = load().value();
  const auto good = content.current().packages->find("pumps", 1);
  test::write_text(file("packages/pumps.json"),
                   with(test::pumps_text(), "\"choice\": \"a\"", "\"choice\": \"b\""));
  EXPECT_EQ(renew(content), ContentFolder::Renewal::refused);
  EXPECT_THAT(problems_, ::testing::ElementsAre(HasSubstr("new version")));
  EXPECT_EQ(content.current().packages->find("pumps", 1), good);
}

TEST_F(ContentOfABox, keeps_the_last_good_roster_and_assignments) {
  auto content = load().value();
  test::write_text(file("roster.json"), "{}");
  EXPECT_EQ(renew(content), ContentFolder::Renewal::refused);
  EXPECT_NE(content.current().roster->by_badge("100"), nullptr);
  test::write_content(folder_.path());
  test::write_text(file("assignments.json"), with(test::read_text(file("assignments.json")),
                                                  "\"test_version\": 1", "\"test_version\": 9"));
  EXPECT_EQ(renew(content), ContentFolder::Renewal::refused);
  EXPECT_EQ(content.current().assignments->find("as-1")->test_version, 1U);
}

TEST_F(ContentOfABox, takes_a_changed_roster) {
  auto content = load().value();
  test::write_text(file("roster.json"),
                   with(test::read_text(file("roster.json")), "\"active\": true", "\"active\": false"));
  EXPECT_EQ(renew(content), ContentFolder::Renewal::renewed);
  EXPECT_FALSE(content.current().roster->by_badge("100")->active);
}

}  // namespace
}  // namespace millrace::edge

#include "relay/intake/trust.hpp"

#include <fstream>

#include <fmt/ranges.h>

#include "tests/support/chain.hpp"
#include "tests/support/temp_folder.hpp"

namespace millrace::relay {
namespace {

using delivery::testing::key_from;

class TrustTest : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path() / name) << text;
  }
  static std::string key(const SigningKey& of) {
    return "[[key]]\nid = \"" + of.key_id() + "\"\npublic_key = \"" + base64url(of.public_key()) + "\"\n";
  }
  static std::string box(const std::string& site, const std::string& edge) {
    return "site = \"" + site + "\"\nedge = \"" + edge + "\"\n";
  }
  std::string refusal() const {
    auto trust = Trust::load(folder.path());
    if (!trust) return trust.error().message;
    EXPECT_EQ(trust->boxes(), 0u) << "a bad file makes no box known";
    return fmt::format("{}", fmt::join(trust->problems(), "\n"));
  }

  test::TempFolder folder;
};

TEST_F(TrustTest, a_box_is_known_by_all_the_keys_in_its_file) {
  write("demo-box-1.toml", box("demo", "box-1") + key(key_from(1)) + key(key_from(2)));
  write("demo-box-2.toml", box("demo", "box-2") + key(key_from(3)));
  write("README", "not a box");
  auto trust = Trust::load(folder.path());
  ASSERT_TRUE(trust) << trust.error().message;
  EXPECT_EQ(trust->keys({"demo", "box-1"}).size(), 2u);
  EXPECT_EQ(trust->keys({"demo", "box-2"}).at(key_from(3).key_id()), key_from(3).public_key());
  EXPECT_TRUE(trust->keys({"demo", "box-3"}).empty());
  EXPECT_EQ(trust->sites(), std::set<std::string>{"demo"});
}

TEST_F(TrustTest, a_key_that_is_not_one_is_refused_with_file_line_and_remedy) {
  write("demo-box-1.toml", box("demo", "box-1") + "[[key]]\nid = \"abc\"\npublic_key = \"too-short\"\n");
  const auto message = refusal();
  EXPECT_THAT(message, ::testing::HasSubstr("demo-box-1.toml:5:"));
  EXPECT_THAT(message, ::testing::HasSubstr("public_key"));
  EXPECT_THAT(message, ::testing::HasSubstr("millrace-edge --print-public-key"));
}

TEST_F(TrustTest, an_id_that_belongs_to_another_key_is_refused_with_file_line_and_the_right_one) {
  auto text = box("demo", "box-1") + key(key_from(1));
  text.replace(text.find(key_from(1).key_id()), 16, key_from(2).key_id());
  write("demo-box-1.toml", text);
  const auto message = refusal();
  EXPECT_THAT(message, ::testing::HasSubstr("demo-box-1.toml:4:"));
  EXPECT_THAT(message, ::testing::HasSubstr(key_from(1).key_id()));
}

TEST_F(TrustTest, a_file_under_another_boxs_name_is_refused) {
  write("demo-box-9.toml", box("demo", "box-1") + key(key_from(1)));
  EXPECT_THAT(refusal(), ::testing::HasSubstr("must be named demo-box-1.toml"));
}

TEST_F(TrustTest, a_file_without_a_key_is_refused) {
  write("demo-box-1.toml", box("demo", "box-1"));
  EXPECT_THAT(refusal(), ::testing::HasSubstr("add [[key]]"));
}

TEST_F(TrustTest, unknown_keys_and_bad_names_are_refused) {
  write("demo-box-1.toml", box("demo", "box-1") + "colour = \"red\"\n" + key(key_from(1)));
  write("De mo-x.toml", box("De mo", "x") + key(key_from(1)));
  const auto message = refusal();
  EXPECT_THAT(message, ::testing::HasSubstr("demo-box-1.toml:3: colour"));
  EXPECT_THAT(message, ::testing::HasSubstr("De mo-x.toml:1: site"));
}

TEST_F(TrustTest, all_problems_of_all_files_are_told_at_once) {
  write("demo-box-1.toml", box("demo", "box-1"));
  write("demo-box-2.toml", "site = ");
  const auto message = refusal();
  EXPECT_THAT(message, ::testing::HasSubstr("demo-box-1.toml"));
  EXPECT_THAT(message, ::testing::HasSubstr("demo-box-2.toml:1:"));
}

TEST_F(TrustTest, a_bad_file_leaves_the_other_boxes_alone) {
  write("demo-box-1.toml", "site = ");
  write("demo-box-2.toml", box("demo", "box-2") + key(key_from(3)));
  const auto trust = Trust::load(folder.path());
  ASSERT_TRUE(trust) << trust.error().message;
  EXPECT_THAT(trust->problems(), ::testing::ElementsAre(::testing::HasSubstr("demo-box-1.toml:1:")));
  EXPECT_EQ(trust->keys({"demo", "box-2"}).size(), 1u);
  EXPECT_TRUE(trust->keys({"demo", "box-1"}).empty());
}

TEST_F(TrustTest, a_box_stays_known_while_its_file_is_bad_and_no_longer_than_the_file) {
  write("demo-box-1.toml", box("demo", "box-1") + key(key_from(1)));
  const auto good = Trust::load(folder.path());
  write("demo-box-1.toml", box("demo", "box-1"));
  const auto bad = Trust::load(folder.path(), &*good);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->problems().size(), 1u);
  EXPECT_EQ(bad->keys({"demo", "box-1"}).at(key_from(1).key_id()), key_from(1).public_key());
  std::filesystem::remove(folder.path() / "demo-box-1.toml");
  const auto gone = Trust::load(folder.path(), &*bad);
  EXPECT_TRUE(gone->problems().empty());
  EXPECT_TRUE(gone->keys({"demo", "box-1"}).empty());
}

TEST_F(TrustTest, a_missing_folder_is_refused_with_what_to_do) {
  auto trust = Trust::load(folder.path() / "none");
  ASSERT_FALSE(trust);
  EXPECT_THAT(trust.error().message, ::testing::HasSubstr("make the folder"));
}

TEST_F(TrustTest, a_changed_folder_is_noticed) {
  write("demo-box-1.toml", box("demo", "box-1") + key(key_from(1)));
  auto trust = Trust::load(folder.path());
  ASSERT_TRUE(trust);
  EXPECT_FALSE(trust->outdated());
  write("demo-box-2.toml", box("demo", "box-2") + key(key_from(3)));
  EXPECT_TRUE(trust->outdated());
}

}  // namespace
}  // namespace millrace::relay

#include "core/base/files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace millrace {
namespace {

TEST(Files, what_is_written_durably_is_read_back_and_bounded) {
  const auto file = std::filesystem::path(testing::TempDir()) / fmt::format("files-{}", ::getpid());
  ASSERT_TRUE(write_file_durably(file, as_bytes("12345")));
  EXPECT_EQ(read_file(file, 5).value(), "12345");
  const auto too_large = read_file(file, 4);
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().kind, ErrorKind::invalid_input);
  std::filesystem::remove(file);
  EXPECT_EQ(read_file(file, 4).error().kind, ErrorKind::not_found);
}

TEST(Files, what_lies_in_the_way_of_a_durable_write_is_not_followed) {
  const auto folder = std::filesystem::path(testing::TempDir()) / fmt::format("planted-{}", ::getpid());
  std::filesystem::create_directory(folder);
  ASSERT_TRUE(write_file_durably(folder / "other", as_bytes("theirs"), 0644));
  std::filesystem::create_symlink(folder / "other", folder / "key.new");
  ASSERT_TRUE(write_file_durably(folder / "key", as_bytes("ours"), 0600));
  EXPECT_EQ(read_file(folder / "other", 10).value(), "theirs");
  EXPECT_EQ(read_file(folder / "key", 10).value(), "ours");
  EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(folder / "key")));
  // Nor does the mode of a leftover stay.
  ASSERT_TRUE(write_file_durably(folder / "key.new", as_bytes("left"), 0666));
  ASSERT_TRUE(write_file_durably(folder / "key", as_bytes("ours"), 0600));
  struct stat written{};
  ASSERT_EQ(::stat((folder / "key").c_str(), &written), 0);
  EXPECT_EQ(written.st_mode & 0777U, 0600U);
  std::filesystem::remove_all(folder);
}

TEST(Files, what_root_writes_belongs_to_the_owner_of_the_folder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can write for others";
  constexpr uid_t kOwner = 4711;
  const auto folder = std::filesystem::path(testing::TempDir()) / fmt::format("owned-{}", ::getpid());
  std::filesystem::create_directory(folder);
  ASSERT_EQ(::chown(folder.c_str(), kOwner, kOwner), 0);
  ASSERT_TRUE(write_file_durably(folder / "key", as_bytes("12345"), 0600));
  struct stat written{};
  ASSERT_EQ(::stat((folder / "key").c_str(), &written), 0);
  EXPECT_EQ(written.st_uid, kOwner);
  EXPECT_EQ(written.st_gid, kOwner);
  EXPECT_EQ(written.st_mode & 0777U, 0600U);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace millrace

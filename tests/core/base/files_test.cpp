#include "core/base/files.hpp"

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

}  // namespace
}  // namespace millrace

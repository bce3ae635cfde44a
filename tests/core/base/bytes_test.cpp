#include "core/base/bytes.hpp"

namespace millrace {
namespace {

TEST(Bytes, base64url_has_no_padding_and_comes_back) {
  for (size_t size = 0; size < 70; ++size) {
    Bytes bytes;
    for (size_t i = 0; i < size; ++i) bytes.push_back(static_cast<uint8_t>(i * 37 + size));
    const auto text = base64url(bytes);
    EXPECT_EQ(text.find_first_of("=+/"), std::string::npos);
    const auto back = from_base64url(text);
    ASSERT_TRUE(back) << text;
    EXPECT_EQ(*back, bytes);
  }
}

TEST(Bytes, text_forms_are_read_strictly) {
  EXPECT_FALSE(from_base64url("AA=="));
  EXPECT_FALSE(from_base64url("A"));
  EXPECT_FALSE(from_base64url("AA AA"));
  EXPECT_FALSE(from_base64url("AB"));  // the last four bits must be zero
  EXPECT_FALSE(from_base64("AA"));
  EXPECT_TRUE(from_hex("").value().empty());
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("zz"));
  EXPECT_EQ(hex(*from_hex("00ffA1")), "00ffa1");
}

TEST(Bytes, percent_encoding_leaves_only_unreserved_characters) {
  EXPECT_EQ(percent_encode("sb://host:5672/q 1~"), "sb%3A%2F%2Fhost%3A5672%2Fq%201~");
}

}  // namespace
}  // namespace millrace

// What administration clients send, read with care.
#include "emulator/admin/atom_read.hpp"

#include <limits>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/admin/atom_write.hpp"

namespace millrace::bus {
namespace {

Result<Description> queue_with(std::string_view metadata) {
  return read_description(
      fmt::format("<entry><content><QueueDescription><UserMetadata>{}</UserMetadata></QueueDescription>"
                  "</content></entry>",
                  metadata));
}

TEST(AtomRead, text_is_taken_as_it_is) {
  const auto queue = queue_with("h\u00f6her \U0001F600 &#x1F600;");
  ASSERT_TRUE(queue) << queue.error().message;
  EXPECT_EQ(std::get<QueueDefinition>(*queue).info.user_metadata, "h\u00f6her \U0001F600 \U0001F600");
}

TEST(AtomRead, what_is_not_utf8_is_refused_since_it_could_not_be_read_again) {
  for (const auto* metadata :
       {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "&#xD800;", "&#x110000;"}) {
    const auto queue = queue_with(metadata);
    ASSERT_FALSE(queue) << metadata;
    EXPECT_THAT(queue.error().message, testing::HasSubstr("not UTF-8"));
  }
}

TEST(AtomRead, a_text_in_an_encoding_that_it_names_is_understood) {
  const auto queue = read_description(
      "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><entry><content><QueueDescription>"
      "<UserMetadata>h\xf6her</UserMetadata></QueueDescription></content></entry>");
  ASSERT_TRUE(queue) << queue.error().message;
  EXPECT_EQ(std::get<QueueDefinition>(*queue).info.user_metadata, "h\u00f6her");
}

TEST(AtomWrite, an_infinite_number_is_spelled_as_xml_does) {
  CorrelationFilter filter;
  filter.properties = {{"a", Value{-std::numeric_limits<double>::infinity()}}};
  const auto written = write_entry({"http://localhost/x", "x", Rule{"r", filter}, {}});
  EXPECT_THAT(written, testing::HasSubstr(">-INF<"));
  const auto again = read_description(written);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(std::get<CorrelationFilter>(std::get<Rule>(*again).filter).properties, filter.properties);
}

}  // namespace
}  // namespace millrace::bus

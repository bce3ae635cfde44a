#include "core/base/printable.hpp"

#include <gtest/gtest.h>

namespace millrace {
namespace {

TEST(Printable, what_is_seen_stays_as_it_is) {
  for (const auto* text :
       {"", "gate-3", "Tor 3 – Süd", "بوابة", "三号门", "😀", "\xed\x9f\xbf", "\xee\x80\x80"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, what_would_do_something_instead_is_a_question_mark) {
  EXPECT_EQ(printable("a\x1b[2J\n\x7f"), "a?[2J??");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "31m"),
            "a?31m")
      << "the same, of C1";
  EXPECT_EQ(printable("a\xc2\xa0"), "a\xc2\xa0") << "the first sign behind C1";
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "abc\xe2\x81\xa6\xd8\x9c"),
            "?abc??")
      << "the direction stays";
}

TEST(Printable, bytes_that_are_no_sign_are_one_each) {
  EXPECT_EQ(printable("\xff\xfe"), "??");
  EXPECT_EQ(printable("a\xc3"), "a?") << "half a sign";
  EXPECT_EQ(printable("\xc0\xaf"), "??") << "a longer form than need be";
  EXPECT_EQ(printable("\xe0\x80\xaf"), "???");
  EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "half of a pair";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????") << "beyond the last sign";
}

}  // namespace
}  // namespace millrace

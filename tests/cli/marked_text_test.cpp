// What plain text says of a marked-up one, and that the rest is named.
#include "cli/packages/marked_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace millrace::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(MarkedText, becomes_plain_text) {
  EXPECT_EQ(from_html("<p>One&nbsp;<b>two</b></p> <p>three<br>four</p>").text, "One two\nthree\nfour");
  EXPECT_EQ(from_html("<ul><li>a</li><li>b</li></ul>").text, "- a\n- b");
  EXPECT_EQ(from_html("5 &lt; 6 &amp;lt; &#x20AC; &#8364; &unknown; & a").text,
            "5 < 6 &lt; € € &unknown; & a");
  EXPECT_EQ(from_html("a<script>alert('<b>')</script>b<!-- <p> -->c").text, "abc");
  EXPECT_EQ(from_html("3 < 4 and <").text, "3 < 4 and <");
  EXPECT_THAT(from_html("m<sup>2</sup>").lost, Contains(HasSubstr("stood higher")));
  EXPECT_EQ(from_html("<IMG alt='x > y' src=a.png>").pictures.at(0).source, "a.png");
  EXPECT_EQ(from_html("<IMG alt='x > y' src=a.png>").pictures.at(0).alt, "x > y");
}

TEST(MarkedText, does_not_show_what_stands_for_a_recording_or_a_picture) {
  const auto heard = from_html("a <audio><source src=x.ogg>no sound?</audio> b");
  EXPECT_EQ(heard.text, "a b");
  EXPECT_THAT(heard.sounds, ElementsAre("x.ogg"));
  const auto seen = from_html("a <object type='image/png' data=x.png> A <b>valve</b> </object>b");
  EXPECT_EQ(seen.text, "a b");
  EXPECT_EQ(seen.pictures.at(0).alt, "A valve");
  EXPECT_EQ(from_html("a <video><source src=x.mp4>no film?</video>b").text, "a b");
  EXPECT_THAT(from_html("<video><source src=x.mp4></video>").sounds, IsEmpty());
  EXPECT_EQ(from_html("<object type='text/html' data=x>Read this</object>").text, "Read this");
  EXPECT_EQ(from_html("a <audio src=x.ogg> b").text, "a b") << "never closed: no question loses its text";
}

TEST(MarkedText, keeps_the_numbers_of_a_list) {
  EXPECT_EQ(from_html("<ol><li>a<ul><li>x</li></ul></li><li>b<ol><li>y</li></ol></li><li>c</li></ol>").text,
            "1. a\n- x\n2. b\n1. y\n3. c");
  EXPECT_EQ(from_html("<ol start=4><li>a<li>b</ol></ol><li>c").text, "4. a\n5. b\n- c");
  for (const auto* const start : {"99999999999", "2147483647", "-2147483648", "x"})
    EXPECT_EQ(from_html("<ol start='" + std::string(start) + "'><li>a</ol>").text, "1. a") << start;
  EXPECT_THAT(from_html("<ol style='list-style-type: decimal'><li>a</ol>").lost, IsEmpty());
  for (const auto* const letters :
       {"<ol type=A><li>a</ol>", "<ol style='list-style-type: lower-alpha'><li>a"})
    EXPECT_THAT(from_html(letters).lost, ElementsAre("the letters of a list became numbers"));
}

TEST(MarkedText, makes_no_two_words_one) {
  EXPECT_EQ(from_html("<figure>a<figcaption>b</figcaption></figure>c<hr>d<address>e</address>f").text,
            "a\nb\nc\nd\ne\nf");
  EXPECT_EQ(from_html("<table><caption>a</caption><tr><th>b<td>c</table>").text, "a\nb c")
      << "cells that are never closed";
}

TEST(MarkedText, quotes_what_was_quoted) {
  EXPECT_EQ(from_html("He says <q>stop</q>.").text, "He says \"stop\".");
}

TEST(MarkedText, names_what_only_shows_in_a_browser) {
  EXPECT_THAT(from_html("<abbr title='pressure'>p</abbr> <abbr>q</abbr>").lost,
              ElementsAre("what an abbreviation stands for is left out"));
  EXPECT_THAT(from_html("a <input name=x> <select><option>b</select>").lost,
              ElementsAre("a field of a form in the text is left out"));
  EXPECT_THAT(from_html("<canvas></canvas>").lost, ElementsAre("a drawing inside the text is left out"));
}

}  // namespace
}  // namespace millrace::cli

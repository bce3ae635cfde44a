// What plain text says of a marked-up one, and that the rest is named.
#include "cli/packages/marked_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pugixml.hpp>

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
  EXPECT_EQ(from_html("<IMG ALT='a src=b' SRC=a.png>").pictures.at(0).source, "a.png");
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

TEST(MarkedText, goes_on_from_the_number_that_an_entry_has) {
  EXPECT_EQ(from_html("<ol><li>a<li value=4>b<li>c</ol>").text, "1. a\n4. b\n5. c");
  EXPECT_EQ(from_html("<ol start='2'><LI>a</LI><LI VALUE = ' -1'>b</LI><li>c</li></ol>").text,
            "2. a\n-1. b\n0. c");
  EXPECT_EQ(from_html("<ol><li title='a value=7'>a<ol><li value=5>x</ol><li>b</ol>").text,
            "1. a\n5. x\n2. b");
  EXPECT_EQ(from_html("<ol><li value=4/>a<li value=\"6\"/>b</ol>").text, "4. a\n6. b");
  EXPECT_EQ(from_html("<ul><li value=4>a</ul><li value=4>b").text, "- a\n- b") << "no numbered list";
  EXPECT_EQ(from_html("<ol><li value=999999>a<li>b</ol>").text, "999999. a\n1000000. b");
  for (const auto* const value : {"x", "", "1000000", "-1000000", "2147483647", "-2147483648", "99999999999"})
    EXPECT_EQ(from_html("<ol><li>a<li value='" + std::string(value) + "'>b</ol>").text, "1. a\n2. b")
        << value;
}

TEST(MarkedText, names_a_list_that_counts_down) {
  for (const auto* const list : {"<ol reversed>", "<ol reversed=''>", "<ol start=3 REVERSED='reversed'>",
                                 "<ol reversed = reversed>", "<ol class=a reversed/>"})
    EXPECT_THAT(from_html(list).lost, ElementsAre("a list that counts down (reversed) counts up here"))
        << list;
  for (const auto* const list : {"<ol>", "<ul reversed>", "<ol title='is reversed = so'>",
                                 "<ol class=reversed>", "<ol data-reversed>"})
    EXPECT_THAT(from_html(list).lost, IsEmpty()) << list;
}

TEST(MarkedText, of_xhtml_keeps_the_numbers_of_a_list_too) {
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string("<body><ol reversed=''><li>a</li><li value='4'>b</li></ol></body>"));
  const auto text = from_xhtml(document.child("body"));
  EXPECT_EQ(text.text, "1. a\n4. b");
  EXPECT_THAT(text.lost, ElementsAre("a list that counts down (reversed) counts up here"));
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

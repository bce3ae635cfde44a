// A picture or sound is what its ending says, and an SVG is whole in itself.
#include "cli/packages/media_judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace millrace::cli {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

std::string wrong_in(std::string_view name, std::string_view content) {
  const auto good = judge_media(name, content);
  return good ? "nothing" : good.error().message;
}

/// An SVG with this inside.
std::string svg(const std::string& inside, const std::string& before = "") {
  return before + "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\">" +
         inside + "</svg>";
}

std::string wrong_in_svg(const std::string& inside, const std::string& before = "") {
  return wrong_in("a.svg", svg(inside, before));
}

TEST(JudgedMedia, begin_as_their_ending_says) {
  const std::pair<const char*, std::string> good[] = {
      {"a.png", "\x89PNG\r\n\x1a\n..."},
      {"a.jpg", "\xff\xd8\xff\xe0..."},
      {"a.jpg", "\xff\xd8\xff\xe1 with Exif"},
      {"a.webp", "RIFF\x04\0\0\0WEBPVP8 "s},
      {"a.ogg", "OggS..."},
      {"a.opus", "OggS..."},
      {"a.mp3", "ID3..."},
      {"a.mp3", "\xff\xfb\x90 at once"},
      {"a.mp3", "\xff\xf3 of half the rate"},
      {"a.wav", "RIFF\x04\0\0\0WAVEfmt "s},
  };
  for (const auto& [name, content] : good) EXPECT_EQ(wrong_in(name, content), "nothing") << name;
  const auto page = "<!DOCTYPE html><html><body>Not found</body></html>"s;
  for (const auto* const name : {"a.png", "a.jpg", "a.webp", "a.ogg", "a.opus", "a.mp3", "a.wav", "a.svg"}) {
    EXPECT_EQ(wrong_in(name, ""), "it is empty") << name;
    EXPECT_THAT(wrong_in(name, page), HasSubstr("it does not begin as a")) << name;
    EXPECT_THAT(wrong_in(name, "R"), HasSubstr("it does not begin as a")) << name;
  }
  EXPECT_EQ(wrong_in("a.jpg", "\x89PNG\r\n\x1a\n"), "it does not begin as a JPEG does, but as a PNG does");
  EXPECT_THAT(wrong_in("a.mp3", "\xff\xfeUTF-16"), HasSubstr("it does not begin as an MP3 does"));
}

TEST(JudgedSvg, may_have_all_that_is_in_itself) {
  for (const auto* const inside :
       {"<linearGradient id=\"a\"/><rect fill=\"url(#a)\" style=\"fill:url(&quot;#a&quot;)\"/>",
        "<use href=\"#a\"/><use xlink:href=\" #a\"/><image href=\"data:image/png;base64,AAAA\"/>",
        "<a href=\"https://example.com/\"><text>Start &amp; stop &#176;C</text></a>",
        "<style>/* url(x.png) */ @font-face { src: url('data:font/woff2;base64,AA') } .a { fill: url( #a ) "
        "}</style>",
        "<style><![CDATA[.a > .b & .c { fill: red }]]></style>",
        "<g xmlns:other=\"urn:other\" other:href=\"photo.png\" other:src=\"photo.png\"/>"})
    EXPECT_EQ(wrong_in_svg(inside), "nothing") << inside;
}

TEST(JudgedSvg, may_begin_in_every_way_that_one_does) {
  for (const auto* const before :
       {"\xef\xbb\xbf", "\n <!-- drawn by hand -->\n", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
        "\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" "
        "\"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">\n"})
    EXPECT_EQ(wrong_in_svg("", before), "nothing") << before;
  EXPECT_EQ(wrong_in("a.svg", "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\"/>"), "nothing");
}

TEST(JudgedSvg, loads_nothing) {
  const std::pair<const char*, const char*> bad[] = {
      {"<image href=\"photo.png\"/>", "'photo.png'"},
      {"<g><image xlink:href=\"https://example.com/a.png\"/></g>", "'https://example.com/a.png'"},
      {"<g xmlns:l=\"http://www.w3.org/1999/xlink\"><image l:href=\"photo.png\"/></g>", "'photo.png'"},
      {"<use href=\"other.svg#a\"/>", "'other.svg#a'"},
      {"<image href=\"&#112;hoto.png\"/>", "'photo.png'"},
      {"<rect fill=\"url(other.svg#a)\"/>", "'url(other.svg#a)'"},
      {"<rect style=\"fill: URL( 'other.svg#a' )\"/>", "'url(other.svg#a)'"},
      {"<style>.a { fill: url(\"other.svg#a\") }</style>", "'url(other.svg#a)'"},
      {"<style><![CDATA[@font-face { src: url(a.woff2) }]]></style>", "'url(a.woff2)'"},
      {"<style>@IMPORT \"a.css\";</style>", "'@import'"},
      {"<foreignObject><img xmlns=\"http://www.w3.org/1999/xhtml\" src=\"photo.png\"/></foreignObject>",
       "'photo.png'"},
  };
  for (const auto& [inside, link] : bad) {
    EXPECT_THAT(wrong_in_svg(inside), HasSubstr("it loads "s + link + ", and the kiosk loads nothing"))
        << inside;
  }
  EXPECT_THAT(wrong_in_svg("", "<?xml-stylesheet href=\"a.css\"?>"), HasSubstr("it loads 'xml-stylesheet'"));
}

TEST(JudgedSvg, is_one_that_browsers_show) {
  EXPECT_THAT(wrong_in_svg("\n<g>"), HasSubstr("it is no XML: Start-end tags mismatch in line 2"));
  EXPECT_THAT(wrong_in("a.svg", "<html><svg/></html>"), HasSubstr("its outermost element is no svg"));
  EXPECT_THAT(wrong_in("a.svg", svg("") + svg("")), HasSubstr("its outermost element is no svg"));
  EXPECT_THAT(wrong_in("a.svg", "<svg/>"), HasSubstr("lacks xmlns=\"http://www.w3.org/2000/svg\""));
  EXPECT_THAT(wrong_in_svg("<g inkscape:label=\"a\"/>"), HasSubstr("does not declare 'inkscape:'"));
  EXPECT_THAT(wrong_in_svg("<text>a&nbsp;b</text>"), HasSubstr("holds '&nbsp', which XML does not know"));
  EXPECT_THAT(wrong_in_svg("<text>Start & stop</text>"), HasSubstr("& as &amp;"));
  EXPECT_THAT(wrong_in_svg("<g class=\"&a;\"/>", "<!DOCTYPE svg [<!ENTITY a \"url(b.svg#c)\">]>"),
              HasSubstr("its DOCTYPE declares names of its own"));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<g>";
  std::string back;
  for (int i = 0; i < 100'000; ++i) back += "</g>";
  EXPECT_THAT(wrong_in_svg(deep + back), HasSubstr("nested deeper than"));
}

}  // namespace
}  // namespace millrace::cli

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
      {"a.mp3", "APETAGEX\xd0\x07\0\0"s},
      {"a.mp3", std::string(4096, '\0') + "\xff\xfb\x90"},
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
  for (const auto& content :
       {"\xff\xfeUTF-16"s, std::string(100, '\0'), std::string(4097, '\0') + "\xff\xfb\x90"})
    EXPECT_THAT(wrong_in("a.mp3", content), HasSubstr("it does not begin as an MP3 does"));
}

TEST(JudgedSvg, may_have_all_that_is_in_itself) {
  for (const auto* const inside :
       {"<linearGradient id=\"a\"/><rect fill=\"url(#a)\" style=\"fill:url(&quot;#a&quot;)\"/>",
        "<use href=\"#a\"/><use xlink:href=\" #a\"/><image href=\"data:image/png;base64,AAAA\"/>",
        "<a href=\"https://example.com/\"><text>Start &amp; stop &#176;C</text></a>",
        "<style>/* url(x.png) */ @font-face { src: url('data:font/woff2;base64,AA') } .a { fill: url( #a ) "
        "}</style>",
        "<style>@Namespace url(http://www.w3.org/2000/svg);\n@namespace x url('urn:x'); .a { fill: red "
        "}</style>",
        "<style>.a { fill: url(&quot;#a&quot;) }</style>",
        "<style>.a { background: url(\"data:image/svg+xml,%3Csvg fill='url(%23g)'/%3E\") }</style>",
        "<rect style=\"/* was url(x.png) */ fill: url('data:image/svg+xml,url(%23g)')\"/>",
        "<image href=\"\"/><image xlink:href=\" \"/><rect fill=\"url()\" stroke=\"url( '' )\"/>",
        "<g content=\"&lt;mxfile style=&quot;url(photo.png)&quot;/&gt;\" class=\"url(photo.png)\"/>",
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
      {"<style>@namespace url(urn:a); .a { fill: url(#b) url(other.svg#a) }</style>", "'url(other.svg#a)'"},
      {"<style>.a { fill: url(data:,b) } .b { fill: url(other.svg#a) }</style>", "'url(other.svg#a)'"},
      {"<rect style=\"fill: url(\n'data:,b'), url(other.svg#a)\"/>", "'url(other.svg#a)'"},
      {"<rect marker-end=\"url(other.svg#a)\"/>", "'url(other.svg#a)'"},
      {"<style>&#64;import 'a.css';</style>", "'@import'"},
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
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<g>";
  std::string back;
  for (int i = 0; i < 100'000; ++i) back += "</g>";
  EXPECT_THAT(wrong_in_svg(deep + back), HasSubstr("nested deeper than"));
}

/// A DOCTYPE that declares this.
std::string doctype(const std::string& declared) {
  return "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" "
         "\"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\" [" +
         declared + "]>\n";
}

TEST(JudgedSvg, may_declare_entities_as_drawing_programs_do) {
  const auto declared = doctype(
      "\n\t<!-- <!ELEMENT as> Illustrator's \"-->\n\t<!ENTITY ns_extend "
      "\"http://ns.adobe.com/Extensibility/1.0/\">\n"
      "\t<!ENTITY ns_svg 'http://www.w3.org/2000/svg' >\n\t<!ENTITY ns_xlink "
      "\"http://www.w3.org/1999/xlink\">\n");
  const auto with_names = [&](const std::string& inside) {
    return declared + "<svg xmlns:x=\"&ns_extend;\" xmlns=\"&ns_svg;\" xmlns:l=\"&ns_xlink;\">" + inside +
           "</svg>";
  };
  EXPECT_EQ(wrong_in("a.svg", with_names("<x:a/><use l:href=\"#b\"/><text>&ns_svg; &amp; more</text>")),
            "nothing");
  EXPECT_EQ(wrong_in_svg("", doctype("")), "nothing");
  EXPECT_EQ(wrong_in_svg("", "<!DOCTYPE svg SYSTEM \"a[1].dtd\">"), "nothing");
  EXPECT_THAT(wrong_in("a.svg", with_names("<image l:href=\"a.png\"/>")), HasSubstr("it loads 'a.png'"));
  EXPECT_THAT(wrong_in("a.svg", with_names("<text>&ns_flow;</text>")), HasSubstr("it holds '&ns_flow'"));
  EXPECT_THAT(wrong_in("a.svg", "<svg xmlns=\"&ns_svg;\"/>"), HasSubstr("it holds '&ns_svg'"));
  const auto photo = doctype("<!ENTITY a \"photo.png\"><!ENTITY a \"#b\">");
  for (const auto* const inside :
       {"<image href=\"&a;\"/>", "<rect fill=\"url(&a;)\"/>", "<style>.b { fill: url(&a;) }</style>"})
    EXPECT_THAT(wrong_in_svg(inside, photo), HasSubstr("photo.png")) << inside;
}

TEST(JudgedSvg, may_declare_nothing_else) {
  const auto entity = [](const std::string& name, size_t bytes) {
    return "<!ENTITY " + name + " \"" + std::string(bytes, 'x') + "\">";
  };
  std::string many;
  for (int i = 0; i < 64; ++i) many += entity("a" + std::to_string(i), 1);
  EXPECT_EQ(wrong_in_svg("", doctype(many + entity("a1", 1024))), "nothing");
  for (const auto& declared :
       {"<!ENTITY % a \"b\">"s, "%a;"s, "<!ENTITY a SYSTEM \"b.xml\">"s,
        "<!ENTITY a PUBLIC \"b\" \"c.xml\">"s, "<!ENTITY a \"&b;\">"s, "<!ENTITY a \"<g/>\">"s,
        "<!ENTITY a \"5 %\">"s, "<!ENTITY a>"s, "<!ENTITY a\"b\">"s, "<!ENTITY 1a \"b\">"s, "<?a?>"s,
        "<!ENTITYa \"b\">"s, "<!ELEMENT svg ANY>"s, "<!ATTLIST svg xmlns:a CDATA #FIXED \"b\">"s,
        entity("a", 1025), many + entity("more", 1)}) {
    EXPECT_EQ(wrong_in("a.svg", doctype(declared) + "<svg/>"),
              "its DOCTYPE declares names of its own; save it without, as plain SVG")
        << declared;
  }
  std::string references;
  for (int i = 0; i < 1000; ++i) references += "&a;";
  EXPECT_THAT(wrong_in_svg(references, doctype(entity("a", 1024))),
              HasSubstr("stand for more than 1000000 bytes"));
}

}  // namespace
}  // namespace millrace::cli

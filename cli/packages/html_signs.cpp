#include "cli/packages/html_signs.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

namespace millrace::cli {
namespace {

struct Sign {
  std::string_view name;
  char32_t code;
};

/// Sorted by name. The names of HTML 4.01 (section 24: Latin-1, symbols and Greek letters, special
/// characters), where the living standard of HTML names the same signs, and of that standard the further
/// letters of Polish and Turkish.
constexpr Sign kSigns[] = {
    {"AElig", 0xc6},     {"Aacute", 0xc1},   {"Acirc", 0xc2},    {"Agrave", 0xc0},   {"Alpha", 0x391},
    {"Aogon", 0x104},    {"Aring", 0xc5},    {"Atilde", 0xc3},   {"Auml", 0xc4},     {"Beta", 0x392},
    {"Cacute", 0x106},   {"Ccedil", 0xc7},   {"Chi", 0x3a7},     {"Dagger", 0x2021}, {"Delta", 0x394},
    {"ETH", 0xd0},       {"Eacute", 0xc9},   {"Ecirc", 0xca},    {"Egrave", 0xc8},   {"Eogon", 0x118},
    {"Epsilon", 0x395},  {"Eta", 0x397},     {"Euml", 0xcb},     {"Gamma", 0x393},   {"Gbreve", 0x11e},
    {"Iacute", 0xcd},    {"Icirc", 0xce},    {"Idot", 0x130},    {"Igrave", 0xcc},   {"Iota", 0x399},
    {"Iuml", 0xcf},      {"Kappa", 0x39a},   {"Lambda", 0x39b},  {"Lstrok", 0x141},  {"Mu", 0x39c},
    {"Nacute", 0x143},   {"Ntilde", 0xd1},   {"Nu", 0x39d},      {"OElig", 0x152},   {"Oacute", 0xd3},
    {"Ocirc", 0xd4},     {"Ograve", 0xd2},   {"Omega", 0x3a9},   {"Omicron", 0x39f}, {"Oslash", 0xd8},
    {"Otilde", 0xd5},    {"Ouml", 0xd6},     {"Phi", 0x3a6},     {"Pi", 0x3a0},      {"Prime", 0x2033},
    {"Psi", 0x3a8},      {"Rho", 0x3a1},     {"Sacute", 0x15a},  {"Scaron", 0x160},  {"Scedil", 0x15e},
    {"Sigma", 0x3a3},    {"THORN", 0xde},    {"Tau", 0x3a4},     {"Theta", 0x398},   {"Uacute", 0xda},
    {"Ucirc", 0xdb},     {"Ugrave", 0xd9},   {"Upsilon", 0x3a5}, {"Uuml", 0xdc},     {"Xi", 0x39e},
    {"Yacute", 0xdd},    {"Yuml", 0x178},    {"Zacute", 0x179},  {"Zdot", 0x17b},    {"Zeta", 0x396},
    {"aacute", 0xe1},    {"acirc", 0xe2},    {"acute", 0xb4},    {"aelig", 0xe6},    {"agrave", 0xe0},
    {"alefsym", 0x2135}, {"alpha", 0x3b1},   {"amp", 0x26},      {"and", 0x2227},    {"ang", 0x2220},
    {"aogon", 0x105},    {"apos", 0x27},     {"aring", 0xe5},    {"asymp", 0x2248},  {"atilde", 0xe3},
    {"auml", 0xe4},      {"bdquo", 0x201e},  {"beta", 0x3b2},    {"brvbar", 0xa6},   {"bull", 0x2022},
    {"cacute", 0x107},   {"cap", 0x2229},    {"ccedil", 0xe7},   {"cedil", 0xb8},    {"cent", 0xa2},
    {"chi", 0x3c7},      {"circ", 0x2c6},    {"clubs", 0x2663},  {"cong", 0x2245},   {"copy", 0xa9},
    {"crarr", 0x21b5},   {"cup", 0x222a},    {"curren", 0xa4},   {"dArr", 0x21d3},   {"dagger", 0x2020},
    {"darr", 0x2193},    {"deg", 0xb0},      {"delta", 0x3b4},   {"diams", 0x2666},  {"divide", 0xf7},
    {"eacute", 0xe9},    {"ecirc", 0xea},    {"egrave", 0xe8},   {"empty", 0x2205},  {"emsp", 0x2003},
    {"ensp", 0x2002},    {"eogon", 0x119},   {"epsilon", 0x3b5}, {"equiv", 0x2261},  {"eta", 0x3b7},
    {"eth", 0xf0},       {"euml", 0xeb},     {"euro", 0x20ac},   {"exist", 0x2203},  {"fnof", 0x192},
    {"forall", 0x2200},  {"frac12", 0xbd},   {"frac14", 0xbc},   {"frac34", 0xbe},   {"frasl", 0x2044},
    {"gamma", 0x3b3},    {"gbreve", 0x11f},  {"ge", 0x2265},     {"gt", 0x3e},       {"hArr", 0x21d4},
    {"harr", 0x2194},    {"hearts", 0x2665}, {"hellip", 0x2026}, {"iacute", 0xed},   {"icirc", 0xee},
    {"iexcl", 0xa1},     {"igrave", 0xec},   {"image", 0x2111},  {"imath", 0x131},   {"infin", 0x221e},
    {"int", 0x222b},     {"iota", 0x3b9},    {"iquest", 0xbf},   {"isin", 0x2208},   {"iuml", 0xef},
    {"kappa", 0x3ba},    {"lArr", 0x21d0},   {"lambda", 0x3bb},  {"lang", 0x27e8},   {"laquo", 0xab},
    {"larr", 0x2190},    {"lceil", 0x2308},  {"ldquo", 0x201c},  {"le", 0x2264},     {"lfloor", 0x230a},
    {"lowast", 0x2217},  {"loz", 0x25ca},    {"lrm", 0x200e},    {"lsaquo", 0x2039}, {"lsquo", 0x2018},
    {"lstrok", 0x142},   {"lt", 0x3c},       {"macr", 0xaf},     {"mdash", 0x2014},  {"micro", 0xb5},
    {"middot", 0xb7},    {"minus", 0x2212},  {"mu", 0x3bc},      {"nabla", 0x2207},  {"nacute", 0x144},
    {"nbsp", 0xa0},      {"ndash", 0x2013},  {"ne", 0x2260},     {"ni", 0x220b},     {"not", 0xac},
    {"notin", 0x2209},   {"nsub", 0x2284},   {"ntilde", 0xf1},   {"nu", 0x3bd},      {"oacute", 0xf3},
    {"ocirc", 0xf4},     {"oelig", 0x153},   {"ograve", 0xf2},   {"oline", 0x203e},  {"omega", 0x3c9},
    {"omicron", 0x3bf},  {"oplus", 0x2295},  {"or", 0x2228},     {"ordf", 0xaa},     {"ordm", 0xba},
    {"oslash", 0xf8},    {"otilde", 0xf5},   {"otimes", 0x2297}, {"ouml", 0xf6},     {"para", 0xb6},
    {"part", 0x2202},    {"permil", 0x2030}, {"perp", 0x22a5},   {"phi", 0x3c6},     {"pi", 0x3c0},
    {"piv", 0x3d6},      {"plusmn", 0xb1},   {"pound", 0xa3},    {"prime", 0x2032},  {"prod", 0x220f},
    {"prop", 0x221d},    {"psi", 0x3c8},     {"quot", 0x22},     {"rArr", 0x21d2},   {"radic", 0x221a},
    {"rang", 0x27e9},    {"raquo", 0xbb},    {"rarr", 0x2192},   {"rceil", 0x2309},  {"rdquo", 0x201d},
    {"real", 0x211c},    {"reg", 0xae},      {"rfloor", 0x230b}, {"rho", 0x3c1},     {"rlm", 0x200f},
    {"rsaquo", 0x203a},  {"rsquo", 0x2019},  {"sacute", 0x15b},  {"sbquo", 0x201a},  {"scaron", 0x161},
    {"scedil", 0x15f},   {"sdot", 0x22c5},   {"sect", 0xa7},     {"shy", 0xad},      {"sigma", 0x3c3},
    {"sigmaf", 0x3c2},   {"sim", 0x223c},    {"spades", 0x2660}, {"sub", 0x2282},    {"sube", 0x2286},
    {"sum", 0x2211},     {"sup", 0x2283},    {"sup1", 0xb9},     {"sup2", 0xb2},     {"sup3", 0xb3},
    {"supe", 0x2287},    {"szlig", 0xdf},    {"tau", 0x3c4},     {"there4", 0x2234}, {"theta", 0x3b8},
    {"thetasym", 0x3d1}, {"thinsp", 0x2009}, {"thorn", 0xfe},    {"tilde", 0x2dc},   {"times", 0xd7},
    {"trade", 0x2122},   {"uArr", 0x21d1},   {"uacute", 0xfa},   {"uarr", 0x2191},   {"ucirc", 0xfb},
    {"ugrave", 0xf9},    {"uml", 0xa8},      {"upsih", 0x3d2},   {"upsilon", 0x3c5}, {"uuml", 0xfc},
    {"weierp", 0x2118},  {"xi", 0x3be},      {"yacute", 0xfd},   {"yen", 0xa5},      {"yuml", 0xff},
    {"zacute", 0x17a},   {"zdot", 0x17c},    {"zeta", 0x3b6},    {"zwj", 0x200d},    {"zwnj", 0x200c},
};

constexpr bool kIsSorted = std::ranges::is_sorted(kSigns, {}, &Sign::name);
static_assert(kIsSorted);

/// What pages mean by the numbers 128 to 159, as every browser reads them: the places of Windows-1252. 0 for
/// the five that have no sign there.
constexpr char32_t kWindowsFirst = 0x80;
constexpr char32_t kWindows[] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                 0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

constexpr char32_t kNoBreak = 0xa0;
constexpr char32_t kLastOfLatin1 = 0xff;
constexpr std::string_view kLettersAndDigits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// 0 where the number is none of a sign: NUL, halves of a pair, beyond Unicode.
char32_t numbered(std::string_view digits) {
  const bool hex = digits.starts_with('x') || digits.starts_with('X');
  if (hex) digits.remove_prefix(1);
  uint32_t code = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, code, hex ? 16 : 10);
  const bool is_half = code >= 0xd800 && code < 0xe000;
  if (read.ec != std::errc{} || read.ptr != end || code > 0x10ffff || is_half) return 0;
  if (code >= kWindowsFirst && code < kWindowsFirst + std::size(kWindows))
    return kWindows[code - kWindowsFirst];
  return code;
}

/// The sign of &name; or &#number;, 0 for none. A blank that does not break is a blank: an empty paragraph of
/// editors holds one.
char32_t sign_of(std::string_view name) {
  char32_t code = 0;
  if (name.starts_with('#')) {
    code = numbered(name.substr(1));
  } else if (const auto* const at = std::ranges::lower_bound(kSigns, name, {}, &Sign::name);
             at != std::end(kSigns) && at->name == name) {
    code = at->code;
  }
  return code == kNoBreak ? U' ' : code;
}

/// The name that stands at `at`, behind an &, with its # if it is a number; empty for none.
std::string_view name_at(std::string_view text, size_t at) {
  const auto from = at + (text.substr(at).starts_with('#') ? 1 : 0);
  const auto end = std::min(text.find_first_not_of(kLettersAndDigits, from), text.size());
  return end == from ? std::string_view() : text.substr(at, end - at);
}

/// As browsers do: the oldest names are known without their semicolon, unless they are part of an address.
bool stands_without_end(std::string_view name, char32_t sign, std::string_view rest) {
  return sign != 0 && sign <= kLastOfLatin1 && !name.starts_with('#') && !rest.starts_with('=');
}

void append_utf8(char32_t code, std::string& out) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3fU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0U | (code >> 6U));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_of_xml(std::string_view name) {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

/// The end of a part of XML in which references are text, which opens at `at`; `at` where none does.
size_t end_of_verbatim(std::string_view xml, size_t at) {
  constexpr std::pair<std::string_view, std::string_view> kVerbatim[] = {{"<![CDATA[", "]]>"},
                                                                         {"<!--", "-->"}};
  for (const auto& [opens, closes] : kVerbatim) {
    if (!xml.substr(at).starts_with(opens)) continue;
    const auto end = xml.find(closes, at + opens.size());
    return end == std::string_view::npos ? xml.size() : end + closes.size();
  }
  return at;
}

}  // namespace

std::string with_signs(std::string_view html, const UnknownSign& unknown) {
  std::string out;
  for (size_t at = 0; at < html.size();) {
    const auto next = std::min(html.find('&', at), html.size());
    out += html.substr(at, next - at);
    if (next == html.size()) break;
    const auto name = name_at(html, next + 1);
    const auto rest = html.substr(next + 1 + name.size());
    const auto sign = sign_of(name);
    const bool ends = rest.starts_with(';');
    at = next + 1;
    if (sign != 0 && (ends || stands_without_end(name, sign, rest))) {
      append_utf8(sign, out);
      at += name.size() + (ends ? 1 : 0);
      continue;
    }
    out += '&';
    if (!name.empty() && ends) unknown(name);
  }
  return out;
}

std::string with_numbers(std::string_view xml, const UnknownSign& unknown) {
  std::string out;
  for (size_t at = 0; at < xml.size();) {
    const auto next = std::min(xml.find_first_of("&<", at), xml.size());
    out += xml.substr(at, next - at);
    if (next == xml.size()) break;
    if (xml[next] == '<') {
      at = std::max(end_of_verbatim(xml, next), next + 1);
      out += xml.substr(next, at - next);
      continue;
    }
    const auto name = name_at(xml, next + 1);
    at = next + 1;
    if (name.empty() || is_of_xml(name) || !xml.substr(at + name.size()).starts_with(';')) {
      out += '&';
      continue;
    }
    at += name.size() + 1;
    if (const auto sign = sign_of(name); sign != 0) {
      out += fmt::format("&#{};", static_cast<uint32_t>(sign));
      continue;
    }
    out += fmt::format("&amp;{};", name);
    unknown(name);
  }
  return out;
}

std::string unknown_sign(std::string_view name) {
  return fmt::format("a sign (&{};) stands as it was typed", name);
}

}  // namespace millrace::cli

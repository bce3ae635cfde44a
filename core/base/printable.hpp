// Text of others, before it meets a terminal or a page.
#pragma once

#include <string>
#include <string_view>

namespace millrace {

/// The text with `?` for each sign that would do something instead of being seen: control characters (C0, C1,
/// DEL), what turns the direction of writing (Unicode's Bidi_Control), and bytes that are no UTF-8.
std::string printable(std::string_view text);

}  // namespace millrace

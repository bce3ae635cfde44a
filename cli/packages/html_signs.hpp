// Signs that are written as references: &eacute;, &#233;, &#xe9;.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace millrace::cli {

/// Takes what stands between & and ; where it is the name or number of no sign that is known.
using UnknownSign = std::function<void(std::string_view name)>;

/// HTML with its references as the signs that they mean. What is unknown stands as it was typed.
std::string with_signs(std::string_view html, const UnknownSign& unknown);

/// XML whose references are all understood by its parser, which knows five names and takes every number for a
/// sign, even NUL, which ends the text. Named signs become numbers, in whatever bytes the file is written;
/// what is unknown stands as it was typed.
std::string with_numbers(std::string_view xml, const UnknownSign& unknown);

/// The loss of it, as reports name it.
std::string unknown_sign(std::string_view name);

}  // namespace millrace::cli

// Whether a kiosk could show a picture or play a sound: what the box looks at, and inside of an SVG.
#pragma once

#include <string_view>

#include "core/base/result.hpp"

namespace millrace::cli {

/// Whether an SVG is well-formed and whole in itself: the kiosk shows it as a picture, which loads nothing,
/// so that what it links to would be a hole. `a` may link: nobody can press it. Errors: invalid_input, as "it
/// loads 'photo.png' …: what to do".
Result<> judge_svg(std::string_view content);

/// packages::check_content, and of an SVG judge_svg. Errors: invalid_input, as "it is empty".
Result<> judge_media(std::string_view name, std::string_view content);

}  // namespace millrace::cli

// The words under which the kiosk shows true and false: two choices that say just these are no others.
#pragma once

#include <optional>
#include <string_view>

namespace millrace::cli {

/// Whether the text is the kiosk's own word for true, or that for false, in the language ("pt-BR" has those
/// of "pt"). Nothing when it is neither, or the kiosk does not speak the language.
std::optional<bool> truth_in(std::string_view text, std::string_view language);

}  // namespace millrace::cli

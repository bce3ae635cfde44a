// Events as lines of text: the CloudEvents JSON format 1.0, one object a line, data as `data_base64`.
#pragma once

#include <string>
#include <string_view>

#include "core/delivery/event.hpp"

namespace millrace::cli {

/// The longest line that is read: an event within its bounds, with room for what others add to it.
inline constexpr size_t kMostLineBytes = size_t{256} * 1024;

/// One line, without its end.
std::string to_json(const delivery::Event& event);

/// Strict about what counts: every attribute is a text (a number or a truth value is taken in its canonical
/// form, as CloudEvents says), `data_base64` is base64. Members that are objects, lists or null are no
/// attributes and are left out. Errors: invalid_input.
Result<delivery::Event> from_json(std::string_view line);

/// The data as their message's JSON, for people; empty when the type is not known or the data do not fit it.
std::string describe_data(const delivery::Event& event);

}  // namespace millrace::cli

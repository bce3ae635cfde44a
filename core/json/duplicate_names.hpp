// What a JSON tree cannot show any more.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::json {

/// The pointers of members whose name occurs twice in their object. Boost.JSON keeps the last of them in
/// silence, which would hide half of what an editor meant. `text` is valid JSON.
std::vector<std::string> names_given_twice(std::string_view text);

}  // namespace millrace::json

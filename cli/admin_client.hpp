// Asks the running box, by its own socket.
#pragma once

#include <string>

#include "cli/box.hpp"
#include "core/delivery/outbox.hpp"

namespace millrace::cli {

/// How the box is: the JSON of GET /admin/v1/box. Errors: unavailable (the box does not run), unauthorised.
Result<std::string> ask_status(const Box& box);

/// What is asked of the box: "replay" or "discard". Returns a sentence about what it did. Errors: unavailable
/// (the box does not run), unauthorised, and what the box answers, in its words.
Result<std::string> decide(const Box& box, const delivery::RecordPlace& place, const std::string& action,
                           const std::string& reason);

/// A pass for the console. Returns the addresses, one a line. Errors: as decide.
Result<std::string> open_console(const Box& box);

}  // namespace millrace::cli

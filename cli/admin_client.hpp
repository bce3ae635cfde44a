// Asks the running box to decide about a parked record.
#pragma once

#include <string>

#include "cli/box.hpp"
#include "core/delivery/outbox.hpp"

namespace millrace::cli {

/// What is asked of the box: "replay" or "discard". Returns a sentence about what it did. Errors: unavailable
/// (the box does not run), unauthorised, and what the box answers, in its words.
Result<std::string> decide(const Box& box, const delivery::RecordPlace& place, const std::string& action,
                           const std::string& reason);

}  // namespace millrace::cli

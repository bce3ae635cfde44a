// Reads Moodle's own XML format for questions.
#pragma once

#include <string>

#include "cli/packages/draft.hpp"

namespace millrace::cli {

/// Every question becomes an item of the draft, carried over or refused with its reason. Errors:
/// invalid_input when it is no XML with a <quiz>.
Result<Draft> read_moodle(const std::string& xml, const std::string& language);

}  // namespace millrace::cli

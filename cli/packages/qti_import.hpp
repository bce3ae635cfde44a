// Reads QTI 2.1 and 2.2: one item, a test, or an IMS content package.
#pragma once

#include <string>

#include "cli/packages/draft.hpp"

namespace millrace::cli {

/// `name` is the file to begin with, as `read` knows it: an assessmentItem, an assessmentTest, or a manifest.
/// Every item becomes one of the draft, carried over or refused with its reason. Errors: those of reading the
/// first file; invalid_input when it is neither.
Result<Draft> read_qti(const std::string& name, const ReadBeside& read, const std::string& language);

}  // namespace millrace::cli

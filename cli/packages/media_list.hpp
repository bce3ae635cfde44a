// The `media` member of a package's text, changed without touching anything else that a person wrote.
#pragma once

#include <string>

#include "core/packages/package.hpp"

namespace millrace::cli {

/// Fills in the hashes of the files that the items name. `folder` is where the package lies. Errors: those of
/// reading the package (but for its list of media) and its files.
Result<std::string> with_hashes(const std::string& text, const std::string& file,
                                const std::filesystem::path& folder);

}  // namespace millrace::cli

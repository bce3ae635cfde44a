// Writes a test package as a file that a person can go on with.
#pragma once

#include <string>

#include "core/packages/package.hpp"

namespace millrace::cli {

/// packages::read_package reads it back as it was, but for `content` and `sha256`.
std::string to_package_json(const packages::Package& package);

}  // namespace millrace::cli

// Checks test packages as the box does, and their SVGs besides, and says what a person should look at
// besides.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/packages/package.hpp"

namespace millrace::cli {

struct Finding {
  std::string place;  ///< in the file: a JSON pointer, or "line 3"
  std::string what;
};

struct CheckedFile {
  std::string file;
  packages::PackagePtr package;   ///< null when it cannot be read
  std::vector<Finding> problems;  ///< the box refuses it, or a kiosk could not show it
  std::vector<Finding> warnings;  ///< the box takes it
};

/// Folders stand for every *.json in them, as on the box. With `write_hashes` the list of media of each
/// package is written first. Errors: not_found, io.
Result<std::vector<CheckedFile>> check_packages(const std::vector<std::filesystem::path>& places,
                                                bool write_hashes);

/// What the box takes but a person should know.
std::vector<Finding> warnings_of(const packages::Package& package);

std::string to_text(const std::vector<CheckedFile>& files);
std::string to_json(const std::vector<CheckedFile>& files);
/// One line for each package: id, version, skill, questions, languages (an unapproved one in brackets),
/// title.
std::string list_text(const std::vector<CheckedFile>& files);
std::string list_json(const std::vector<CheckedFile>& files);

}  // namespace millrace::cli

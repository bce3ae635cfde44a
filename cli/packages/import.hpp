// From a foreign file to a test package in a folder.
#pragma once

#include <filesystem>

#include "cli/packages/draft.hpp"

namespace millrace::cli {

/// Reads Moodle XML, a QTI file, or a folder or ZIP archive with imsmanifest.xml. Errors: not_found, io,
/// invalid_input; each names the file. Links that lead out of the source's folder are not followed.
Result<Imported> import_file(const std::filesystem::path& source, const ImportOptions& options);

/// Writes {test_id}.json and media/{test_id}/ into `folder`, and nothing over what is there: a file of the
/// same content stays. Errors: io, no_space; invalid_input when the package, or a file of media with other
/// content, is there already; then nothing was written.
Result<std::filesystem::path> write_imported(const Imported& imported, const ImportOptions& options,
                                             const std::filesystem::path& folder);

std::string report_text(const Imported& imported);
std::string report_json(const Imported& imported, const std::filesystem::path& source);

}  // namespace millrace::cli

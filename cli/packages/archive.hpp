// The files of a ZIP archive, in memory: nothing is unpacked onto the disk.
#pragma once

#include <map>
#include <string>

#include "core/base/result.hpp"

namespace millrace::cli {

inline constexpr size_t kMostArchiveFiles = 4096;
/// Of all its files, unpacked.
inline constexpr size_t kMostUnpackedBytes = 64 * 1024 * 1024;

/// Path in the archive, with slashes → content.
using ArchiveFiles = std::map<std::string, std::string>;

bool is_archive(const std::string& bytes);

/// Errors: invalid_input for what is damaged, encrypted, or over one of the bounds.
Result<ArchiveFiles> read_archive(const std::string& bytes);

}  // namespace millrace::cli

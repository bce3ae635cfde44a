// Small files, read whole and written durably.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/result.hpp"

namespace millrace {

/// The whole file. Errors: not_found, io, invalid_input when it is larger than `most_bytes`; each names the
/// file.
Result<std::string> read_file(const std::filesystem::path& file, size_t most_bytes);

/// Writes a temporary file, syncs it, renames it into place and syncs the folder, so that after a power cut
/// either the old or the new content is there. What root writes belongs to the folder's owner, so that a
/// command of the administrator does not lock the daemon out. Errors: io, no_space.
Result<> write_file_durably(const std::filesystem::path& file, BytesView content, unsigned mode = 0640);

/// Root writes for a daemon that is not root: the open file is given to the folder's owner. For a file of
/// one's own making only: of one that was found, somebody else may have decided where it leads. False, with
/// errno, when that fails.
bool belongs_to_owner_of(const std::filesystem::path& folder, int fd);

/// After it, the names that came into the folder are there, and those that went are not. Errors: io,
/// not_found.
Result<> sync_folder(const std::filesystem::path& folder);

}  // namespace millrace

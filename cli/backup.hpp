// A box's database out of the box, and back.
#pragma once

#include <filesystem>

#include "cli/box.hpp"
#include "core/base/clock.hpp"

namespace millrace::cli {

struct BackedUp {
  uint64_t records = 0;
  uint64_t bytes = 0;
};
/// A consistent copy while the box runs, looked at page by page before it counts. The box's private key is
/// not in it. Errors: not_found, conflict (the file exists), no_space, corrupt, io.
Result<BackedUp> back_up(const Box& box, const std::filesystem::path& to);

/// Puts a backup in the place of the box's database, which is kept as `edge.db.before-restore-{time}`;
/// nothing is changed unless the backup is whole. At its next start the box opens a new stream and sends
/// again what the backup knows no receipt for. Returns where the old database is; empty when there was none.
/// Errors: conflict (the box runs), not_found, corrupt, no_space, io; invalid_input when the backup is newer
/// than this program.
Result<std::filesystem::path> restore(const Box& box, const std::filesystem::path& from, WallTime now);

}  // namespace millrace::cli

// `millrace events verify`: over a box's whole log, or over a file from the centre.
#pragma once

#include <iosfwd>

#include "cli/verification.hpp"
#include "core/store/database.hpp"

namespace millrace::cli {

/// Pages, payloads, hashes, signatures, gaps, checkpoints; pruned records count as vouched for by the hash
/// that was kept. Errors: those of reading the database at all.
Result<Verified> verify_log(store::Connection& db, const std::vector<PublicKey>& keys);

/// One event a line (cli/event_json.hpp), in any order; empty lines are skipped. A line that cannot be read
/// is a fault. Records of commands go to other entities than events: join their exports, or they count as
/// missing.
Verified verify_lines(std::istream& lines, const std::vector<PublicKey>& keys);

}  // namespace millrace::cli

// The writes that kiosks made under keys of their own, so that a write made again counts once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/uuid.hpp"
#include "core/store/database.hpp"
#include "edge/testing/refusal.hpp"

namespace millrace::edge {

/// Conflicts are rare and a person looks at each; beyond this many the box still refuses, but keeps no more.
inline constexpr int64_t kMostConflictsKept = 10'000;

/// One write as it came. `body` is what makes two of them equal: the request in a fixed form, without PIN and
/// lease.
struct Submission {
  Uuid key;
  std::string operator_id;
  std::string kiosk;
  std::string body;
};

/// What came of the first write under a key.
struct Earlier {
  Uuid attempt_id;
  uint64_t lease = 0;
  WallTime saved_at;
};

/// The first write with this key, or nothing. Refused: key_reused, when that was another write; both are kept
/// for a person to look at, and the refusal has their reference. It has none when no more are kept.
/// Step of a transaction on the writer's thread; throws store::Failure.
Outcome<std::optional<Earlier>> look_up(store::Connection& db, const Submission& submission, WallTime now);
/// For the log, once the conflict is on disk: until then its reference may become another's.
void log_conflict(const Submission& submission, const std::string& reference);
/// The same question without keeping a conflict: nothing when there was no such write. On any connection.
std::optional<Earlier> find_equal(store::Connection& db, const Submission& submission);

void keep(store::Connection& db, const Submission& submission, const Earlier& outcome);

/// A kept conflict, without what either write said.
struct KeyConflict {
  std::string reference;
  std::string operator_id;
  std::string kiosk;
  WallTime came;
  /// The write that had the key before, and whose it was; nothing where it was removed after its time, or a
  /// salvage lost it.
  std::optional<WallTime> first_saved;
  std::string first_operator;
};
/// Newest first. Throws store::Failure.
std::vector<KeyConflict> read_conflicts(store::Connection& db, size_t most);
/// What came, and what had been saved under its key, if that is still there. At which kiosk that had been is
/// not kept.
struct BothWrites {
  Submission came;
  WallTime came_at;
  std::optional<Submission> first{};
  WallTime first_saved{};
};
/// Throws store::Failure.
std::optional<BothWrites> find_conflict(store::Connection& db, std::string_view reference);
uint64_t count_conflicts(store::Connection& db);

}  // namespace millrace::edge

// How the log filled and emptied over time, for people who look at a box.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/clock.hpp"
#include "core/store/database.hpp"

namespace millrace::delivery {

/// As many as the loop reads in some milliseconds; with more the history begins later.
inline constexpr size_t kMostRecordsCounted = 50'000;
/// The log is read backwards, and ends being of interest where so many in a row are old: a wrong clock may
/// have dated a few of them anyhow.
inline constexpr size_t kOldRecordsInARow = 1'000;

/// When a record was made, and when its receipt came.
struct LogMoment {
  WallTime recorded;
  WallTime waits_from;           ///< later for one that somebody replayed
  std::optional<WallTime> left;  ///< nothing while it waits
  bool received = false;         ///< false when it was parked
  uint64_t size_bytes = 0;
};
struct RecentLog {
  std::vector<LogMoment> moments;  ///< newest first
  WallTime complete_from;          ///< nothing is known of before; `since` when all of it is known
  uint64_t older_waiting = 0;      ///< recorded before that, and waiting still
  WallTime oldest_waiting;         ///< when the first of those was recorded
};
/// What was recorded or receipted since then, and what waits; each event once, however often it was moved or
/// replayed. Throws store::Failure.
RecentLog read_recent(store::Connection& db, WallTime since, size_t most_records = kMostRecordsCounted);

/// When the oldest stream was opened by a clock that can be believed. Throws store::Failure.
std::optional<WallTime> first_opened(store::Connection& db);

/// One figure for each step of time.
struct LogHistory {
  std::vector<uint64_t> recorded;
  std::vector<uint64_t> received;
  std::vector<uint64_t> waiting;   ///< at the step's end
  std::vector<Millis> oldest_age;  ///< of those that wait then; 0 when there is none
};
/// `steps` steps from `from` on. Pure.
LogHistory history_of(const RecentLog& log, WallTime from, Millis step, size_t steps);

}  // namespace millrace::delivery

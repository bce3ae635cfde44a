// Attempts, their answers and their outcomes in edge.db.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/uuid.hpp"
#include "core/store/database.hpp"
#include "edge/roster/assignments.hpp"
#include "edge/testing/attempt.hpp"
#include "edge/testing/packages.hpp"

namespace millrace::edge {

/// What is fixed when an attempt begins.
struct AttemptFacts {
  Uuid attempt_id;
  std::string operator_id;
  std::string assignment_id;
  uint32_t assignment_version = 0;
  uint32_t attempt_no = 0;
  std::string test_id;
  uint32_t test_version = 0;
  Sha256 package_sha256{};
  uint64_t form_seed = 0;
  std::optional<uint32_t> time_limit_s;
  uint32_t pass_mark_bp = 0;
  WallTime started_at;
  bool witness_required = false;
};

struct StoredAttempt {
  AttemptFacts facts;
  Attempt attempt;
  uint64_t journal_length = 0;
  Sha256 journal_sha256{};   ///< 32 zero bytes before the first entry
  std::string shown_item{};  ///< the question that the operator had before them last; empty before any
};

struct JournalEntry {
  std::string item_id;
  Response response;
  bool flagged = false;
  WallTime saved_at;
  Millis active{0};
  std::optional<Millis> shown_ms{};  ///< nothing where the plant does not record it
  Uuid submission_key{};
};

/// The last answer to an item, how often it was changed after it was first given, and how long the question
/// was shown for all of them.
struct Answer {
  Response response;
  bool flagged = false;
  uint32_t changes = 0;
  Millis shown{0};
};
using Answers = std::map<std::string, Answer, std::less<>>;  // by item id

struct StoredOutcome {
  Uuid attempt_id;
  Uuid event_id;
  uint64_t sequence = 0;
  WallTime saved_at;
  int score_bp = 0;
  bool passed = false;
  bool critical_item_failed = false;
  uint32_t correct = 0;
  uint32_t total = 0;
  std::vector<std::string> topics_missed;
  EndReason end_reason = EndReason::submitted;
};

/// The tables as functions. They throw store::Failure: call them in a job or in store::read. `run` is the id
/// of this run of the daemon: a timer that another run left running was stopped by a power cut or a crash.
class AttemptStore {
 public:
  explicit AttemptStore(const Uuid& run) : run_(run) {}

  std::optional<StoredAttempt> find(store::Connection& db, const Uuid& attempt_id) const;
  std::optional<StoredAttempt> find_open(store::Connection& db, std::string_view operator_id,
                                         std::string_view assignment_id) const;
  std::vector<StoredAttempt> open_attempts(store::Connection& db, std::string_view operator_id) const;
  void insert(store::Connection& db, const StoredAttempt& attempt) const;
  /// Stores the state, and the interruptions that ended.
  void update(store::Connection& db, const StoredAttempt& attempt) const;
  /// Adds the answer to the journal and to its hash: journal(n) = SHA-256(journal(n-1) ‖ entry), the entry
  /// being `item_id LF response LF flagged(0|1) LF saved_at(ms) LF`. Stores the state too.
  void append(store::Connection& db, StoredAttempt& attempt, const JournalEntry& entry) const;

  static Answers answers(store::Connection& db, const Uuid& attempt_id);
  static std::vector<Interruption> interruptions(store::Connection& db, const Uuid& attempt_id);

  /// Removes the single answers of at most so many attempts that were handed in before then and whose record
  /// the centre has, with the writes that they came with; results and hashes stay. Returns how many attempts.
  static uint64_t prune_answers(store::Connection& db, WallTime before, uint64_t most);
  /// When the attempt with the lowest id began, which is the oldest: ids are UUIDs of version 7.
  static std::optional<WallTime> first_begun(store::Connection& db);

  static void insert_outcome(store::Connection& db, const StoredOutcome& outcome);
  static std::optional<StoredOutcome> find_outcome(store::Connection& db, const Uuid& attempt_id);
  /// Newest first.
  static std::vector<Uuid> submitted_attempts(store::Connection& db, std::string_view operator_id,
                                              size_t most);
  static History history(store::Connection& db, std::string_view operator_id, std::string_view assignment_id);

  static void keep_package(store::Connection& db, const Package& package);
  /// The package that the newest attempt at this version of the test began with.
  static std::optional<Sha256> package_in_use(store::Connection& db, std::string_view test_id,
                                              uint32_t version);
  static std::optional<std::string> package_content(store::Connection& db, const Sha256& sha256);

  static bool has_media(store::Connection& db, const Sha256& sha256);
  static void keep_media(store::Connection& db, const Sha256& sha256, std::string_view content);
  static std::optional<std::string> media(store::Connection& db, const Sha256& sha256);

 private:
  Uuid run_;
};

}  // namespace millrace::edge

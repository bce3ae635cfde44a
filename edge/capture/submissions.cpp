#include "edge/capture/submissions.hpp"

#include <fmt/format.h>

#include "core/base/log.hpp"
#include "edge/capture/query.hpp"

namespace millrace::edge {
namespace {

struct Found {
  bool equal = false;
  Earlier earlier;
};

std::optional<Found> find(store::Connection& db, const Submission& submission) {
  Query row(db,
            "SELECT operator_id, body, attempt_id, lease, saved_at FROM submission WHERE submission_key = ?",
            BytesView(submission.key.bytes));
  if (!row->step()) return {};
  return Found{row->text(0) == submission.operator_id && row->text(1) == submission.body,
               {read_uuid(row, 2), static_cast<uint64_t>(row->integer(3)), read_wall(row, 4)}};
}

std::string reference_to(int64_t row_id) {
  return fmt::format("KC-{}", row_id);
}

/// By which a person finds the conflict: its row in key_conflict. Empty when no more are kept.
std::string reference_of(store::Connection& db, const Submission& submission) {
  Query row(db, "SELECT id FROM key_conflict WHERE submission_key = ? AND operator_id = ? AND body = ?",
            BytesView(submission.key.bytes), submission.operator_id, submission.body);
  return row->step() ? reference_to(row->integer(0)) : std::string();
}

std::string keep_conflict(store::Connection& db, const Submission& submission, WallTime now) {
  db.statement(
        "INSERT OR IGNORE INTO key_conflict (submission_key, operator_id, kiosk, body, came_at)"
        " SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM key_conflict) < ?")
      .bind(BytesView(submission.key.bytes), submission.operator_id, submission.kiosk, submission.body,
            wall_ms(now), kMostConflictsKept)
      .run();
  return reference_of(db, submission);
}

}  // namespace

Outcome<std::optional<Earlier>> look_up(store::Connection& db, const Submission& submission, WallTime now) {
  const auto found = find(db, submission);
  if (!found) return std::nullopt;
  if (found->equal) return found->earlier;
  auto reference = keep_conflict(db, submission, now);
  return std::unexpected(Refusal{
      .reason = Reason::key_reused,
      .detail = fmt::format("This submission key was used for something else. {}; call the training office.",
                            reference.empty() ? "The box kept the first and not this one" : "Both are kept"),
      .reference = std::move(reference)});
}

void log_conflict(const Submission& submission, const std::string& reference) {
  log::error("capture.key_reused", {{"key", submission.key.string()},
                                    {"operator", submission.operator_id},
                                    {"kiosk", submission.kiosk},
                                    {"reference", reference}});
}

std::optional<Earlier> find_equal(store::Connection& db, const Submission& submission) {
  const auto found = find(db, submission);
  if (!found || !found->equal) return {};
  return found->earlier;
}

void keep(store::Connection& db, const Submission& submission, const Earlier& outcome) {
  db.statement("INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?)")
      .bind(BytesView(submission.key.bytes), submission.operator_id, submission.body,
            BytesView(outcome.attempt_id.bytes), outcome.lease, wall_ms(outcome.saved_at))
      .run();
}

std::vector<KeyConflict> read_conflicts(store::Connection& db, size_t most) {
  Query row(db,
            "SELECT c.id, c.operator_id, c.kiosk, c.came_at, s.saved_at, s.operator_id FROM key_conflict c"
            " LEFT JOIN submission s ON s.submission_key = c.submission_key ORDER BY c.id DESC LIMIT ?",
            most);
  std::vector<KeyConflict> conflicts;
  while (row->step()) {
    conflicts.push_back({reference_to(row->integer(0)), row->text(1), row->text(2), read_wall(row, 3),
                         row->is_null(4) ? std::nullopt : std::optional(read_wall(row, 4)), row->text(5)});
  }
  return conflicts;
}

std::optional<BothWrites> find_conflict(store::Connection& db, std::string_view reference) {
  Query row(
      db,
      "SELECT c.submission_key, c.operator_id, c.kiosk, c.body, c.came_at, s.operator_id, s.body, s.saved_at"
      " FROM key_conflict c LEFT JOIN submission s ON s.submission_key = c.submission_key"
      " WHERE 'KC-' || c.id = ?",
      reference);
  if (!row->step()) return {};
  const auto key = read_uuid(row, 0);
  BothWrites both{.came = {key, row->text(1), row->text(2), row->text(3)}, .came_at = read_wall(row, 4)};
  if (!row->is_null(7)) {
    both.first = Submission{key, row->text(5), {}, row->text(6)};
    both.first_saved = read_wall(row, 7);
  }
  return both;
}

uint64_t count_conflicts(store::Connection& db) {
  Query row(db, "SELECT count(*) FROM key_conflict");
  return row->step() ? static_cast<uint64_t>(row->integer(0)) : 0;
}

}  // namespace millrace::edge

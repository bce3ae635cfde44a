#include "edge/capture/attempt_store.hpp"

#include <bit>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "edge/capture/query.hpp"

namespace millrace::edge {
namespace {

constexpr std::string_view kColumns =
    "attempt_id, operator_id, assignment_id, assignment_version, attempt_no, test_id, test_version,"
    " package_sha256, form_seed, time_limit_s, pass_mark_bp, started_at, state, lease, language, kiosk,"
    " active_ms, counted_mono_ms, run, last_seen, paused, journal_length, journal_sha256,"
    " witness_required, shown_item";

std::optional<uint32_t> optional_number(const Query& row, int column) {
  if (row->is_null(column)) return {};
  return static_cast<uint32_t>(row->integer(column));
}

AttemptFacts read_facts(const Query& row) {
  AttemptFacts facts;
  facts.attempt_id = read_uuid(row, 0);
  facts.operator_id = row->text(1);
  facts.assignment_id = row->text(2);
  facts.assignment_version = static_cast<uint32_t>(row->integer(3));
  facts.attempt_no = static_cast<uint32_t>(row->integer(4));
  facts.test_id = row->text(5);
  facts.test_version = static_cast<uint32_t>(row->integer(6));
  facts.package_sha256 = read_hash(row, 7);
  facts.form_seed = std::bit_cast<uint64_t>(row->integer(8));
  facts.time_limit_s = optional_number(row, 9);
  facts.pass_mark_bp = static_cast<uint32_t>(row->integer(10));
  facts.started_at = read_wall(row, 11);
  facts.witness_required = row->integer(23) != 0;
  return facts;
}

Attempt::State read_state(const Query& row, const Uuid& run) {
  Attempt::State state;
  state.submitted = row->text(12) == "submitted";
  state.lease = static_cast<uint64_t>(row->integer(13));
  state.language = row->text(14);
  state.kiosk = row->text(15);
  state.active = Millis{row->integer(16)};
  state.last_seen = read_wall(row, 19);
  if (!row->is_null(20)) state.paused = static_cast<Pause>(row->integer(20));
  if (!row->is_null(17)) {
    if (read_uuid(row, 18) == run) {
      state.running_since = MonoTime{Millis{row->integer(17)}};
    } else {
      state.paused = Pause::power_or_crash;
    }
  }
  return state;
}

StoredAttempt read_attempt(const Query& row, const Uuid& run) {
  auto facts = read_facts(row);
  Attempt attempt(facts.time_limit_s, read_state(row, run));
  return {std::move(facts), std::move(attempt), static_cast<uint64_t>(row->integer(21)), read_hash(row, 22),
          row->text(24)};
}

std::optional<int64_t> count_of(const std::optional<Millis>& duration) {
  if (!duration) return {};
  return duration->count();
}

std::optional<int64_t> mono_ms(const std::optional<MonoTime>& time) {
  if (!time) return {};
  return time->time_since_epoch().count();
}

std::optional<int64_t> pause_number(const std::optional<Pause>& pause) {
  if (!pause) return {};
  return static_cast<int64_t>(*pause);
}

std::string_view state_text(const Attempt::State& state) {
  return state.submitted ? "submitted" : "in_progress";
}

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  while (!list.empty()) {
    const auto comma = list.find(',');
    parts.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return parts;
}

}  // namespace

std::optional<StoredAttempt> AttemptStore::find(store::Connection& db, const Uuid& attempt_id) const {
  static const auto sql = fmt::format("SELECT {} FROM attempt WHERE attempt_id = ?", kColumns);
  Query row(db, sql, BytesView(attempt_id.bytes));
  if (!row->step()) return {};
  return read_attempt(row, run_);
}

std::optional<StoredAttempt> AttemptStore::find_open(store::Connection& db, std::string_view operator_id,
                                                     std::string_view assignment_id) const {
  static const auto sql = fmt::format(
      "SELECT {} FROM attempt WHERE operator_id = ? AND assignment_id = ? AND state = 'in_progress'",
      kColumns);
  Query row(db, sql, operator_id, assignment_id);
  if (!row->step()) return {};
  return read_attempt(row, run_);
}

std::vector<StoredAttempt> AttemptStore::open_attempts(store::Connection& db,
                                                       std::string_view operator_id) const {
  static const auto sql = fmt::format(
      "SELECT {} FROM attempt WHERE operator_id = ? AND state = 'in_progress' ORDER BY attempt_id", kColumns);
  Query row(db, sql, operator_id);
  std::vector<StoredAttempt> out;
  while (row->step()) out.push_back(read_attempt(row, run_));
  return out;
}

void AttemptStore::insert(store::Connection& db, const StoredAttempt& stored) const {
  static const auto sql = fmt::format(
      "INSERT INTO attempt ({}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", kColumns);
  const auto& facts = stored.facts;
  const auto& state = stored.attempt.state();
  db.statement(sql)
      .bind(BytesView(facts.attempt_id.bytes), facts.operator_id, facts.assignment_id,
            facts.assignment_version, facts.attempt_no, facts.test_id, facts.test_version,
            BytesView(facts.package_sha256), std::bit_cast<int64_t>(facts.form_seed), facts.time_limit_s,
            facts.pass_mark_bp, wall_ms(facts.started_at), state_text(state), state.lease, state.language,
            state.kiosk, state.active.count(), mono_ms(state.running_since), BytesView(run_.bytes),
            wall_ms(state.last_seen), pause_number(state.paused), stored.journal_length,
            BytesView(stored.journal_sha256), facts.witness_required, stored.shown_item)
      .run();
}

void AttemptStore::update(store::Connection& db, const StoredAttempt& stored) const {
  const auto& state = stored.attempt.state();
  db.statement(
        "UPDATE attempt SET state = ?, lease = ?, language = ?, kiosk = ?, active_ms = ?, counted_mono_ms = "
        "?,"
        " run = ?, last_seen = ?, paused = ?, journal_length = ?, journal_sha256 = ?, shown_item = ?"
        " WHERE attempt_id = ?")
      .bind(state_text(state), state.lease, state.language, state.kiosk, state.active.count(),
            mono_ms(state.running_since), BytesView(run_.bytes), wall_ms(state.last_seen),
            pause_number(state.paused), stored.journal_length, BytesView(stored.journal_sha256),
            stored.shown_item, BytesView(stored.facts.attempt_id.bytes))
      .run();
  for (const auto& ended : stored.attempt.ended()) {
    db.statement(
          "INSERT INTO interruption (attempt_id, kind, from_at, to_at, resumed_on) VALUES (?, ?, ?, ?, ?)")
        .bind(BytesView(stored.facts.attempt_id.bytes), static_cast<int64_t>(ended.kind), wall_ms(ended.from),
              wall_ms(ended.to), ended.resumed_on)
        .run();
  }
}

void AttemptStore::append(store::Connection& db, StoredAttempt& stored, const JournalEntry& entry) const {
  const auto response = to_json(entry.response);
  const auto line = fmt::format("{}\n{}\n{}\n{}\n", entry.item_id, response, entry.flagged ? 1 : 0,
                                wall_ms(entry.saved_at));
  stored.journal_sha256 = Sha256Stream().add(stored.journal_sha256).add(as_bytes(line)).finish();
  ++stored.journal_length;
  db.statement(
        "INSERT INTO journal (attempt_id, number, item_id, response, flagged, saved_at, active_ms, shown_ms,"
        " submission_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(BytesView(stored.facts.attempt_id.bytes), stored.journal_length, entry.item_id, response,
            entry.flagged, wall_ms(entry.saved_at), entry.active.count(), count_of(entry.shown_ms),
            BytesView(entry.submission_key.bytes))
      .run();
  update(db, stored);
}

Answers AttemptStore::answers(store::Connection& db, const Uuid& attempt_id) {
  Query row(db,
            "SELECT item_id, response, flagged, coalesce(shown_ms, 0) FROM journal WHERE attempt_id = ? "
            "ORDER BY number",
            BytesView(attempt_id.bytes));
  Answers answers;
  std::map<std::string, bool, std::less<>> given;  // whether the item was ever answered
  while (row->step()) {
    const auto item_id = row->text(0);
    const auto response = response_from_json(row->text(1));
    if (!response) throw store::Failure(kUnreadableRow, response.error().message);
    auto& answer = answers[item_id];
    auto& before = given[item_id];
    if (before && answer.response != *response) ++answer.changes;
    before = before || is_answered(*response);
    answer.response = *response;
    answer.flagged = row->integer(2) != 0;
    answer.shown += Millis{row->integer(3)};
  }
  return answers;
}

std::vector<Interruption> AttemptStore::interruptions(store::Connection& db, const Uuid& attempt_id) {
  Query row(db, "SELECT kind, from_at, to_at, resumed_on FROM interruption WHERE attempt_id = ? ORDER BY id",
            BytesView(attempt_id.bytes));
  std::vector<Interruption> out;
  while (row->step()) {
    out.push_back({static_cast<Pause>(row->integer(0)), read_wall(row, 1), read_wall(row, 2), row->text(3)});
  }
  return out;
}

uint64_t AttemptStore::prune_answers(store::Connection& db, WallTime before, uint64_t most) {
  std::vector<Uuid> attempts;
  {
    // By its settled row alone: one that is gone may have been lost with a damaged database, and one that
    // somebody discarded the centre never had.
    Query row(db,
              "SELECT o.attempt_id FROM outcome o WHERE o.saved_at < ?1"
              " AND EXISTS (SELECT 1 FROM journal j WHERE j.attempt_id = o.attempt_id)"
              " AND EXISTS (SELECT 1 FROM record r WHERE r.event_id = o.event_id"
              "  AND r.state NOT IN ('moved', 'replayed') AND r.state = 'settled')"
              " ORDER BY o.attempt_id LIMIT ?2",
              wall_ms(before), most);
    while (row->step()) attempts.push_back(read_uuid(row, 0));
  }
  for (const auto& attempt : attempts) {
    const BytesView id(attempt.bytes);
    db.statement(
          "DELETE FROM submission WHERE submission_key IN (SELECT submission_key FROM journal WHERE "
          "attempt_id = ?)")
        .bind(id)
        .run();
    db.statement("DELETE FROM journal WHERE attempt_id = ?").bind(id).run();
  }
  return attempts.size();
}

std::optional<WallTime> AttemptStore::first_begun(store::Connection& db) {
  Query row(db, "SELECT started_at FROM attempt ORDER BY attempt_id LIMIT 1");
  if (!row->step()) return {};
  return read_wall(row, 0);
}

void AttemptStore::insert_outcome(store::Connection& db, const StoredOutcome& outcome) {
  db.statement("INSERT INTO outcome VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(BytesView(outcome.attempt_id.bytes), BytesView(outcome.event_id.bytes), outcome.sequence,
            wall_ms(outcome.saved_at), outcome.score_bp, outcome.passed, outcome.critical_item_failed,
            outcome.correct, outcome.total, fmt::format("{}", fmt::join(outcome.topics_missed, ",")),
            static_cast<int64_t>(outcome.end_reason))
      .run();
}

std::optional<StoredOutcome> AttemptStore::find_outcome(store::Connection& db, const Uuid& attempt_id) {
  Query row(db,
            "SELECT event_id, sequence, saved_at, score_bp, passed, critical_item_failed, correct, total,"
            " topics_missed, end_reason FROM outcome WHERE attempt_id = ?",
            BytesView(attempt_id.bytes));
  if (!row->step()) return {};
  StoredOutcome out;
  out.attempt_id = attempt_id;
  out.event_id = read_uuid(row, 0);
  out.sequence = static_cast<uint64_t>(row->integer(1));
  out.saved_at = read_wall(row, 2);
  out.score_bp = static_cast<int>(row->integer(3));
  out.passed = row->integer(4) != 0;
  out.critical_item_failed = row->integer(5) != 0;
  out.correct = static_cast<uint32_t>(row->integer(6));
  out.total = static_cast<uint32_t>(row->integer(7));
  out.topics_missed = split(row->text(8));
  out.end_reason = static_cast<EndReason>(row->integer(9));
  return out;
}

std::vector<Uuid> AttemptStore::submitted_attempts(store::Connection& db, std::string_view operator_id,
                                                   size_t most) {
  // Attempt ids are version 7 and so sort by time.
  Query row(db,
            "SELECT attempt_id FROM attempt WHERE operator_id = ? AND state = 'submitted'"
            " ORDER BY attempt_id DESC LIMIT ?",
            operator_id, most);
  std::vector<Uuid> out;
  while (row->step()) out.push_back(read_uuid(row, 0));
  return out;
}

History AttemptStore::history(store::Connection& db, std::string_view operator_id,
                              std::string_view assignment_id) {
  Query row(
      db,
      "SELECT count(*), coalesce(max(attempt.state = 'in_progress'), 0), coalesce(max(outcome.passed), 0)"
      " FROM attempt LEFT JOIN outcome USING (attempt_id) WHERE operator_id = ? AND assignment_id = ?",
      operator_id, assignment_id);
  row->step();
  return {static_cast<uint32_t>(row->integer(0)), row->integer(2) != 0, row->integer(1) != 0};
}

void AttemptStore::keep_package(store::Connection& db, const Package& package) {
  db.statement("INSERT OR IGNORE INTO package (sha256, content) VALUES (?, ?)")
      .bind(BytesView(package.sha256), package.content)
      .run();
}

std::optional<Sha256> AttemptStore::package_in_use(store::Connection& db, std::string_view test_id,
                                                   uint32_t version) {
  Query row(
      db,
      "SELECT package_sha256 FROM attempt WHERE test_id = ? AND test_version = ? ORDER BY rowid DESC LIMIT 1",
      test_id, version);
  if (!row->step()) return {};
  return read_hash(row, 0);
}

std::optional<std::string> AttemptStore::package_content(store::Connection& db, const Sha256& sha256) {
  Query row(db, "SELECT content FROM package WHERE sha256 = ?", BytesView(sha256));
  if (!row->step()) return {};
  return row->text(0);
}

bool AttemptStore::has_media(store::Connection& db, const Sha256& sha256) {
  Query row(db, "SELECT 1 FROM media WHERE sha256 = ?", BytesView(sha256));
  return row->step();
}

void AttemptStore::keep_media(store::Connection& db, const Sha256& sha256, std::string_view content) {
  db.statement("INSERT OR IGNORE INTO media (sha256, content) VALUES (?, ?)")
      .bind(BytesView(sha256), as_bytes(content))
      .run();
}

std::optional<std::string> AttemptStore::media(store::Connection& db, const Sha256& sha256) {
  Query row(db, "SELECT content FROM media WHERE sha256 = ?", BytesView(sha256));
  if (!row->step()) return {};
  return std::string(as_text(row->bytes(0)));
}

}  // namespace millrace::edge

#include "edge/capture/request_store.hpp"

#include <fmt/format.h>

#include "edge/capture/query.hpp"

namespace millrace::edge {
namespace {

constexpr std::string_view kRequestColumns =
    "request_id, event_id, submission_key, position, batch_id, operator_id, made_by, kind, skill,"
    " reason_code, saved_at";
constexpr std::string_view kDecisionColumns =
    "workflow_id, step_id, workflow_version, event_id, leader_id, decision, saved_at";

template <class T>
T known(const std::optional<T>& value) {
  if (!value) throw store::Failure(kUnreadableRow, "a request or a decision of an unknown kind");
  return *value;
}

StoredRequest read_request(const Query& row) {
  StoredRequest out;
  out.request_id = read_uuid(row, 0);
  out.event_id = read_uuid(row, 1);
  out.submission_key = read_uuid(row, 2);
  out.position = static_cast<uint32_t>(row->integer(3));
  if (!row->is_null(4)) out.batch_id = read_uuid(row, 4);
  out.operator_id = row->text(5);
  out.made_by = row->text(6);
  out.kind = known(request_kind(row->text(7)));
  out.skill = row->text(8);
  out.reason_code = row->text(9);
  out.saved_at = read_wall(row, 10);
  return out;
}

std::vector<StoredRequest> read_requests(Query& row) {
  std::vector<StoredRequest> out;
  while (row->step()) out.push_back(read_request(row));
  return out;
}

std::optional<StoredDecision> read_decision(Query& row) {
  if (!row->step()) return {};
  StoredDecision out;
  out.workflow_id = read_uuid(row, 0);
  out.step_id = row->text(1);
  out.workflow_version = static_cast<uint64_t>(row->integer(2));
  out.event_id = read_uuid(row, 3);
  out.leader_id = row->text(4);
  out.decision = known(decision(row->text(5)));
  out.saved_at = read_wall(row, 6);
  return out;
}

}  // namespace

void RequestStore::insert(store::Connection& db, const StoredRequest& request) {
  static const auto sql =
      fmt::format("INSERT INTO request ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kRequestColumns);
  std::optional<BytesView> batch;
  if (request.batch_id) batch = BytesView(request.batch_id->bytes);
  db.statement(sql)
      .bind(BytesView(request.request_id.bytes), BytesView(request.event_id.bytes),
            BytesView(request.submission_key.bytes), request.position, batch, request.operator_id,
            request.made_by, to_string(request.kind), request.skill, request.reason_code,
            wall_ms(request.saved_at))
      .run();
}

std::vector<StoredRequest> RequestStore::of_submission(store::Connection& db, const Uuid& submission_key) {
  static const auto sql =
      fmt::format("SELECT {} FROM request WHERE submission_key = ? ORDER BY position", kRequestColumns);
  Query row(db, sql, BytesView(submission_key.bytes));
  return read_requests(row);
}

std::vector<StoredRequest> RequestStore::of_operator(store::Connection& db, std::string_view operator_id,
                                                     size_t most) {
  static const auto sql = fmt::format(
      "SELECT {} FROM request WHERE operator_id = ? ORDER BY saved_at DESC, event_id DESC LIMIT ?",
      kRequestColumns);
  Query row(db, sql, operator_id, most);
  return read_requests(row);
}

std::vector<StoredRequest> RequestStore::on_behalf_by(store::Connection& db, std::string_view leader_id,
                                                      size_t most) {
  static const auto sql = fmt::format(
      "SELECT {} FROM request WHERE made_by = ? AND batch_id IS NOT NULL"
      " ORDER BY saved_at DESC, event_id DESC LIMIT ?",
      kRequestColumns);
  Query row(db, sql, leader_id, most);
  return read_requests(row);
}

void RequestStore::insert(store::Connection& db, const StoredDecision& decision) {
  static const auto sql =
      fmt::format("INSERT INTO decision ({}) VALUES (?, ?, ?, ?, ?, ?, ?)", kDecisionColumns);
  db.statement(sql)
      .bind(BytesView(decision.workflow_id.bytes), decision.step_id, decision.workflow_version,
            BytesView(decision.event_id.bytes), decision.leader_id, to_string(decision.decision),
            wall_ms(decision.saved_at))
      .run();
}

std::optional<StoredDecision> RequestStore::find_decision(store::Connection& db, const Uuid& workflow_id,
                                                          std::string_view step_id,
                                                          uint64_t workflow_version) {
  static const auto sql =
      fmt::format("SELECT {} FROM decision WHERE workflow_id = ? AND step_id = ? AND workflow_version = ?",
                  kDecisionColumns);
  Query row(db, sql, BytesView(workflow_id.bytes), step_id, workflow_version);
  return read_decision(row);
}

std::optional<StoredDecision> RequestStore::find_decision(store::Connection& db, const Uuid& event_id) {
  static const auto sql = fmt::format("SELECT {} FROM decision WHERE event_id = ?", kDecisionColumns);
  Query row(db, sql, BytesView(event_id.bytes));
  return read_decision(row);
}

std::optional<RequestStore::OwnEvent> RequestStore::own_event(store::Connection& db,
                                                              std::string_view person_id,
                                                              const Uuid& event_id) {
  const BytesView id(event_id.bytes);
  Query row(db,
            "SELECT outcome.saved_at, 1 FROM outcome JOIN attempt USING (attempt_id)"
            " WHERE event_id = ? AND operator_id = ?"
            " UNION ALL SELECT saved_at, 0 FROM request"
            " WHERE event_id = ? AND (operator_id = ? OR made_by = ?)"
            " UNION ALL SELECT saved_at, 0 FROM decision WHERE event_id = ? AND leader_id = ?",
            id, person_id, id, person_id, person_id, id, person_id);
  if (!row->step()) return {};
  return OwnEvent{read_wall(row, 0), row->integer(1) != 0};
}

}  // namespace millrace::edge

#include "core/delivery/outbox_reader.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

[[noreturn]] void corrupt(uint64_t sequence, std::string_view what) {
  throw store::Failure(SQLITE_CORRUPT, fmt::format("record {}: {}", sequence, what));
}

/// The stored attributes and the one that is stored beside them.
Attributes attributes_of(const store::Statement& row, int attributes, int traceparent, uint64_t sequence) {
  auto parsed = parse_attribute_bytes(row.bytes(attributes));
  if (!parsed) corrupt(sequence, parsed.error().message);
  if (!row.is_null(traceparent)) (*parsed)[std::string(attr::traceparent)] = row.text(traceparent);
  return std::move(*parsed);
}

RecordState parse_state(uint64_t sequence, std::string_view text) {
  for (const auto state : {RecordState::pending, RecordState::settled, RecordState::parked,
                           RecordState::moved, RecordState::replayed, RecordState::discarded}) {
    if (to_string(state) == text) return state;
  }
  corrupt(sequence, "unknown state");
}

}  // namespace

std::optional<CurrentStream> current_stream(store::Connection& db) {
  Query query(
      db,
      "SELECT number, stream_id, last_sequence, settled_through, last_hash, unsettled_bytes FROM stream"
      " ORDER BY number DESC LIMIT 1");
  if (!query->step()) return std::nullopt;
  CurrentStream stream;
  stream.number = query->integer(0);
  stream.position.stream_id.bytes = fixed_bytes<decltype(Uuid::bytes)>(query->bytes(1));
  stream.position.last_sequence = static_cast<uint64_t>(query->integer(2));
  stream.position.settled_through = static_cast<uint64_t>(query->integer(3));
  stream.position.last_hash = fixed_bytes<Hash>(query->bytes(4));
  stream.position.unsettled_bytes = static_cast<uint64_t>(query->integer(5));
  return stream;
}

std::optional<Hash> hash_at(store::Connection& db, int64_t stream, uint64_t sequence) {
  if (sequence == 0) return kFirstPrevHash;
  Query query(db, "SELECT hash FROM record WHERE stream = ? AND sequence = ?", stream, sequence);
  if (!query->step()) return std::nullopt;
  return fixed_bytes<Hash>(query->bytes(0));
}

namespace {

/// The first row from `from` to `through`, of all or of those that are pending.
std::optional<StoredContent> first_content(store::Connection& db, int64_t stream, uint64_t from,
                                           uint64_t through, bool pending_only) {
  Query query(db,
              "SELECT s.stream_id, r.sequence, r.state, r.event_id, r.attributes, r.traceparent, r.payload,"
              " r.size_bytes, r.recorded_at, p.data, r.prevhash, r.hash, r.signature, r.key_id FROM record r"
              " JOIN stream s ON s.number = r.stream JOIN payload p ON p.id = r.payload"
              " WHERE r.stream = ? AND r.sequence BETWEEN ? AND ? AND (r.state = 'pending' OR NOT ?)"
              " ORDER BY r.sequence LIMIT 1",
              stream, from, through, pending_only);
  if (!query->step()) return std::nullopt;
  StoredContent row;
  Uuid stream_id;
  stream_id.bytes = fixed_bytes<decltype(Uuid::bytes)>(query->bytes(0));
  row.sequence = static_cast<uint64_t>(query->integer(1));
  row.state = parse_state(row.sequence, query->text(2));
  row.event_id.bytes = fixed_bytes<decltype(Uuid::bytes)>(query->bytes(3));
  const auto attributes = query->bytes(4);
  row.payload = query->integer(6);
  row.size_bytes = query->integer(7);
  row.recorded = wall_time(query->integer(8));
  row.data = query->bytes(9);
  row.prevhash = fixed_bytes<Hash>(query->bytes(10));
  row.hash = fixed_bytes<Hash>(query->bytes(11));
  row.signature = fixed_bytes<Signature>(query->bytes(12));
  row.key_id = query->text(13);
  auto parsed = parse_attribute_bytes(attributes);
  row.whole = parsed && row.hash == chain_hash(row.prevhash, {.stream_id = stream_id,
                                                              .sequence = row.sequence,
                                                              .event_id = row.event_id,
                                                              .attribute_bytes = attributes,
                                                              .data = row.data});
  if (parsed) row.attributes = std::move(*parsed);
  if (!query->is_null(5)) row.attributes[std::string(attr::traceparent)] = query->text(5);
  return row;
}

}  // namespace

std::optional<StoredContent> stored_content(store::Connection& db, int64_t stream, uint64_t sequence) {
  return first_content(db, stream, sequence, sequence, false);
}

std::optional<StoredContent> next_pending(store::Connection& db, int64_t stream, uint64_t after) {
  return first_content(db, stream, after + 1, std::numeric_limits<int64_t>::max(), true);
}

std::optional<StreamPosition> read_position(store::Connection& db) {
  const auto stream = current_stream(db);
  return stream ? std::optional(stream->position) : std::nullopt;
}

std::optional<Hash> read_hash(store::Connection& db, uint64_t sequence) {
  const auto stream = current_stream(db);
  return stream ? hash_at(db, stream->number, sequence) : std::nullopt;
}

std::vector<StoredRecord> read_records(store::Connection& db, uint64_t from, size_t most_records,
                                       size_t most_bytes) {
  std::vector<StoredRecord> records;
  const auto stream = current_stream(db);
  if (!stream) return records;
  Query query(db,
              "SELECT r.sequence, r.attributes, r.traceparent, r.prevhash, r.signature, r.key_id, p.data"
              " FROM record r JOIN payload p ON p.id = r.payload"
              " WHERE r.stream = ? AND r.sequence >= ? ORDER BY r.sequence LIMIT ?",
              stream->number, from, most_records);
  while (query->step()) {
    const auto& row = *query.operator->();
    StoredRecord record;
    record.sequence = static_cast<uint64_t>(row.integer(0));
    if (record.sequence != from + records.size()) corrupt(from + records.size(), "missing from the log");
    auto stored = row.bytes(1);
    record.event.data = row.bytes(6);
    record.size_bytes = stored.size() + record.event.data.size();
    if (record.size_bytes > most_bytes) break;
    most_bytes -= record.size_bytes;
    auto& attributes = record.event.attributes = attributes_of(row, 1, 2, record.sequence);
    attributes[std::string(attr::prevhash)] = base64url(row.bytes(3));
    attributes[std::string(attr::signature)] = base64url(row.bytes(4));
    attributes[std::string(attr::keyid)] = row.text(5);
    records.push_back(std::move(record));
  }
  return records;
}

std::optional<RecordStatus> find_record(store::Connection& db, const Uuid& event_id) {
  Query query(
      db,
      "SELECT s.stream_id, r.sequence, r.state, r.reason, r.maybe_delivered, r.recorded_at, r.receipted_at"
      " FROM record r JOIN stream s ON s.number = r.stream"
      " WHERE r.event_id = ? AND r.state NOT IN ('moved', 'replayed')",
      BytesView(event_id.bytes));
  if (!query->step()) return std::nullopt;
  RecordStatus status;
  status.event_id = event_id;
  status.stream_id.bytes = fixed_bytes<decltype(Uuid::bytes)>(query->bytes(0));
  status.sequence = static_cast<uint64_t>(query->integer(1));
  status.state = parse_state(status.sequence, query->text(2));
  status.reason = query->text(3);
  status.maybe_delivered = query->integer(4) != 0;
  status.recorded = wall_time(query->integer(5));
  if (!query->is_null(6)) status.receipted = wall_time(query->integer(6));
  return status;
}

std::optional<WallTime> read_last_receipt(store::Connection& db) {
  const auto stream = current_stream(db);
  if (!stream) return {};
  Query query(db, "SELECT receipted_at FROM record WHERE stream = ? AND sequence = ?", stream->number,
              stream->position.settled_through);
  if (!query->step() || query->is_null(0)) return {};
  return wall_time(query->integer(0));
}

std::optional<Checkpoint> read_checkpoint(store::Connection& db) {
  Query query(db,
              "SELECT checkpoint_sequence, iif(checkpoint_sequence = 0, opened_at, checkpoint_at) FROM stream"
              " ORDER BY number DESC LIMIT 1");
  if (!query->step()) return std::nullopt;
  return Checkpoint{static_cast<uint64_t>(query->integer(0)), wall_time(query->integer(1))};
}

std::optional<std::string> must_leave(store::Connection& db) {
  Query query(db, "SELECT reason FROM leave_stream");
  if (!query->step()) return std::nullopt;
  return query->text(0);
}

Backlog read_backlog(store::Connection& db) {
  Backlog backlog;
  const auto stream = current_stream(db);
  if (!stream) return backlog;
  const auto& at = stream->position;
  backlog.depth = at.last_sequence - at.settled_through;
  if (backlog.depth > 0) {
    Query query(db, "SELECT recorded_at FROM record WHERE stream = ? AND sequence = ?", stream->number,
                at.settled_through + 1);
    if (query->step()) backlog.oldest = wall_time(query->integer(0));
  }
  Query query(db,
              "SELECT (SELECT coalesce(sum(unsettled_bytes), 0) FROM stream),"
              " (SELECT count(*) FROM record WHERE state = 'parked')");
  query->step();
  backlog.unsettled_bytes = static_cast<uint64_t>(query->integer(0));
  backlog.parked = static_cast<uint64_t>(query->integer(1));
  return backlog;
}

}  // namespace millrace::delivery

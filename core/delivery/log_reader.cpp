#include "core/delivery/log_reader.hpp"

#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

Uuid uuid(const Bytes& bytes) {
  Uuid id;
  id.bytes = fixed_bytes<decltype(Uuid::bytes)>(bytes);
  return id;
}

/// The columns that record_of reads, and the stream's number.
constexpr std::string_view kRecords =
    "SELECT s.stream_id, r.sequence, r.event_id, r.state, r.reason, r.maybe_delivered, r.recorded_at,"
    " r.receipted_at, r.attributes, r.traceparent, r.prevhash, r.signature, r.key_id, r.hash, p.data, "
    "s.number"
    " FROM record r JOIN stream s ON s.number = r.stream LEFT JOIN payload p ON p.id = r.payload";

LoggedRecord record_of(Query& query) {
  LoggedRecord record;
  auto& status = record.status;
  status.stream_id = uuid(query->bytes(0));
  status.sequence = static_cast<uint64_t>(query->integer(1));
  status.event_id = uuid(query->bytes(2));
  for (const auto known : {RecordState::pending, RecordState::settled, RecordState::parked,
                           RecordState::moved, RecordState::replayed, RecordState::discarded}) {
    if (to_string(known) == query->text(3)) status.state = known;
  }
  status.reason = query->text(4);
  status.maybe_delivered = query->integer(5) != 0;
  status.recorded = wall_time(query->integer(6));
  if (!query->is_null(7)) status.receipted = wall_time(query->integer(7));
  if (auto attributes = parse_attribute_bytes(query->bytes(8))) {
    record.whole = !query->is_null(14);
    auto& all = record.event.attributes = std::move(*attributes);
    if (!query->is_null(9)) all[std::string(attr::traceparent)] = query->text(9);
    all[std::string(attr::prevhash)] = base64url(query->bytes(10));
    all[std::string(attr::signature)] = base64url(query->bytes(11));
    all[std::string(attr::keyid)] = query->text(12);
  }
  record.hash = fixed_bytes<Hash>(query->bytes(13));
  record.event.data = query->bytes(14);
  return record;
}

std::vector<AuditEntry> entries_of(Query& query) {
  std::vector<AuditEntry> entries;
  while (query->step()) {
    entries.push_back({wall_time(query->integer(0)),
                       query->text(1),
                       {uuid(query->bytes(2)), static_cast<uint64_t>(query->integer(3))},
                       uuid(query->bytes(4)),
                       {query->text(5), query->text(6)}});
  }
  return entries;
}

}  // namespace

std::vector<LoggedStream> read_streams(store::Connection& db) {
  std::vector<LoggedStream> streams;
  Query query(db,
              "SELECT stream_id, last_sequence, settled_through, last_hash, unsettled_bytes, opened_at,"
              " pruned_through, coalesce(pruned_hash, zeroblob(32)) FROM stream ORDER BY number");
  while (query->step()) {
    LoggedStream stream;
    stream.position.stream_id = uuid(query->bytes(0));
    stream.position.last_sequence = static_cast<uint64_t>(query->integer(1));
    stream.position.settled_through = static_cast<uint64_t>(query->integer(2));
    stream.position.last_hash = fixed_bytes<Hash>(query->bytes(3));
    stream.position.unsettled_bytes = static_cast<uint64_t>(query->integer(4));
    stream.opened = wall_time(query->integer(5));
    stream.pruned_through = static_cast<uint64_t>(query->integer(6));
    stream.pruned_hash = fixed_bytes<Hash>(query->bytes(7));
    streams.push_back(stream);
  }
  return streams;
}

void read_log(store::Connection& db, const RecordFilter& filter,
              const std::function<void(const LoggedRecord&)>& each) {
  const auto state = filter.state ? std::optional(std::string(to_string(*filter.state))) : std::nullopt;
  const auto bytes = [](const std::optional<Uuid>& id) {
    return id ? std::optional(Bytes(id->bytes.begin(), id->bytes.end())) : std::nullopt;
  };
  static const std::string kChosen =
      std::string(kRecords) +
      " WHERE s.stream_id = coalesce(?1, s.stream_id) AND r.sequence = coalesce(?2, r.sequence)"
      " AND r.event_id = coalesce(?3, r.event_id) AND r.state = coalesce(?4, r.state)"
      " ORDER BY r.stream, r.sequence";
  Query query(db, kChosen, bytes(filter.stream_id), filter.sequence, bytes(filter.event_id), state);
  while (query->step()) each(record_of(query));
}

std::vector<LoggedRecord> read_parked(store::Connection& db, size_t most) {
  static const std::string kParked =
      std::string(kRecords) + " WHERE r.state = 'parked' ORDER BY r.stream, r.sequence LIMIT ?";
  std::vector<LoggedRecord> records;
  std::vector<int64_t> streams;
  {
    Query query(db, kParked, most);
    while (query->step()) {
      records.push_back(record_of(query));
      streams.push_back(query->integer(15));
    }
  }
  for (size_t i = 0; i < records.size(); ++i) {
    const auto stored = stored_content(db, streams[i], records[i].status.sequence);
    records[i].whole = stored && stored->whole;
  }
  return records;
}

std::vector<AuditEntry> read_audit(store::Connection& db, const Uuid& event_id) {
  Query query(db,
              "SELECT at, action, stream_id, sequence, event_id, actor, reason FROM audit WHERE event_id = ?"
              " ORDER BY id",
              BytesView(event_id.bytes));
  return entries_of(query);
}

std::vector<AuditEntry> read_decisions(store::Connection& db, size_t most) {
  Query query(db,
              "SELECT at, action, stream_id, sequence, event_id, actor, reason FROM audit ORDER BY id DESC"
              " LIMIT ?",
              most);
  return entries_of(query);
}

}  // namespace millrace::delivery

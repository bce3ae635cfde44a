// A log on a disk that cannot be believed: what of it may be sent, and how it goes on.
#include <fmt/format.h>

#include "core/delivery/outbox.hpp"
#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

constexpr auto kSalvaged = "its database was damaged and has been salvaged";

std::vector<int64_t> numbers(store::Connection& db, std::string_view sql) {
  std::vector<int64_t> out;
  Query query(db, sql);
  while (query->step()) out.push_back(query->integer(0));
  return out;
}

int64_t number(store::Connection& db, std::string_view sql, int64_t stream) {
  Query query(db, sql, stream);
  return query->step() ? query->integer(0) : 0;
}

/// No row stands behind the last one, and none that is pending before what is settled.
void straighten(store::Connection& db, int64_t stream) {
  db.statement(
        "UPDATE stream SET last_sequence = r.sequence, last_hash = r.hash FROM"
        " (SELECT sequence, hash FROM record WHERE stream = ? ORDER BY sequence DESC LIMIT 1) AS r"
        " WHERE number = ? AND last_sequence < r.sequence")
      .bind(stream, stream)
      .run();
  // A row that is sent again may stand before that.
  db.statement(
        "UPDATE stream SET settled_through = min(settled_through, coalesce((SELECT min(sequence) - 1 FROM "
        "record"
        " WHERE stream = ? AND state = 'pending'), settled_through)) WHERE number = ?")
      .bind(stream, stream)
      .run();
}

/// A stream whose own row is lost, from the records that are left of it. One whose id cannot be read either
/// gets a new one: its records then count as damaged.
void recreate(store::Connection& db, int64_t stream, WallTime now) {
  auto id = Uuid::v7(now);
  {
    Query rows(db, "SELECT attributes FROM record WHERE stream = ? ORDER BY sequence DESC", stream);
    while (rows->step()) {
      const auto attributes = parse_attribute_bytes(rows->bytes(0));
      if (!attributes || !attributes->contains(attr::streamid)) continue;
      if (const auto read = Uuid::parse(attributes->find(attr::streamid)->second)) {
        id = *read;
        break;
      }
    }
  }
  db.statement("INSERT OR IGNORE INTO stream (number, stream_id, opened_at, last_hash) VALUES (?, ?, ?, ?)")
      .bind(stream, BytesView(id.bytes), now.time_since_epoch().count(), BytesView(kFirstPrevHash))
      .run();
  if (db.changes() == 0) {
    db.statement("DELETE FROM record WHERE stream = ?").bind(stream).run();
    return;
  }
  straighten(db, stream);
  db.statement(
        "UPDATE stream SET settled_through = coalesce((SELECT min(sequence) - 1 FROM record WHERE stream = ? "
        "AND"
        " state = 'pending'), last_sequence) WHERE number = ?")
      .bind(stream, stream)
      .run();
}

}  // namespace

bool Outbox::is_as_recorded(const StoredContent& row) const {
  return row.whole && (row.key_id != key_id() || verify(public_key(), row.hash, row.signature));
}

Result<> Outbox::check_unsettled(store::Connection& db) const {
  const auto stream = current_stream(db);
  if (!stream) return {};
  const auto& at = stream->position;
  auto previous = hash_at(db, stream->number, at.settled_through);  // nothing when it was pruned
  for (auto sequence = at.settled_through + 1; sequence <= at.last_sequence; ++sequence) {
    const auto row = stored_content(db, stream->number, sequence);
    if (!row) return fail(ErrorKind::corrupt, fmt::format("record {} is missing", sequence));
    const bool chained = !previous || row->prevhash == *previous;
    if (!chained || (row->state == RecordState::pending && !is_as_recorded(*row)))
      return fail(ErrorKind::corrupt, fmt::format("record {} is not what was recorded", sequence));
    previous = row->hash;
  }
  if (previous && *previous != at.last_hash)
    return fail(ErrorKind::corrupt, fmt::format("record {} is not the last one", at.last_sequence));
  return {};
}

Mended Outbox::mend(store::Connection& db) const {
  Mended mended;
  const auto now = clock_.wall();
  db.execute("DELETE FROM record WHERE payload NOT IN (SELECT id FROM payload)");
  for (const auto stream :
       numbers(db, "SELECT DISTINCT stream FROM record WHERE stream NOT IN (SELECT number FROM stream)"))
    recreate(db, stream, now);

  // A row that says "moved" or "replayed" and has no successor was the last but one.
  db.execute(
      "UPDATE record SET state = 'pending', reason = NULL WHERE id IN (SELECT id FROM (SELECT id, state, "
      "event_id,"
      " row_number() OVER (PARTITION BY event_id ORDER BY stream DESC, sequence DESC) AS nth FROM record)"
      " WHERE nth = 1 AND state IN ('moved', 'replayed')"
      " AND event_id NOT IN (SELECT event_id FROM audit WHERE action = 'discard'))");
  mended.again = static_cast<uint64_t>(db.changes());

  for (const auto stream : numbers(db, "SELECT number FROM stream ORDER BY number")) straighten(db, stream);
  db.execute(
      "UPDATE stream SET unsettled_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM record"
      " WHERE stream = number AND state IN ('pending', 'parked'))");
  if (const auto stream = current_stream(db)) {
    const auto& at = stream->position;
    const auto there = number(db,
                              "SELECT count(*) FROM record JOIN stream ON number = stream WHERE stream = ? "
                              "AND sequence > settled_through",
                              stream->number);
    mended.lost = at.last_sequence - at.settled_through - static_cast<uint64_t>(there);
    leave_stream(db, kSalvaged);
  }
  return mended;
}

}  // namespace millrace::delivery

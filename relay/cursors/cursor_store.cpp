#include "relay/cursors/cursor_store.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "core/base/log.hpp"
#include "core/store/replace.hpp"

namespace millrace::relay {
namespace {

constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE cursor (
  number          INTEGER PRIMARY KEY,
  site            TEXT    NOT NULL,
  edge            TEXT    NOT NULL,
  stream_id       BLOB    NOT NULL CHECK (length(stream_id) = 16),
  settled_through INTEGER NOT NULL CHECK (settled_through >= 0),
  settled_hash    BLOB    NOT NULL CHECK (length(settled_hash) = 32),
  base_seen       INTEGER NOT NULL,
  beyond          BLOB    NOT NULL CHECK (length(beyond) % 40 = 0),
  UNIQUE (site, edge, stream_id)
) STRICT;

CREATE TABLE parked (
  cursor          INTEGER NOT NULL REFERENCES cursor(number),
  sequence        INTEGER NOT NULL,
  event_id        BLOB    NOT NULL CHECK (length(event_id) = 16),
  reason          TEXT    NOT NULL,
  maybe_delivered INTEGER NOT NULL,
  PRIMARY KEY (cursor, sequence)
) STRICT, WITHOUT ROWID;
)sql";

constexpr store::Migration kMigrations[] = {{1, kVersion1}};

constexpr size_t kSequenceBytes = 8;
constexpr size_t kBeyondBytes = kSequenceBytes + sizeof(delivery::Hash);

using Beyond = delivery::StreamCursor::Beyond;

Bytes to_bytes(const std::vector<Beyond>& places) {
  Bytes out;
  out.reserve(places.size() * kBeyondBytes);
  for (const auto& place : places) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.push_back(static_cast<uint8_t>(place.sequence >> shift));
    }
    out.insert(out.end(), place.hash.begin(), place.hash.end());
  }
  return out;
}

std::vector<Beyond> to_beyond(BytesView bytes) {
  std::vector<Beyond> out;
  for (; bytes.size() >= kBeyondBytes; bytes = bytes.subspan(kBeyondBytes)) {
    Beyond place;
    for (const auto byte : bytes.first(kSequenceBytes)) place.sequence = place.sequence << 8 | byte;
    std::ranges::copy(bytes.subspan(kSequenceBytes, place.hash.size()), place.hash.begin());
    out.push_back(place);
  }
  return out;
}

template <class Array>
Array fixed(const Bytes& bytes) {
  Array out{};
  if (bytes.size() != out.size())
    throw store::Failure(SQLITE_CORRUPT, "a stored id or hash has a wrong size");
  std::ranges::copy(bytes, out.begin());
  return out;
}

}  // namespace

std::span<const store::Migration> cursor_migrations() {
  return kMigrations;
}

std::vector<StoredCursor> read_cursors(store::Connection& db) {
  std::vector<StoredCursor> out;
  std::vector<int64_t> numbers;
  auto& cursors = db.statement(
      "SELECT number, site, edge, stream_id, settled_through, settled_hash, base_seen, beyond FROM cursor"
      " ORDER BY number");
  cursors.bind();
  while (cursors.step()) {
    StoredCursor stored;
    numbers.push_back(cursors.integer(0));
    stored.box = {cursors.text(1), cursors.text(2)};
    stored.cursor.stream_id.bytes = fixed<decltype(Uuid::bytes)>(cursors.bytes(3));
    stored.cursor.settled_through = static_cast<uint64_t>(cursors.integer(4));
    stored.cursor.settled_hash = fixed<delivery::Hash>(cursors.bytes(5));
    stored.cursor.base_seen = static_cast<uint64_t>(cursors.integer(6));
    stored.cursor.beyond = to_beyond(cursors.bytes(7));
    out.push_back(std::move(stored));
  }
  cursors.reset();

  auto& parked = db.statement(
      "SELECT sequence, event_id, reason, maybe_delivered FROM parked WHERE cursor = ? ORDER BY sequence");
  for (size_t at = 0; at < out.size(); ++at) {
    parked.bind(numbers[at]);
    while (parked.step()) {
      delivery::Parking parking;
      parking.sequence = static_cast<uint64_t>(parked.integer(0));
      parking.event_id.bytes = fixed<decltype(Uuid::bytes)>(parked.bytes(1));
      parking.reason = parked.text(2);
      parking.maybe_delivered = parked.integer(3) != 0;
      out[at].cursor.parked.push_back(std::move(parking));
    }
    parked.reset();
  }
  return out;
}

void write_cursor(store::Connection& db, const Box& box, const delivery::StreamCursor& cursor) {
  auto& upsert = db.statement(
      "INSERT INTO cursor (site, edge, stream_id, settled_through, settled_hash, base_seen, beyond)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (site, edge, stream_id) DO UPDATE SET settled_through = excluded.settled_through,"
      " settled_hash = excluded.settled_hash, base_seen = excluded.base_seen, beyond = excluded.beyond"
      " RETURNING number");
  upsert.bind(box.site, box.edge, cursor.stream_id.bytes, cursor.settled_through, cursor.settled_hash,
              cursor.base_seen, to_bytes(cursor.beyond));
  upsert.step();
  const auto number = upsert.integer(0);
  upsert.run();

  // The parked list is short and seldom changes; it is empty for nearly every stream.
  db.statement("DELETE FROM parked WHERE cursor = ?").bind(number).run();
  for (const auto& parking : cursor.parked) {
    db.statement(
          "INSERT INTO parked (cursor, sequence, event_id, reason, maybe_delivered) VALUES (?, ?, ?, ?, ?)")
        .bind(number, parking.sequence, parking.event_id.bytes, parking.reason, parking.maybe_delivered)
        .run();
  }
}

namespace {

Result<OpenedCursors> open_whole(const std::filesystem::path& database) {
  auto db = store::Connection::open(database, store::Connection::Mode::writer);
  if (!db) return std::unexpected(db.error());
  if (auto migrated = store::migrate(**db, kMigrations); !migrated) return std::unexpected(migrated.error());
  if (auto whole = store::check_integrity(**db); !whole) return std::unexpected(whole.error());
  auto cursors = store::read(**db, read_cursors);
  if (!cursors) return std::unexpected(cursors.error());
  return OpenedCursors{std::move(*db), std::move(*cursors)};
}

Result<> begin_anew(const std::filesystem::path& database, WallTime now, const Error& damage) {
  log::error("store.damaged", {{"file", database.string()}, {"error", damage.message}});
  {
    auto fresh = open_whole(store::replacement_of(database));
    if (!fresh) return std::unexpected(fresh.error());
    if (auto sealed = store::read(*fresh->db, [](store::Connection& on) { on.seal(); }); !sealed)
      return sealed;
  }
  const auto aside = store::replace_database(database, store::kCorrupt, now);
  if (!aside) return std::unexpected(aside.error());
  log::warn("store.replaced", {{"file", database.string()}, {"set_aside", aside->string()}});
  return {};
}

}  // namespace

Result<OpenedCursors> open_cursors(const std::filesystem::path& database, WallTime now) {
  if (auto finished = store::finish_replacement(database); !finished)
    return std::unexpected(finished.error());
  auto opened = open_whole(database);
  if (opened || opened.error().kind != ErrorKind::corrupt) return opened;
  if (auto begun = begin_anew(database, now, opened.error()); !begun) return std::unexpected(begun.error());
  return open_whole(database);
}

void CursorStore::save(Box box, delivery::StreamCursor cursor, store::Writer::Done done) {
  writer_.submit(
      [box = std::move(box), cursor = std::move(cursor)](store::Connection& db) -> Result<> {
        write_cursor(db, box, cursor);
        return {};
      },
      std::move(done));
}

}  // namespace millrace::relay

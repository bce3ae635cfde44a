// Old settled rows leave the disk; what proves that nothing else did stays.
#include "core/delivery/outbox.hpp"
#include "core/delivery/outbox_row.hpp"

namespace millrace::delivery {
namespace {

struct Prunable {
  int64_t stream = 0;
  uint64_t pruned_through = 0;
  uint64_t bound = 0;  // rows up to here stand behind a checkpoint that the centre has
};

std::vector<Prunable> prunable_streams(store::Connection& db) {
  std::vector<Prunable> streams;
  uint64_t covered = 0;  // of the current stream
  {
    Query query(db, "SELECT settled_through, checkpoint_sequence FROM stream ORDER BY number DESC LIMIT 1");
    if (!query->step()) return streams;
    const auto settled_through = static_cast<uint64_t>(query->integer(0));
    const auto checkpoint = static_cast<uint64_t>(query->integer(1));
    // The first record of a stream vouches for nothing in it.
    if (checkpoint > 1 && checkpoint <= settled_through) covered = checkpoint - 1;
  }
  if (covered == 0) return streams;
  Query query(db, "SELECT number, pruned_through, last_sequence FROM stream ORDER BY number");
  while (query->step()) {
    streams.push_back({query->integer(0), static_cast<uint64_t>(query->integer(1)),
                       static_cast<uint64_t>(query->integer(2))});
  }
  // Whatever earlier streams had left to send was moved into this one before its checkpoint.
  streams.back().bound = covered;
  return streams;
}

struct OldRow {
  int64_t id = 0;
  uint64_t sequence = 0;
  int64_t payload = 0;
  Hash hash{};
  bool parked = false;
};

/// The next row of the stream, when it may go.
std::optional<OldRow> next_old(store::Connection& db, const Prunable& at, WallTime before) {
  Query query(db,
              "SELECT id, sequence, payload, hash, state, coalesce(receipted_at, recorded_at) FROM record"
              " WHERE stream = ? AND sequence > ? AND sequence <= ? ORDER BY sequence LIMIT 1",
              at.stream, at.pruned_through, at.bound);
  if (!query->step()) return std::nullopt;
  const auto state = query->text(4);
  if (state == "pending" || query->integer(5) >= before.time_since_epoch().count()) return std::nullopt;
  return OldRow{query->integer(0), static_cast<uint64_t>(query->integer(1)), query->integer(2),
                fixed_bytes<Hash>(query->bytes(3)), state == "parked"};
}

void remove(store::Connection& db, int64_t record, int64_t payload) {
  db.statement("DELETE FROM record WHERE id = ?").bind(record).run();
  db.statement("DELETE FROM payload WHERE id = ? AND NOT EXISTS (SELECT 1 FROM record WHERE payload = ?)")
      .bind(payload, payload)
      .run();
}

/// Rows that waited for a person when their neighbours went, and wait no more.
std::optional<OldRow> next_decided(store::Connection& db, const Prunable& at, WallTime before) {
  Query query(db,
              "SELECT id, sequence, payload FROM record WHERE stream = ? AND sequence <= ?"
              " AND state IN ('replayed', 'discarded') AND receipted_at < ? LIMIT 1",
              at.stream, at.pruned_through, before.time_since_epoch().count());
  if (!query->step()) return std::nullopt;
  return OldRow{query->integer(0), static_cast<uint64_t>(query->integer(1)), query->integer(2), {}, false};
}

}  // namespace

uint64_t Outbox::prune(store::Connection& db, WallTime before, uint64_t most_rows) const {
  // A clock that jumped ahead would make everything old.
  if (clock_.state() != ClockState::synced) return 0;
  uint64_t removed = 0;
  for (auto& at : prunable_streams(db)) {
    uint64_t looked_at = 0;
    for (; looked_at < most_rows - removed; ++looked_at) {
      const auto row = next_old(db, at, before);
      if (!row) break;
      if (!row->parked) remove(db, row->id, row->payload);
      at.pruned_through = row->sequence;
      db.statement("UPDATE stream SET pruned_through = ?, pruned_hash = ? WHERE number = ?")
          .bind(row->sequence, BytesView(row->hash), at.stream)
          .run();
    }
    removed += looked_at;
    while (removed < most_rows) {
      const auto row = next_decided(db, at, before);
      if (!row) break;
      remove(db, row->id, row->payload);
      ++removed;
    }
  }
  return removed;
}

}  // namespace millrace::delivery

// Questions to the durable log. All throw store::Failure: wrap them in store::read, or call them in a job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/delivery/outbox.hpp"

namespace millrace::delivery {

/// The current stream's position; nothing before the first record.
std::optional<StreamPosition> read_position(store::Connection& db);

/// The hash of the current stream's record `sequence`; hash(0) for 0; nothing when there is no such record.
std::optional<Hash> read_hash(store::Connection& db, uint64_t sequence);

struct StoredRecord {
  uint64_t sequence = 0;
  Event event;            ///< as published, with its evidence
  size_t size_bytes = 0;  ///< attributes and data, what the window counts
};

/// Records of the current stream from `from` on, in order and without gaps: at most `most_records`, and no
/// more than fit into `most_bytes` (none, when the first does not fit).
std::vector<StoredRecord> read_records(store::Connection& db, uint64_t from, size_t most_records,
                                       size_t most_bytes);

/// What became of one event.
struct RecordStatus {
  Uuid stream_id;
  uint64_t sequence = 0;
  Uuid event_id;
  RecordState state = RecordState::pending;
  std::string reason;            ///< why it is parked
  bool maybe_delivered = false;  ///< parked after a doubtful send
  WallTime recorded;
  std::optional<WallTime> receipted;  ///< when the receipt that settled or parked it was committed
};
/// By event id; the living row (not moved, not replayed).
std::optional<RecordStatus> find_record(store::Connection& db, const Uuid& event_id);

/// When the last receipt for the current stream was committed. Nothing before the first: so
/// it is at the beginning of a new stream, too.
std::optional<WallTime> read_last_receipt(store::Connection& db);

/// The current stream's last record in which the box vouches for its position; before the first one, 0 and
/// when the stream was opened.
struct Checkpoint {
  uint64_t sequence = 0;
  WallTime recorded;
};
std::optional<Checkpoint> read_checkpoint(store::Connection& db);

/// Why a new stream is to be opened before anything else is done with this disk.
std::optional<std::string> must_leave(store::Connection& db);

struct Backlog {
  uint64_t depth = 0;              ///< records without a committed receipt
  std::optional<WallTime> oldest;  ///< when the first of them was recorded
  uint64_t unsettled_bytes = 0;    ///< counts towards the quota
  uint64_t parked = 0;             ///< rows that a person must see to
};
Backlog read_backlog(store::Connection& db);

}  // namespace millrace::delivery

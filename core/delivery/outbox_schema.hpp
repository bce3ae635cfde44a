// The outbox's tables: the format on disk.
#pragma once

#include <string_view>

namespace millrace::delivery {

/// A daemon's migrations are one numbered list: put these in as steps of it, e.g.
/// `{1, kOutboxSchema1}, {2, kEdgeSchema1}`. Never edited; later changes are kOutboxSchema2 and so on.
/// Times are milliseconds since 1970 UTC; ids and hashes are their raw bytes.
inline constexpr std::string_view kOutboxSchema1 = R"sql(
-- One row for each stream this disk has ever had; the highest number is the current one. last_sequence and
-- last_hash are kept here and not taken from the rows, so that no pruning can ever give out a number twice.
CREATE TABLE stream (
  number          INTEGER PRIMARY KEY,
  stream_id       BLOB    NOT NULL UNIQUE CHECK (length(stream_id) = 16),
  opened_at       INTEGER NOT NULL,
  last_sequence   INTEGER NOT NULL DEFAULT 0,
  last_hash       BLOB    NOT NULL CHECK (length(last_hash) = 32),
  settled_through INTEGER NOT NULL DEFAULT 0 CHECK (settled_through <= last_sequence),
  -- size_bytes of the pending and parked rows: what counts towards the quota.
  unsettled_bytes INTEGER NOT NULL DEFAULT 0 CHECK (unsettled_bytes >= 0)
) STRICT;

-- Data bytes, apart from the record, so that a moved or replayed record does not copy them.
CREATE TABLE payload (
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

-- attributes are the canonical attribute bytes that were signed; traceparent is the one attribute that is
-- published but not signed.
CREATE TABLE record (
  id              INTEGER PRIMARY KEY,
  stream          INTEGER NOT NULL REFERENCES stream(number),
  sequence        INTEGER NOT NULL CHECK (sequence > 0),
  event_id        BLOB    NOT NULL CHECK (length(event_id) = 16),
  attributes      BLOB    NOT NULL,
  traceparent     TEXT,
  payload         INTEGER NOT NULL REFERENCES payload(id),
  size_bytes      INTEGER NOT NULL,
  prevhash        BLOB    NOT NULL CHECK (length(prevhash) = 32),
  hash            BLOB    NOT NULL CHECK (length(hash) = 32),
  signature       BLOB    NOT NULL CHECK (length(signature) = 64),
  key_id          TEXT    NOT NULL,
  state           TEXT    NOT NULL DEFAULT 'pending'
                  CHECK (state IN ('pending', 'settled', 'parked', 'moved', 'replayed', 'discarded')),
  reason          TEXT,
  maybe_delivered INTEGER NOT NULL DEFAULT 0,
  recorded_at     INTEGER NOT NULL,
  receipted_at    INTEGER,
  UNIQUE (stream, sequence)
) STRICT;

-- An event lives once: moved and replayed rows have a successor with the same id.
CREATE UNIQUE INDEX record_event ON record (event_id) WHERE state NOT IN ('moved', 'replayed');
CREATE INDEX record_parked ON record (stream, sequence) WHERE state = 'parked';
)sql";

/// Checkpoints, pruning, and what a person decided about parked records.
inline constexpr std::string_view kOutboxSchema2 = R"sql(
-- The last record in which the box vouches for its position, and when it was made (0: none yet).
ALTER TABLE stream ADD COLUMN checkpoint_sequence INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN checkpoint_at       INTEGER NOT NULL DEFAULT 0;
-- Up to here the rows are gone, but for those that still wait for a person; the chain goes on from this hash.
ALTER TABLE stream ADD COLUMN pruned_through INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN pruned_hash    BLOB;
-- Whether a payload is still used, when a record that used it goes.
CREATE INDEX record_payload ON record (payload);

-- Every decision of a person about a parked record. Never changed, never pruned.
CREATE TABLE audit (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  actor     TEXT    NOT NULL,
  action    TEXT    NOT NULL CHECK (action IN ('replay', 'discard')),
  stream_id BLOB    NOT NULL CHECK (length(stream_id) = 16),
  sequence  INTEGER NOT NULL,
  event_id  BLOB    NOT NULL CHECK (length(event_id) = 16),
  reason    TEXT    NOT NULL
) STRICT;

-- A row says that this disk is not the one that the world knows, and why: nothing is recorded or published
-- before a new stream is open.
CREATE TABLE leave_stream (
  id     INTEGER PRIMARY KEY CHECK (id = 1),
  reason TEXT    NOT NULL
) STRICT;
)sql";

}  // namespace millrace::delivery

// The tables of bus.db. Steps are numbered, never edited, only added.
#pragma once

#include <array>

#include "core/store/database.hpp"

namespace millrace::bus {

inline constexpr std::array<store::Migration, 4> kMigrations{{{1, R"sql(
-- A queue, topic, subscription or dead-letter sub-queue. The number outlives the messages: it is never reused.
CREATE TABLE entity (
  id            INTEGER PRIMARY KEY,
  path          TEXT NOT NULL UNIQUE COLLATE NOCASE,
  next_sequence INTEGER NOT NULL DEFAULT 1
);

-- The sender's bytes, once for all subscriptions that hold the message.
CREATE TABLE payload (
  id      INTEGER PRIMARY KEY,
  encoded BLOB NOT NULL
);

CREATE TABLE message (
  entity             INTEGER NOT NULL REFERENCES entity (id),
  sequence           INTEGER NOT NULL,
  enqueue_sequence   INTEGER NOT NULL,
  payload            INTEGER NOT NULL REFERENCES payload (id),
  session_id         TEXT NOT NULL,
  enqueued_ms        INTEGER NOT NULL,
  time_to_live_ms    INTEGER,
  expires_ms         INTEGER,
  delivery_count     INTEGER NOT NULL,
  state              INTEGER NOT NULL,
  changed            TEXT NOT NULL,           -- JSON, see properties_json.hpp
  dead_letter_source TEXT NOT NULL,
  PRIMARY KEY (entity, sequence)
) WITHOUT ROWID;
CREATE INDEX message_by_payload ON message (payload);

-- The duplicate detection history.
CREATE TABLE seen (
  entity     INTEGER NOT NULL REFERENCES entity (id),
  message_id TEXT NOT NULL,
  until_ms   INTEGER NOT NULL,
  PRIMARY KEY (entity, message_id)
) WITHOUT ROWID;
CREATE INDEX seen_by_time ON seen (entity, until_ms);

CREATE TABLE session_state (
  entity     INTEGER NOT NULL REFERENCES entity (id),
  session_id TEXT NOT NULL,
  state      BLOB NOT NULL,
  PRIMARY KEY (entity, session_id)
) WITHOUT ROWID;
)sql"},
                                                              {2, R"sql(
-- When it is, or was, to be enqueued.
ALTER TABLE message ADD COLUMN scheduled_ms INTEGER;
)sql"},
                                                              {3, R"sql(
-- What an entity is. One that administration deleted stays here as long as the file of entities names it.
CREATE TABLE definition (
  path      TEXT PRIMARY KEY COLLATE NOCASE,
  described TEXT,  -- JSON, see definition_json.hpp; null: deleted
  from_file TEXT   -- what the file said when it was last followed; null: it does not name this entity
) WITHOUT ROWID;
)sql"},
                                                              {4, R"sql(
ALTER TABLE payload ADD COLUMN partition_key TEXT;
)sql"}}};

}  // namespace millrace::bus

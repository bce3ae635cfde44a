// The edge's own tables in edge.db, beside the outbox: the format on disk.
#pragma once

#include <string_view>

#include "core/delivery/outbox_schema.hpp"
#include "core/store/database.hpp"

namespace millrace::edge {

/// The name of the lock that whoever writes into a box's data folder holds (core/store/folder_lock.hpp).
inline constexpr std::string_view kEdgeLock = "edge";

/// A step of kEdgeMigrations. Never edited; later changes are kEdgeSchema2 and so on. Times are milliseconds
/// since 1970 UTC; ids and hashes are their raw bytes.
inline constexpr std::string_view kEdgeSchema1 = R"sql(
-- Every package that an attempt began with, whole: what happens to the file later does not matter to it.
CREATE TABLE package (
  sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  content TEXT NOT NULL
) STRICT;

-- counted_mono_ms is on the monotonic clock of the daemon's run `run`; while it is set the timer runs. Found
-- with another run's id, that run ended without a word: a power cut or a crash.
CREATE TABLE attempt (
  attempt_id         BLOB    PRIMARY KEY CHECK (length(attempt_id) = 16),
  operator_id        TEXT    NOT NULL,
  assignment_id      TEXT    NOT NULL,
  assignment_version INTEGER NOT NULL,
  attempt_no         INTEGER NOT NULL CHECK (attempt_no > 0),
  test_id            TEXT    NOT NULL,
  test_version       INTEGER NOT NULL,
  package_sha256     BLOB    NOT NULL REFERENCES package (sha256),
  form_seed          INTEGER NOT NULL,
  time_limit_s       INTEGER,
  pass_mark_bp       INTEGER NOT NULL,
  started_at         INTEGER NOT NULL,
  state              TEXT    NOT NULL CHECK (state IN ('in_progress', 'submitted')),
  lease              INTEGER NOT NULL,
  language           TEXT    NOT NULL,
  kiosk              TEXT    NOT NULL,
  active_ms          INTEGER NOT NULL,
  counted_mono_ms    INTEGER,
  run                BLOB    NOT NULL CHECK (length(run) = 16),
  last_seen          INTEGER NOT NULL,
  paused             INTEGER,
  journal_length     INTEGER NOT NULL DEFAULT 0,
  journal_sha256     BLOB    NOT NULL CHECK (length(journal_sha256) = 32),
  UNIQUE (operator_id, assignment_id, attempt_no)
) STRICT;
-- One at a time.
CREATE UNIQUE INDEX attempt_open ON attempt (operator_id, assignment_id) WHERE state = 'in_progress';

-- Every saved answer in order, never changed: the last one of an item counts. `hash` chains them.
CREATE TABLE journal (
  attempt_id BLOB    NOT NULL REFERENCES attempt (attempt_id),
  number     INTEGER NOT NULL CHECK (number > 0),
  item_id    TEXT    NOT NULL,
  response   TEXT    NOT NULL,
  flagged    INTEGER NOT NULL,
  saved_at   INTEGER NOT NULL,
  active_ms  INTEGER NOT NULL,
  PRIMARY KEY (attempt_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE interruption (
  id         INTEGER PRIMARY KEY,
  attempt_id BLOB    NOT NULL REFERENCES attempt (attempt_id),
  kind       INTEGER NOT NULL,
  from_at    INTEGER NOT NULL,
  to_at      INTEGER NOT NULL,
  resumed_on TEXT    NOT NULL
) STRICT;
CREATE INDEX interruption_attempt ON interruption (attempt_id);

CREATE TABLE outcome (
  attempt_id           BLOB    PRIMARY KEY REFERENCES attempt (attempt_id),
  event_id             BLOB    NOT NULL UNIQUE CHECK (length(event_id) = 16),
  sequence             INTEGER NOT NULL,
  saved_at             INTEGER NOT NULL,
  score_bp             INTEGER NOT NULL,
  passed               INTEGER NOT NULL,
  critical_item_failed INTEGER NOT NULL,
  correct              INTEGER NOT NULL,
  total                INTEGER NOT NULL,
  topics_missed        TEXT    NOT NULL,  -- ids, separated by commas
  end_reason           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every write that a kiosk ever made under a key of its own. body is the request without PIN and lease.
CREATE TABLE submission (
  submission_key BLOB    PRIMARY KEY CHECK (length(submission_key) = 16),
  operator_id    TEXT    NOT NULL,
  body           TEXT    NOT NULL,
  attempt_id     BLOB    NOT NULL,
  lease          INTEGER NOT NULL,
  saved_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The same key with another body: nothing is discarded, a person looks at both.
CREATE TABLE key_conflict (
  id             INTEGER PRIMARY KEY,
  submission_key BLOB    NOT NULL,
  operator_id    TEXT    NOT NULL,
  kiosk          TEXT    NOT NULL,
  body           TEXT    NOT NULL,
  came_at        INTEGER NOT NULL,
  UNIQUE (submission_key, operator_id, body)
) STRICT;

-- Wrong PINs in a row. subject is the SHA-256 of what was given as the badge.
CREATE TABLE lockout (
  subject              BLOB    PRIMARY KEY CHECK (length(subject) = 32),
  known                INTEGER NOT NULL,
  failures             INTEGER NOT NULL,
  boot                 TEXT    NOT NULL,
  locked_until_mono_ms INTEGER NOT NULL,
  tried                INTEGER NOT NULL
) STRICT;
CREATE INDEX lockout_tried ON lockout (tried);

-- Written now and then, to know that the disk takes writes.
CREATE TABLE probe (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  written_at INTEGER NOT NULL
) STRICT;
)sql";

inline constexpr std::string_view kEdgeSchema2 = R"sql(
-- The pictures and sounds of every package that an attempt began with.
CREATE TABLE media (
  sha256  BLOB PRIMARY KEY CHECK (length(sha256) = 32),
  content BLOB NOT NULL
) STRICT;
)sql";

/// Witnesses, unlocking, requests and decisions.
inline constexpr std::string_view kEdgeSchema3 = R"sql(
ALTER TABLE attempt ADD COLUMN witness_required INTEGER NOT NULL DEFAULT 0;

-- Every badge that a team leader let try again. Never changed. operator_id is empty when nobody has the badge.
CREATE TABLE unlock (
  id          INTEGER PRIMARY KEY,
  at          INTEGER NOT NULL,
  leader_id   TEXT    NOT NULL,
  operator_id TEXT    NOT NULL,
  kiosk       TEXT    NOT NULL
) STRICT;

-- What was asked for at this box. The comment is in the event alone. made_by is the operator, or the leader
-- who asked for them. batch_id names an act of a leader, and position counts within it, from 0.
CREATE TABLE request (
  request_id     BLOB    PRIMARY KEY CHECK (length(request_id) = 16),
  event_id       BLOB    NOT NULL UNIQUE CHECK (length(event_id) = 16),
  submission_key BLOB    NOT NULL CHECK (length(submission_key) = 16),
  position       INTEGER NOT NULL,
  batch_id       BLOB    CHECK (length(batch_id) = 16),
  operator_id    TEXT    NOT NULL,
  made_by        TEXT    NOT NULL,
  kind           TEXT    NOT NULL,
  skill          TEXT    NOT NULL,
  reason_code    TEXT    NOT NULL,
  saved_at       INTEGER NOT NULL,
  UNIQUE (submission_key, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_operator ON request (operator_id, saved_at);

-- What a leader decided at this box, once for each step in each version of its workflow.
CREATE TABLE decision (
  workflow_id      BLOB    NOT NULL CHECK (length(workflow_id) = 16),
  step_id          TEXT    NOT NULL,
  workflow_version INTEGER NOT NULL,
  event_id         BLOB    NOT NULL UNIQUE CHECK (length(event_id) = 16),
  leader_id        TEXT    NOT NULL,
  decision         TEXT    NOT NULL CHECK (decision IN ('approve', 'reject')),
  saved_at         INTEGER NOT NULL,
  PRIMARY KEY (workflow_id, step_id, workflow_version)
) STRICT, WITHOUT ROWID;
)sql";

/// Which content of a version was begun, and what a leader asked for, without a look at all there ever was.
inline constexpr std::string_view kEdgeSchema4 = R"sql(
CREATE INDEX attempt_version ON attempt (test_id, test_version);
CREATE INDEX request_made_by ON request (made_by, saved_at);
)sql";

/// What was on the screens, and which screens there are.
inline constexpr std::string_view kEdgeSchema5 = R"sql(
-- The question that the operator had before them last; empty before any.
ALTER TABLE attempt ADD COLUMN shown_item TEXT NOT NULL DEFAULT '';
-- How long its question was shown for this answer, where the plant records that.
ALTER TABLE journal ADD COLUMN shown_ms INTEGER;
-- The write that it came with, so that both can go together.
ALTER TABLE journal ADD COLUMN submission_key BLOB;

-- Every screen that asked how the box is, by the name in its start address.
CREATE TABLE kiosk (
  name      TEXT    PRIMARY KEY,
  address   TEXT    NOT NULL,
  app       TEXT    NOT NULL,
  last_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

/// The steps of edge.db, in order.
inline constexpr store::Migration kEdgeMigrations[] = {
    {1, delivery::kOutboxSchema1},
    {2, kEdgeSchema1},
    {3, delivery::kOutboxSchema2},
    {4, kEdgeSchema2},
    {5, kEdgeSchema3},
    {6, kEdgeSchema4},
    {7, kEdgeSchema5},
};

}  // namespace millrace::edge

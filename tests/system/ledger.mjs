// Reads what the box holds on its disk, and what a subscription of the bus holds, and writes it with everything else that
// happened into a history, which millrace_ledger judges (tests/ledger/README.md).
import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect, envelope_of, TOPIC } from '../support/consumer.mjs';
import { parse_attribute_bytes } from '../support/evidence.mjs';
import { bin } from '../support/stack.mjs';

const BATCH = 100;
const SESSIONS_AT_ONCE = 8;
// Nothing more comes when a session stays silent for this long.
const SILENCE_MS = 500;

/// The history of one run as a file.
export class History {
  /// `run`: {boxes, bounds} and what people want to know of it.
  constructor(file, run) {
    this.file = file;
    writeFileSync(file, '');
    this.tell('run', run);
  }

  tell(kind, members = {}) {
    appendFileSync(this.file, `${JSON.stringify({ kind, at_ms: Date.now(), ...members })}\n`);
  }

  /// Ends it and has it judged: {status, said, verdicts: {I1: 'held' | 'violated' | 'not looked at', …}}.
  judged() {
    this.tell('end');
    const { status, stdout, stderr } = spawnSync(join(bin, 'millrace_ledger'), [this.file], { encoding: 'utf8' });
    const lines = stdout.matchAll(/^(I\d+) +(held|violated|not looked at) /gm);
    return { status, said: stdout + stderr, verdicts: Object.fromEntries([...lines].map(([, id, verdict]) => [id, verdict])) };
  }
}

/// Event id → {stream, sequence, session, data, hash, prevhash, state} of every record in the box's database. The box must
/// be stopped: only one process may checkpoint.
export function stored_records(database) {
  const db = new DatabaseSync(database, { readOnly: true });
  const rows = db
    .prepare(
      `SELECT stream.stream_id, record.event_id, record.sequence, record.attributes, record.hash, record.prevhash,
              record.state, payload.data
         FROM record JOIN payload ON payload.id = record.payload JOIN stream ON stream.number = record.stream
        ORDER BY record.stream, record.sequence`,
    )
    .all();
  db.close();
  return new Map(
    rows.map(({ stream_id, event_id, sequence, attributes, hash, prevhash, state, data }) => [
      uuid_of(event_id),
      {
        stream: uuid_of(stream_id),
        sequence,
        session: parse_attribute_bytes(Buffer.from(attributes)).partitionkey,
        state,
        hash: Buffer.from(hash),
        prevhash: Buffer.from(prevhash),
        data: Buffer.from(data),
      },
    ]),
  );
}

const BOX = 'box-1';
const POSSIBLE_DUPLICATE = 'millrace_possible_duplicate';

/// What the box holds: each record, and what became of its row. An operator's record was handed in; the others are the
/// box's own.
export function tell_stored(history, stored) {
  for (const [event_id, { stream, sequence, session, hash, prevhash, state }] of stored) {
    const row = { box: BOX, stream, sequence, event_id };
    history.tell('captured', {
      ...row,
      session,
      hash: hash.toString('hex'),
      prevhash: prevhash.toString('hex'),
      submission: session.startsWith('operator:') ? event_id : undefined,
    });
    if (state === 'settled' || state === 'parked') history.tell(state, row);
  }
}

/// One message that the bus holds, as `held_by_sessions` has it. `hash` is that of its content, `record` what the box has
/// under its id.
export function tell_received(history, { id, session, sequence, event, message }, hash, record) {
  history.tell('received', {
    stream: event.attributes.streamid,
    sequence,
    event_id: id,
    session,
    hash: hash.toString('hex'),
    notice: false,
    marked: message.applicationProperties[POSSIBLE_DUPLICATE] === true,
    data_equal: record !== undefined && event.data.equals(record.data),
  });
}

/// How many handed-in tests the box's database knows.
export function stored_outcomes(database) {
  const db = new DatabaseSync(database, { readOnly: true });
  const { count } = db.prepare('SELECT count(*) AS count FROM outcome').get();
  db.close();
  return count;
}

export function uuid_of(bytes) {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/// Empties the named sessions of a subscription: session → its messages in the order in which they came, each
/// completed before the next batch.
export const held_by_sessions = (connection_string, subscription, sessions) =>
  held_by(connection_string, [TOPIC, subscription], sessions);

/// The same of a queue: [its name].
export async function held_by(connection_string, entity, sessions) {
  const client = connect(connection_string);
  const held = new Map(sessions.map((session) => [session, []]));
  const waiting = [...sessions];
  const drain = async () => {
    for (let session = waiting.pop(); session; session = waiting.pop()) {
      const receiver = await client.acceptSession(...entity, session, { skipParsingBodyAsJson: true });
      for (;;) {
        const messages = await receiver.receiveMessages(BATCH, { maxWaitTimeInMs: SILENCE_MS });
        if (messages.length === 0) break;
        for (const message of messages) {
          held.get(session).push({ message, ...envelope_of(message) });
          await receiver.completeMessage(message);
        }
      }
      await receiver.close();
    }
  };
  await Promise.all(Array.from({ length: SESSIONS_AT_ONCE }, drain));
  await client.close();
  return held;
}

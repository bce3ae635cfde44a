// Reads what the box holds on its disk, and what a subscription of the bus holds, to be compared.
import { DatabaseSync } from 'node:sqlite';
import { connect, envelope_of, TOPIC } from '../support/consumer.mjs';

const BATCH = 100;
const SESSIONS_AT_ONCE = 8;
// Nothing more comes when a session stays silent for this long.
const SILENCE_MS = 500;

/// Event id → {sequence, data, hash, state} of every record in the box's database. The box must be stopped: only one
/// process may checkpoint.
export function stored_records(database) {
  const db = new DatabaseSync(database, { readOnly: true });
  const rows = db
    .prepare(
      `SELECT record.event_id, record.sequence, record.hash, record.state, payload.data
         FROM record JOIN payload ON payload.id = record.payload ORDER BY record.stream, record.sequence`,
    )
    .all();
  db.close();
  return new Map(
    rows.map(({ event_id, sequence, hash, state, data }) => [
      uuid_of(event_id),
      { sequence, state, hash: Buffer.from(hash), data: Buffer.from(data) },
    ]),
  );
}

function uuid_of(bytes) {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/// Empties the named sessions of a subscription: session → its messages in the order in which they came, each
/// completed before the next batch.
export async function held_by_sessions(connection_string, subscription, sessions) {
  const client = connect(connection_string);
  const held = new Map(sessions.map((session) => [session, []]));
  const waiting = [...sessions];
  const drain = async () => {
    for (let session = waiting.pop(); session; session = waiting.pop()) {
      const receiver = await client.acceptSession(TOPIC, subscription, session, { skipParsingBodyAsJson: true });
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

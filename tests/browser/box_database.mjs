// What a box holds on its disk, read past it.
import { DatabaseSync } from 'node:sqlite';

const uuid = (bytes) => {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

/// Attempts with their journals and outcomes, requests and decisions, the keys of all writes, the records to be sent. `file`: the box's database.
export function read_box(file) {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const journal = db.prepare('SELECT attempt_id, item_id, response FROM journal ORDER BY attempt_id, number').all();
    const attempts = db.prepare('SELECT attempt_id, operator_id, state FROM attempt').all();
    const requests = db.prepare('SELECT submission_key, event_id, operator_id, made_by FROM request ORDER BY submission_key, position').all();
    const decisions = db.prepare('SELECT event_id, step_id, leader_id FROM decision').all();
    const outcomes = db.prepare('SELECT attempt_id, event_id, score_bp FROM outcome').all();
    return {
      attempts: attempts.map(({ attempt_id, operator_id, state }) => ({
        attempt_id: uuid(attempt_id),
        operator_id,
        state,
        journal: journal
          .filter((entry) => uuid(entry.attempt_id) === uuid(attempt_id))
          .map(({ item_id, response }) => ({ item: item_id, response: JSON.parse(response) })),
      })),
      outcomes: outcomes.map(({ attempt_id, event_id, score_bp }) => ({ attempt_id: uuid(attempt_id), event_id: uuid(event_id), score_bp })),
      keys: new Set(db.prepare('SELECT submission_key FROM submission').all().map(({ submission_key }) => uuid(submission_key))),
      requests: requests.map(({ submission_key, event_id, ...more }) => ({ key: uuid(submission_key), event_id: uuid(event_id), ...more })),
      decisions: decisions.map(({ event_id, ...more }) => ({ event_id: uuid(event_id), ...more })),
      recorded: db.prepare('SELECT event_id FROM record').all().map(({ event_id }) => uuid(event_id)),
      records: db.prepare('SELECT count(*) AS n FROM record').get().n,
      conflicts: db.prepare('SELECT count(*) AS n FROM key_conflict').get().n,
    };
  } finally {
    db.close();
  }
}

// What the kiosk API answers while the box cannot store: its disk is full, or somebody else holds its database.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { submission_key } from '../support/operator_client.mjs';
import { WRITES_OF_DESK } from './api_requests_journey.mjs';
import { Screen } from './screen.mjs';

const OPERATOR = { badge: '10004', pin: '4714' };
/// PINs for one badge are looked at one after the other, and each would wait for the database: a leader for each write.
const LEADER_PIN = '4723';
export const LEADER_BADGES = ['20003', '20004', '20005', '20006'];
/// As the box's database and log need; less than its ballast. In blocks of 512 bytes.
const FILE_BLOCKS_MOST = 16_384;

/// The statuses of every write of somebody who takes a test and of a leader, each in a form that a sound box takes.
async function all_writes({ operator, leaders, attempt }) {
  const path = `/api/v1/attempts/${attempt.attempt_id}`;
  const [item] = attempt.items;
  const { lease } = attempt;
  const writes = [
    [leaders[0], 'POST', '/api/v1/unlock', { leader_badge: LEADER_BADGES[0], leader_pin: LEADER_PIN, badge: OPERATOR.badge, kiosk: 'k1' }],
    [operator, 'POST', '/api/v1/attempts', { submission_key: submission_key(), assignment_id: 'as-5', language: 'en' }],
    [operator, 'PUT', `${path}/answers/${item.item_id}`, { submission_key: submission_key(), lease, response: null, flagged: true }],
    [operator, 'POST', `${path}/submit`, { submission_key: submission_key(), lease, ...OPERATOR }],
    ...WRITES_OF_DESK.map(([address, body_of], i) => [leaders[i + 1], 'POST', address, { ...body_of(), pin: LEADER_PIN }]),
  ];
  return Promise.all(writes.map(async ([screen, method, address, body]) => (await screen.ask(method, address, body)).status));
}

/// Their screens; the sessions of those before ended with the box.
async function signed_in(box, answers) {
  const [operator, ...leaders] = [null, ...LEADER_BADGES].map(() => new Screen(box.url, answers));
  await operator.sign_in(OPERATOR.badge, OPERATOR.pin);
  for (const [i, leader] of leaders.entries()) await leader.sign_in(LEADER_BADGES[i], LEADER_PIN);
  return { operator, leaders };
}

/// Nobody can write into the database, as when a copy of it is made by hand.
async function while_held(box, people) {
  const holder = new DatabaseSync(join(box.data, 'edge.db'));
  holder.exec('BEGIN IMMEDIATE');
  try {
    const door = new Screen(box.url, people.operator.answers);
    const [{ status }, statuses] = await Promise.all([
      door.ask('POST', '/api/v1/session', { ...OPERATOR, kiosk: 'k1' }), all_writes(people),
    ]);
    assert.deepEqual(new Set([status, ...statuses]), new Set([503]), statuses.join());
  } finally {
    holder.exec('ROLLBACK');
    holder.close();
  }
}

/// A box that cannot have the room that it holds back for results has no room for new ones either.
async function while_full(box, answers, attempt) {
  const { program, args } = box.edge;
  await box.stop();
  rmSync(join(box.data, 'edge.ballast'));
  Object.assign(box.edge, {
    program: '/bin/sh',
    args: ['-c', `trap '' XFSZ; ulimit -f ${FILE_BLOCKS_MOST}; exec "$0" "$@"`, program, ...args],
  });
  await box.start();
  const screen = new Screen(box.url, answers);
  assert.equal((await screen.ask('GET', '/api/v1/status')).json.storage, 'full');
  assert.equal((await screen.ask('GET', '/readyz')).status, 503);
  const [unlock, ...statuses] = await all_writes({ ...(await signed_in(box, answers)), attempt });
  // Nothing for the outbox: tried as long as the disk takes anything.
  assert.equal(unlock, 204);
  assert.deepEqual(new Set(statuses), new Set([507]), statuses.join());
  await box.stop();
  Object.assign(box.edge, { program, args });
  await box.start();
}

/// Leaves a box that is well again, and the same writes accepted.
export async function refusals_journey(box, answers) {
  const people = await signed_in(box, answers);
  const { json: attempt } = await people.operator.ask('POST', '/api/v1/attempts', {
    submission_key: submission_key(), assignment_id: 'as-4', language: 'en',
  });
  await while_held(box, { ...people, attempt });
  await while_full(box, answers, attempt);
  const statuses = await all_writes({ ...(await signed_in(box, answers)), attempt });
  assert.ok(statuses.every((status) => status < 500), statuses.join());
}

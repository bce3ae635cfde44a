// The part of the journey in which assignments come to their ends: passed, used up, expired. Operator op-5, badge 10005.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { some_response } from '../support/answers.mjs';
import { submission_key } from '../support/operator_client.mjs';
import { root } from '../support/stack.mjs';

export const FIFTH = { badge: '10005', pin: '4715' };
/// Beside the one that stays open for the tests.
export const ENDS = { 'as-pass': {}, 'as-once': { max_attempts: 1 }, 'as-late': { expires_at: '2020-01-01T00:00:00Z' } };

const right_answers = Object.fromEntries(
  JSON.parse(readFileSync(join(root, 'tests', 'edge', 'data', 'packages', 'pumps.json'), 'utf8')).items.map(({ id, answer }) => [id, answer]),
);

const open = (screen, assignment_id) =>
  screen.ask('POST', '/api/v1/attempts', { submission_key: submission_key(), assignment_id, language: 'en' });

async function take(screen, assignment_id, response_to) {
  const { json: attempt } = await open(screen, assignment_id);
  const path = `/api/v1/attempts/${attempt.attempt_id}`;
  for (const item of attempt.items) {
    const answer = { submission_key: submission_key(), lease: attempt.lease, response: response_to(item), flagged: false };
    await screen.ask('PUT', `${path}/answers/${item.item_id}`, answer);
  }
  await screen.ask('POST', `${path}/submit`, { submission_key: submission_key(), lease: attempt.lease, ...FIFTH });
}

/// `screen`: one that nobody is signed in at.
export async function outcomes_journey(screen) {
  await screen.sign_in(FIFTH.badge, FIFTH.pin);
  await take(screen, 'as-pass', ({ item_id }) => right_answers[item_id]);
  await take(screen, 'as-once', some_response);
  for (const ended of Object.keys(ENDS)) await open(screen, ended);
  await screen.ask('GET', '/api/v1/work');
}

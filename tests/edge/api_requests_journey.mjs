// The part of the journey that asks for training and decides; a team leader with badge 20002 can do both.
import { writeFileSync } from 'node:fs';
import { submission_key } from '../support/operator_client.mjs';
import { Screen } from './screen.mjs';

const PIN = '4721';
const WORKFLOW = '019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01';
const NO_EVENT = '/api/v1/events/0190a5b6-0000-7000-8000-000000000000';
const WRITES = ['/api/v1/requests', '/api/v1/requests/on-behalf', '/api/v1/decisions'];

export function write_workflows(file) {
  const step = {
    workflow_id: WORKFLOW, workflow_version: 3, request_id: '019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11', step_id: 'approval',
    kind: 'retest', skill: 'pump-operation', operator_id: 'op-1', reason_code: 'disturbed', comment: 'Noise',
    requested_at: '2026-01-04T06:00:00Z', due_at: null,
  };
  const steps = [
    step, { ...step, step_id: 'second', operator_id: 'op-gone', due_at: '2099-01-01T00:00:00Z' }, { ...step, step_id: 'own', operator_id: 'tl-2' },
  ];
  writeFileSync(file, JSON.stringify({ format: 'millrace-workflows/1', as_of: '2026-01-05T06:00:00Z', steps }));
}

const asking = () => ({
  submission_key: submission_key(), kind: 'training', skill: 'pump-operation', reason_code: 'other', comment: 'Please',
  comment_language: 'en', needed_by: '2099-12-31', priority: 'normal', pin: PIN,
});
const asking_for_others = () => ({ ...asking(), operator_ids: ['op-1', 'op-2'], operator_acknowledged: true });
const deciding = () => ({
  submission_key: submission_key(), workflow_id: WORKFLOW, step_id: 'approval', workflow_version: 3, decision: 'approve',
  reason: '', pin: PIN,
});
const BODIES = [asking, asking_for_others, deciding];
/// [address, () => body] of each, as the leader with badge 20002 writes it.
export const WRITES_OF_DESK = WRITES.map((path, i) => [path, BODIES[i]]);

/// Each write refused for its form, for a wrong PIN, done, done again, and its key used for something else.
async function write(screen, path, body_of) {
  await screen.ask('POST', path, {});
  await screen.ask('POST', path, {}, { 'x-millrace-csrf': 'wrong' });
  await screen.ask('POST', path, {}, { 'content-type': 'text/plain' });
  await screen.ask('POST', path, { ...body_of(), pin: '0000' });
  const body = body_of();
  const { json } = await screen.ask('POST', path, body);
  await screen.ask('POST', path, body);
  const other = body.decision ? { reason: 'another' } : { comment: 'Another' };
  await screen.ask('POST', path, { ...body, ...other });
  return json;
}

/// `leader`: a screen that nobody is signed in at.
export async function requests_journey(box, leader) {
  for (const path of ['/api/v1/request-choices', '/api/v1/decisions', `${NO_EVENT}/sync`, `${NO_EVENT}/sync/events`]) {
    await leader.ask('GET', path);
  }
  for (const path of WRITES) await leader.ask('POST', path, {});
  const operator = new Screen(box.url, leader.answers);
  await operator.sign_in('10002', '4712');
  for (const path of ['/api/v1/request-choices', '/api/v1/decisions']) await operator.ask('GET', path);
  for (const [i, path] of WRITES.entries()) if (i > 0) await operator.ask('POST', path, BODIES[i]());

  await leader.sign_in('20002', PIN);
  await leader.ask('GET', '/api/v1/request-choices');
  await leader.ask('GET', '/api/v1/decisions');
  const made = await write(leader, WRITES[0], asking);
  await write(leader, WRITES[1], asking_for_others);
  await write(leader, WRITES[2], deciding);
  await leader.ask('POST', WRITES[2], { ...deciding(), workflow_version: 7 });
  await leader.ask('POST', WRITES[2], { ...deciding(), decision: 'reject', reason: 'Too late' });
  await leader.ask('POST', WRITES[2], { ...deciding(), step_id: 'second', decision: 'reject', reason: 'Gone' });
  await leader.ask('POST', WRITES[2], { ...deciding(), step_id: 'own' });
  await leader.ask('GET', '/api/v1/decisions');
  await leader.ask('GET', '/api/v1/work');
  await operator.ask('GET', '/api/v1/work');
  for (const path of [NO_EVENT, `/api/v1/events/${made.event_id}`]) {
    await leader.ask('GET', `${path}/sync`);
    await leader.ask('GET', `${path}/sync/events`);
  }
}

/// The same screen when somebody else has guessed at its badge's PIN too often.
export async function while_locked(leader) {
  for (const [i, path] of WRITES.entries()) await leader.ask('POST', path, BODIES[i]());
}

// The whole line with real processes: a request, a batch on behalf of three operators and a decision, from the kiosk's
// API to their consumers on the bus, while the box is killed and everything is asked again.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decode_event, type_of } from '../support/events.mjs';
import { faults_of_run, public_key, sha256 } from '../support/evidence.mjs';
import { OperatorClient, submission_key } from '../support/operator_client.mjs';
import { until } from '../support/process.mjs';
import { root, Stack } from '../support/stack.mjs';
import { held_by, held_by_sessions, stored_records } from './ledger.mjs';

const PIN = '4711';
const DELIVERED_WITHIN_MS = 30_000;
const STEP = {
  workflow_id: '019aa8c0-1c00-7a10-8f00-3a5d2e6b9c01',
  workflow_version: 3,
  request_id: '019aa8bf-7d40-7e21-9b02-5c1f7a8d4e11',
  step_id: 'approval',
};
const COMMANDS = 'millrace-commands-workflow';
const PEOPLE = ['op-1', 'op-2', 'op-3'];

let folder;
let stack;
let operator;
let leader;
let passed = 0;
/// What was posted, and what the box answered: {path, body, answer, by}.
const posted = [];

const asked = (more) => ({
  submission_key: submission_key(),
  kind: 'training',
  skill: 'line-check',
  reason_code: 'new-task',
  comment: 'Die neue Prüfstation läuft ab Montag.\n谢谢',
  comment_language: 'de',
  needed_by: '2027-01-31',
  priority: 'high',
  pin: PIN,
  ...more,
});

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-requests-'));
  const packages = join(folder, 'packages');
  mkdirSync(packages);
  cpSync(join(root, 'tests/system/short_check.json'), join(packages, 'short_check.json'));
  const workflows = join(folder, 'workflows.json');
  writeFileSync(
    workflows,
    JSON.stringify({
      format: 'millrace-workflows/1',
      as_of: '2026-01-05T06:00:00Z',
      steps: [
        {
          ...STEP,
          kind: 'retest',
          skill: 'line-check',
          operator_id: 'op-1',
          reason_code: 'disturbed',
          comment: '',
          requested_at: '2026-01-04T06:00:00Z',
          due_at: null,
        },
      ],
    }),
  );
  const person = (n, roles) => ({ id: `op-${n}`, badge: `${n}00`, pin: PIN, name: `Person ${n}`, language: 'en', roles });
  stack = await Stack.create({
    folder: join(folder, 'line'),
    operators: [person(1, ['operator']), person(2, ['operator']), person(3, ['operator']), person(9, ['team_leader'])],
    assignments: [],
    packages,
    workflows,
  });
  await stack.start();
  operator = new OperatorClient({ url: stack.url, badge: '100', pin: PIN });
  leader = new OperatorClient({ url: stack.url, badge: '900', pin: PIN });
});

after(async () => {
  await stack?.stop();
  if (passed === 4) rmSync(folder, { recursive: true, force: true });
  else console.log(`  Logs and data are kept in ${folder}`);
  // The SDK holds a socket open for a while.
  setTimeout(() => process.exit(process.exitCode ?? 0), 1_000).unref();
});

async function post(by, path, body) {
  const answer = await by.post(path, body);
  posted.push({ by, path, body, answer });
  return answer;
}

const drained = () =>
  until('every record is receipted', async () => (await stack.status()).outbox.depth === 0, DELIVERED_WITHIN_MS);

test('what is asked and decided is saved while the relay is away', async () => {
  stack.relay.signal('SIGSTOP');
  const request = await post(operator, '/api/v1/requests', asked());
  const batch = await post(
    leader,
    '/api/v1/requests/on-behalf',
    asked({ operator_ids: PEOPLE, operator_acknowledged: true }),
  );
  const decision = await post(leader, '/api/v1/decisions', {
    submission_key: submission_key(),
    workflow_id: STEP.workflow_id,
    step_id: STEP.step_id,
    workflow_version: STEP.workflow_version,
    decision: 'approve',
    reason: 'Go',
    pin: PIN,
  });
  for (const { steps } of [request, ...batch.requests, decision]) assert.equal(steps[1].state, 'waiting');
  assert.deepEqual(batch.requests.map(({ operator_id }) => operator_id), PEOPLE);
  assert.equal((await stack.status()).outbox.depth, 5);
  passed += 1;
});

test('asked again after the box was killed, it answers the same and records nothing more', async () => {
  await stack.edge.kill();
  await stack.edge.start();
  for (const { by, path, body, answer } of posted) assert.deepEqual(await by.post(path, body), answer, path);
  assert.equal((await stack.status()).outbox.depth, 5);
  stack.relay.signal('SIGCONT');
  await drained();
  passed += 1;
});

test('the steps show each as sent once the bus has it', async () => {
  const [request, batch, decision] = posted.map(({ answer }) => answer);
  const sent = async (who, event_id) => (await who.get(`/api/v1/events/${event_id}/sync`)).steps[1].state;
  assert.equal(await sent(operator, request.event_id), 'done');
  for (const { event_id } of batch.requests) assert.equal(await sent(leader, event_id), 'done');
  assert.equal(await sent(leader, decision.event_id), 'done');
  const { requests } = await operator.get('/api/v1/work');
  assert.deepEqual(requests.map(({ event_id }) => event_id), [batch.requests[0].event_id, request.event_id]);
  assert.deepEqual(requests.map(({ on_behalf_by }) => on_behalf_by), ['Person 9', null]);
  const { steps } = await leader.get('/api/v1/decisions');
  assert.equal(steps[0].state, 'sent');
  assert.equal(steps[0].steps[1].state, 'done');
  passed += 1;
});

/// The signature's field is the last of the data, and stands under all before it.
function check_signature({ attributes, data }, field, signer, meaning) {
  const signature = decode_event({ attributes, data })[field];
  assert.equal(signature.signer_id, signer);
  assert.equal(signature.meaning, meaning);
  assert.deepEqual(signature.components_used, ['pin']);
  const type = type_of(attributes.dataschema);
  const encoded = type_of('millrace.events.v1.Signature').encode(type.decode(data)[field]).finish();
  const before = data.length - encoded.length - (encoded.length < 0x80 ? 2 : 3);  // tag and length
  assert.ok(data.subarray(-encoded.length).equals(encoded));
  assert.ok(signature.record_sha256.equals(sha256(data.subarray(0, before))), `${meaning} of ${signer}`);
}

test('their consumers hold each once, with the bytes that the box stored, signed by box and person', async () => {
  const [request, batch, decision] = posted.map(({ answer }) => answer);
  const session = ({ request_id }) => `request:${request_id}`;
  const told = [request, ...batch.requests];
  const events = await held_by_sessions(stack.connection_string, 'training', told.map(session));
  const commands = await held_by(stack.connection_string, [COMMANDS], [session(STEP)]);
  const held = [...events.values(), ...commands.values()];
  assert.ok(held.every((messages) => messages.length === 1), 'one for each request, one for the step');
  assert.equal(await stack.edge.stop(), 0);
  const stored = stored_records(stack.database);
  assert.equal(stored.size, 5);
  for (const [{ id, data, session: lane }] of held) {
    assert.ok(data.equals(stored.get(id).data), id);
    assert.equal(lane, stored.get(id).session);
    assert.equal(stored.get(id).state, 'settled');
  }

  const [{ event: asked_for }] = events.get(session(request));
  assert.equal(asked_for.attributes.type, 'millrace.request.created.v1');
  assert.equal(asked_for.attributes.id, request.event_id);
  assert.equal(decode_event(asked_for).request.comment, posted[0].body.comment);
  check_signature(asked_for, 'signature', 'op-1', 'request.created');
  for (const made of batch.requests) {
    const [{ event }] = events.get(session(made));
    const message = decode_event(event);
    assert.equal(event.attributes.type, 'millrace.request.createdonbehalf.v1');
    assert.equal(event.attributes.id, made.event_id);
    assert.equal(message.request.operator_id, made.operator_id);
    assert.equal(message.batch_id, batch.batch_id);
    check_signature(event, 'delegate_signature', 'op-9', 'request.created');
  }
  const [{ event: command }] = commands.get(session(STEP));
  assert.equal(command.attributes.type, 'millrace.command.decideworkflowstep.v1');
  assert.equal(command.attributes.id, decision.event_id);
  assert.equal(decode_event(command).decision, 'DECISION_APPROVE');
  check_signature(command, 'signature', 'op-9', 'step.decided');

  const keys = Object.fromEntries(stack.boxes.map(({ id, public_key: text }) => [id, public_key(text)]));
  assert.deepEqual(faults_of_run(held.flat().map(({ event }) => event), keys), [], 'events and commands are one chain');
  passed += 1;
});

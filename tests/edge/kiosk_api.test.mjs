// docs/kiosk-api.yaml against a running box, both ways: every route is described and every description is a route; every
// answer of a journey is described, and the journey meets every status that can be had from a sound program.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ApiDocument, read_document } from '../support/api_document.mjs';
import { Box } from '../support/box.mjs';
import { FORMER_API } from '../support/former_box.mjs';
import { submission_key } from '../support/operator_client.mjs';
import { root } from '../support/stack.mjs';
import { broken_bodies } from './api_bodies.mjs';
import { journey } from './api_journey.mjs';
import { ENDS, FIFTH } from './api_outcomes.mjs';
import { LEADER_BADGES, refusals_journey } from './api_refusals.mjs';
import { Screen } from './screen.mjs';

/// A reader of the database waits for nobody: only want of memory or of files makes it busy. Signing in and letting somebody
/// in again are tried on a full disk too, and refused by the disk alone (tests/browser/full_disk.test.mjs has one).
const NOT_MET = /^GET \/api\/v1\/.* 503$|^POST \/api\/v1\/(session|unlock) 507$/;

/// Of the console's API, which console_api.test.mjs looks at: not served to kiosks.
const ON_SOCKET = new Set(['POST /admin/v1/passes']);

/// What no answer of this journey says, each with its reason.
const NEVER_TOLD = {
  'Link.state = up': 'there is neither a broker nor a relay behind this box',
  'Step.code': 'only a relay says that a record needs attention',
  'Step.state = attention': 'only a relay says that a record needs attention',
};
/// How well the machine's clock is kept is the machine's.
const OF_THE_MACHINE = /^Status\.clock_state = /;

let folder;
let box;
let answers;
const document = new ApiDocument();

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-api-'));
  const packages = join(folder, 'packages');
  for (const name of ['packages', 'line']) {
    cpSync(join(root, 'tests', 'edge', 'data', name), packages, { recursive: true });
  }
  // Every kind of question in each attempt: what an answer says must not hang on a draw.
  const line = join(packages, 'line.json');
  writeFileSync(line, readFileSync(line, 'utf8').replaceAll(/"draw": \d+/g, '"draw": null'));
  const assignment = (id, operator_id, more = {}) => ({
    assignment_id: id, operator_id, test_id: 'pumps', test_version: 1, skill: 'pump-operation', ...more,
  });
  box = await Box.create({
    folder: join(folder, 'box'),
    operators: [
      { id: 'op-1', badge: '10001', pin: '4711' },
      { id: 'op-2', badge: '10002', pin: '4712' },
      { id: 'op-3', badge: '10003', pin: '4713' },
      { id: 'op-4', badge: '10004', pin: '4714' },
      { id: 'op-5', ...FIFTH, roles: ['operator', 'team_leader'] },
      { id: 'tl-1', badge: '20001', pin: '4720', roles: ['team_leader'] },
      { id: 'tl-2', badge: '20002', pin: '4721', roles: ['operator', 'team_leader', 'witness'] },
      ...LEADER_BADGES.map((badge) => ({ id: `tl-${badge}`, badge, pin: '4723', roles: ['operator', 'team_leader'] })),
    ],
    assignments: [
      assignment('as-1', 'op-1', { max_attempts: null }),
      assignment('as-2', 'op-2'),
      assignment('as-4', 'op-4'),
      assignment('as-5', 'op-4'),
      assignment('as-6', 'op-5', { test_id: 'line', skill: 'line-operation' }),
      ...Object.entries(ENDS).map(([id, more]) => assignment(id, 'op-5', more)),
      assignment('as-line', 'op-1', { test_id: 'line', skill: 'line-operation' }),
      assignment('as-witnessed', 'op-1', { witness_required: true }),
      assignment('as-closed', 'op-1', { opens_at: '2099-01-01T00:00:00Z' }),
    ],
    packages,
    log_level: 'debug',
  });
  await box.start();
  answers = await journey(box);
  await refusals_journey(box, answers);
});

after(async () => {
  assert.equal(await box?.stop(), 0);
  rmSync(folder, { recursive: true, force: true });
});

/// As the router told them when it was put together.
function routes_of(log) {
  const [, list] = log.match(/ edge\.routes routes="([^"]+)"/);
  return list.split(', ').sort();
}

test('every route is described, and every description is a route', () => {
  const routes = routes_of(readFileSync(box.edge.log, 'utf8'));
  assert.ok(routes.includes('GET /healthz'), routes.join('\n'));
  const of_console = new ApiDocument(read_document('console-api.yaml')).routes.filter((route) => !ON_SOCKET.has(route));
  assert.deepEqual([...document.routes, ...of_console].sort(), routes);
});

test('every reference in the document leads somewhere, and nothing lies about that nobody refers to', () => {
  const parsed = read_document();
  const references = new Set([...JSON.stringify(parsed).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path));
  const components = Object.entries(parsed.components)
    .filter(([kind]) => kind !== 'securitySchemes')
    .flatMap(([kind, all]) => Object.keys(all).map((name) => `components/${kind}/${name}`));
  assert.deepEqual([...references].sort(), components.sort());
});

test('every answer of a journey is as described', () => {
  assert.ok(answers.length > 40, `only ${answers.length} answers`);
  assert.deepEqual(answers.flatMap((answer) => document.faults_of(answer)), []);
});

test('an app of the former release finds in every answer what it reads there, and all that it sends is described still', () => {
  const former = new ApiDocument(FORMER_API, { open: true });
  // A refusal that it does not know it shows by its code.
  assert.deepEqual(answers.filter(({ status }) => status < 400).flatMap((answer) => former.faults_of(answer)), []);
  assert.deepEqual(former.routes.filter((route) => !document.routes.includes(route)), []);
  for (const { method, path, schema } of former.bodies) {
    const now = document.bodies.find((one) => one.method === method && one.path === path);
    const [then, today] = [former.resolve(schema), document.resolve(now.schema)];
    assert.deepEqual(Object.keys(then.properties).filter((name) => !(name in today.properties)), [], `${method} ${path} takes no more`);
    assert.deepEqual(today.required.filter((name) => !then.required.includes(name)), [], `${method} ${path} wants now`);
  }
});

test('the journey meets every status that is described', () => {
  for (const answer of answers) document.faults_of(answer);
  assert.deepEqual(document.statuses.filter((name) => !document.seen.has(name) && !NOT_MET.test(name)), []);
});

test('the journey asks with everything that may stand beside a path', () => {
  assert.ok(document.queries.length > 5, document.queries.join('\n'));
  for (const answer of answers) document.faults_of(answer);
  assert.deepEqual(document.never_asked, []);
  const [asked] = answers.filter(({ path, status }) => path.includes('?') && status < 300);
  const [fault, ...more] = document.faults_of({ ...asked, path: `${asked.path}&other=1` });
  assert.match(fault, /\?other is not described$/);
  assert.deepEqual(more, []);
});

test('a body that is not as described is refused, whatever is wrong about it', async () => {
  const screen = new Screen(box.url, []);
  await screen.sign_in(FIFTH.badge, FIFTH.pin);
  const { json: attempt } = await screen.ask('POST', '/api/v1/attempts', {
    submission_key: submission_key(), assignment_id: 'as-6', language: 'en',
  });
  const door = new Screen(box.url, []);
  const bodies = broken_bodies(document, answers, { assignment_id: 'as-6', lease: attempt.lease });
  assert.ok(bodies.length > 150, `only ${bodies.length} bodies`);
  const taken = [];
  for (const { name, method, path, body } of bodies) {
    const item = attempt.items.find(({ type }) => (body.response?.order ? type === 'ordering' : true));
    const address = path.replace('{id}', attempt.attempt_id).replace('{item}', item.item_id);
    const { status } = await (path === '/api/v1/session' ? door : screen).ask(method, address, body);
    if (status !== 400) taken.push(`${name}: ${status}`);
  }
  assert.deepEqual(taken, []);
});

test('whatever an answer may say is said in some answer', () => {
  for (const answer of answers) document.faults_of(answer);
  assert.deepEqual(document.never_told.filter((word) => !OF_THE_MACHINE.test(word)), Object.keys(NEVER_TOLD).sort());
});

/// The whole answer to these bytes on a connection of their own.
const answer_to = (bytes) =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(new URL(box.url).port), '127.0.0.1');
    socket.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => resolve(text)).on('error', reject);
    socket.write(bytes);
  });

test('what every address answers to a request that it cannot read stands in the introduction', async () => {
  const { description } = read_document().info;
  const rest = 'Host: localhost\r\nConnection: close\r\n';
  const unreadable = {
    'too-large': `POST /api/v1/session HTTP/1.1\r\n${rest}Content-Length: 65537\r\n\r\n${' '.repeat(65_537)}`,
    'header-too-large': `GET /api/v1/work HTTP/1.1\r\n${rest}X-Long: ${'x'.repeat(8_192)}\r\n\r\n`,
    malformed: 'NONSENSE\r\n\r\n',
    'bad-target': `GET * HTTP/1.1\r\n${rest}\r\n`,
  };
  for (const [code, bytes] of Object.entries(unreadable)) {
    const { type, status } = JSON.parse((await answer_to(bytes)).split('\r\n\r\n')[1]);
    assert.equal(type, `urn:millrace:problem:${code}`);
    assert.match(description, new RegExp(`\\b${status}, with [^;]*\`${type}\``));
  }
});

test('what may be cached, and for how long, is as described', () => {
  const media = /^\/api\/v1\/packages\/.*\/media\//;
  const { headers } = read_document().paths['/api/v1/packages/{test}/{version}/media/{name}'].get.responses['200'];
  const told = (those) => [...new Set(answers.filter(those).map((answer) => answer.headers['cache-control']))].sort();
  assert.deepEqual(told(({ path, status }) => media.test(path) && status === 200), headers['Cache-Control'].schema.enum.toSorted());
  assert.deepEqual(told(({ path, status }) => path.startsWith('/api/v1') && !(media.test(path) && status === 200)), ['no-store']);
});

test('a wrong description would be noticed', () => {
  const faults_with = (change) => {
    const changed = read_document();
    change(changed);
    const judge = new ApiDocument(changed);
    return answers.flatMap((answer) => judge.faults_of(answer));
  };
  const wrong = [
    ['a type', ({ components }) => { components.schemas.Item.properties.position = { type: 'string' }; },
      /\/items\/0\/position must be string/],
    ['a member that is not described', ({ components }) => { delete components.schemas.Status.properties.outbox; },
      /additional properties \(outbox\)/],
    ['a member that is not there', ({ components }) => components.schemas.Result.required.push('key'),
      /must have required property 'key'/],
    ['an event of a stream', ({ components }) => components.schemas.AttemptSync.required.push('seat'),
      /\/sync\/events 200: the body must have required property 'seat'/],
    ['a status', ({ paths }) => { delete paths['/api/v1/attempts'].post.responses['409']; },
      /^POST \/api\/v1\/attempts 409 is not described/],
    ['a route', ({ paths }) => { delete paths['/api/v1/work']; }, /^GET \/api\/v1\/work is not described/],
    ['a media type', ({ paths }) => {
      const { content } = paths['/api/v1/packages/{test}/{version}/media/{name}'].get.responses['200'];
      content['audio/*'] = content['image/*'];
      delete content['image/*'];
    }, /is image\/\w+.*, and that is not described/],
    ['a problem', ({ components }) => {
      components.responses.Conflict.content['application/problem+json'].schema.properties.type.enum = ['another'];
    }, /409: \/type must/],
    ['a request', ({ components }) => components.schemas.OpenAttempt.required.push('seat'),
      /^POST \/api\/v1\/attempts 201: .*'seat'/],
  ];
  for (const [what, change, expected] of wrong) {
    assert.ok(faults_with(change).some((fault) => expected.test(fault)), `${what} would go unnoticed`);
  }
});

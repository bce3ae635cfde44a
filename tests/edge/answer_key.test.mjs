// The key to the answers never leaves the box. Two boxes hold the same tests with different right answers; whatever a
// kiosk can ask of them before it has handed in must be the same, byte for byte, apart from ids, times and shuffles.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { some_response, twin_of } from '../support/answers.mjs';
import { ApiDocument } from '../support/api_document.mjs';
import { Box } from '../support/box.mjs';
import { submission_key } from '../support/operator_client.mjs';
import { root } from '../support/stack.mjs';
import { WRITES_OF_DESK, write_workflows } from './api_requests_journey.mjs';
import { Screen } from './screen.mjs';

const FOLDERS = ['demo/packages', 'tests/edge/data/packages', 'tests/edge/data/line', 'tests/system'];
const KINDS = ['single_choice', 'multiple_choice', 'true_false', 'numeric', 'ordering', 'matching', 'hotspot'];
const DIST = join(root, 'kiosk', 'dist');
const PIN = '4711';

let folder;
/// {box, test: package, screen, answers: before handing in, results: after} of the real and of the twin box.
const sides = [];

const is_package = (file) => file.endsWith('.json') && readFileSync(file, 'utf8').includes('"millrace-test-package/1"');

/// Every question is drawn, so that both boxes show the same ones.
function all_drawn(text) {
  const document = JSON.parse(text);
  if (document.draw) document.draw = null;
  for (const section of document.sections ?? []) section.draw = null;
  return document;
}

/// Writes the packages of the project into a folder, each changed; returns them.
function write_packages(to, change) {
  mkdirSync(to, { recursive: true });
  const packages = [];
  for (const from of FOLDERS.map((name) => join(root, name))) {
    for (const name of readdirSync(from)) {
      if (name === 'media') cpSync(join(from, name), join(to, name), { recursive: true });
      if (!is_package(join(from, name))) continue;
      const document = change(all_drawn(readFileSync(join(from, name), 'utf8')));
      writeFileSync(join(to, name), JSON.stringify(document));
      packages.push(document);
    }
  }
  return packages;
}

/// As somebody looks for the key who knows how the box is built.
const GUESSES = (packages) =>
  ['/packages', '/data/edge.db', '/edge.db', '/roster.json', '/assignments.json', '/../packages'].concat(
    packages.flatMap(({ test_id, version }) => [
      `/packages/${test_id}.json`, `/%2e%2e/packages/${test_id}.json`, `/api/v1/packages/${test_id}/${version}`,
      `/api/v1/packages/${test_id}/${version}/media/${test_id}.json`,
      `/api/v1/packages/${test_id}/${version}/media/..%2f..%2f${test_id}.json`,
    ]),
  );

const dist_files = () =>
  readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(DIST, join(entry.parentPath, entry.name))}`);

/// All that a kiosk can ask about an attempt, handed in or not.
async function look_at(screen, { path, media }) {
  for (const address of [...media, path, `${path}/sync`, `${path}/sync/events`]) await screen.ask('GET', address);
}

async function take(screen, assignment) {
  const { json: attempt } = await screen.ask('POST', '/api/v1/attempts', {
    submission_key: submission_key(), assignment_id: assignment.assignment_id, language: assignment.languages[0],
  });
  const path = `/api/v1/attempts/${attempt.attempt_id}`;
  const media = [];
  for (const item of [...attempt.items].sort((a, b) => a.item_id.localeCompare(b.item_id))) {
    const save = (response, flagged) =>
      screen.ask('PUT', `${path}/answers/${item.item_id}`, {
        submission_key: submission_key(), lease: attempt.lease, response, flagged,
      });
    await save({ choice: 'no-such-option' }, false);
    await save({ number: 'abc' }, false);
    await save(some_response(item), true);
    media.push(...[item.image, ...Object.values(item.audio ?? {})].filter(Boolean));
  }
  const taken = { path, lease: attempt.lease, media };
  await look_at(screen, taken);
  return taken;
}

/// What people may ask for who take no test; `screen` is that of a leader.
async function at_the_desk(screen) {
  for (const path of ['/api/v1/session', '/api/v1/session/photo', '/api/v1/request-choices', '/api/v1/decisions', '/api/v1/work']) {
    await screen.ask('GET', path);
  }
  await screen.ask('POST', '/api/v1/unlock', { leader_badge: '20001', leader_pin: PIN, badge: '10001', kiosk: 'k1' });
  const made = [];
  for (const [path, body_of] of WRITES_OF_DESK) {
    const { json } = await screen.ask('POST', path, { ...body_of(), pin: PIN });
    if (json.event_id) made.push(json.event_id);
  }
  assert.ok(made.length > 0, 'no event was made');
  for (const id of made) for (const more of ['sync', 'sync/events']) await screen.ask('GET', `/api/v1/events/${id}/${more}`);
  await screen.ask('DELETE', '/api/v1/session');
}

async function visit(box, packages) {
  const answers = [];
  const screen = new Screen(box.url, answers);
  // First, for what they tell of the broker changes with the seconds.
  for (const path of ['/readyz', '/metrics', '/healthz', '/api/v1/status', '/api/v1/roster']) await screen.ask('GET', path);
  for (const path of ['/', ...dist_files(), ...GUESSES(packages)]) await screen.ask('GET', path);
  const leader = new Screen(box.url, answers);
  await leader.sign_in('20001', PIN);
  await at_the_desk(leader);
  await screen.sign_in('10001', PIN);
  for (const path of GUESSES(packages)) await screen.ask('GET', path);
  const { json: work } = await screen.ask('GET', '/api/v1/work');
  const taken = [];
  for (const assignment of work.assignments) taken.push(await take(screen, assignment));
  const hand_in = ({ path, lease }, pin) =>
    screen.ask('POST', `${path}/submit`, { submission_key: submission_key(), lease, badge: '10001', pin });
  const refused = await hand_in(taken[0], '0000');
  assert.equal(refused.status, 401, refused.text);
  await look_at(screen, taken[0]);
  await screen.ask('GET', '/api/v1/work');
  const results = [];
  const again = Object.assign(screen, { answers: results });
  for (const one of taken) {
    const { status, text } = await hand_in(one, PIN);
    assert.equal(status, 201, text);
    await look_at(again, one);
  }
  await again.ask('GET', '/api/v1/work');
  return { answers, results, taken };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-key-'));
  for (const [name, change] of [['real', (one) => one], ['twin', twin_of]]) {
    const packages = write_packages(join(folder, `${name}-packages`), change);
    const box = await Box.create({
      folder: join(folder, name),
      operators: [
        { id: 'op-1', badge: '10001', pin: PIN, roles: ['operator'] },
        { id: 'op-2', badge: '10002', pin: PIN, roles: ['operator'] },
        { id: 'tl-1', badge: '20001', pin: PIN, roles: ['operator', 'team_leader'] },
      ],
      assignments: packages.map(({ test_id, version, skill }) => ({
        assignment_id: `as-${test_id}`, operator_id: 'op-1', test_id, test_version: version, skill,
      })),
      packages: join(folder, `${name}-packages`),
      http: [`kiosk_dir = ${JSON.stringify(DIST)}`],
      tables: '[kiosk]\nroster_sign_in = true\n[content]\nworkflows = "workflows.json"\n',
    });
    write_workflows(join(folder, name, 'workflows.json'));
    await box.start();
    sides.push({ box, packages, ...(await visit(box, packages)) });
  }
});

after(async () => {
  for (const { box } of sides) assert.equal(await box.stop(), 0);
  rmSync(folder, { recursive: true, force: true });
});

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
/// These differ between any two boxes, or two attempts.
const OF_THE_MOMENT = new Set(['csrf', 'position', 'lease', 'remaining_s', 'oldest_age_s', 'time']);
/// How good the answers were, which is what a result is for.
const OF_THE_RESULT = new Set(['score_bp', 'best_bp', 'outcome', 'correct', 'topics_missed', 'critical_item_failed']);
const LISTS_SHUFFLED = { items: 'item_id', options: 'id', right: 'id' };

function without_moment(key, value) {
  if (OF_THE_MOMENT.has(key)) return null;
  const id = LISTS_SHUFFLED[key];
  if (!id || !Array.isArray(value)) return value;
  return [...value].sort((a, b) => String(a[id]).localeCompare(String(b[id])));
}

const without_result = (key, value) =>
  OF_THE_RESULT.has(key) || (key === 'state' && ['open', 'passed'].includes(value)) ? null : without_moment(key, value);

/// What both boxes must have in common of an answer. Figures say how long things took: only their names are looked at.
function common({ method, path, status, type, headers, text }, handed_in) {
  const told = path === '/metrics' ? text.replaceAll(/ [\d.e+-]+$/gm, '') : text;
  const body = type?.endsWith('json') ? JSON.stringify(JSON.parse(told), handed_in ? without_result : without_moment) : told;
  return [method, path, status, JSON.stringify(headers), body].join(' ').replaceAll(UUID, '<id>').replaceAll(TIME, '<time>');
}

const OF_A_PACKAGE = ['answer', 'answers', 'tolerance', 'scoring', 'critical', 'weight'];

/// The names of the members that only a package has, wherever they stand, and before handing in those of a result that say
/// something.
function members_of_the_key(text, handed_in) {
  const found = [];
  JSON.parse(text, (key, value) => {
    if (OF_A_PACKAGE.includes(key) || (!handed_in && OF_THE_RESULT.has(key) && value !== null)) found.push(key);
    return value;
  });
  return found;
}

/// Everything that gives something away, one sentence each. `handed_in`: the answers may say how good the test was.
function leaks(real, twin, { handed_in = false } = {}) {
  const found = [];
  real.forEach((answer, i) => {
    const [here, there] = [common(answer, handed_in), common(twin[i], handed_in)];
    if (here !== there) found.push(`${answer.method} ${answer.path}: depends on the answers:\n${here}\n${there}`);
    const texts = answer.type === 'text/event-stream' ? answer.text.match(/(?<=^data: ).*/gm) : [answer.text];
    if (answer.type?.endsWith('json') || answer.type === 'text/event-stream') {
      for (const name of texts.flatMap((text) => members_of_the_key(text, handed_in))) found.push(`${answer.method} ${answer.path}: holds ${name}`);
    }
  });
  return found;
}

/// Texts of a test that no file of the kiosk may hold: with the questions the answers would be there too.
const texts_of = (packages) =>
  packages.flatMap(({ items }) => items.flatMap(({ stem }) => Object.values(stem))).filter((text) => text.length > 12);

const static_leaks = (answers, packages) =>
  answers
    .filter(({ path, status }) => status === 200 && !path.startsWith('/api/'))
    .flatMap(({ path, text }) =>
      ['millrace-test-package/1', ...texts_of(packages)].filter((words) => text.includes(words)).map((words) => `${path}: ${words}`),
    );

test('both boxes were asked the same, about every test and every kind of item', () => {
  const [real, twin] = sides;
  assert.equal(real.answers.length, twin.answers.length);
  assert.equal(real.taken.length, real.packages.length);
  assert.ok(real.packages.length >= 5, `only ${real.packages.length} packages`);
  const asked_for = new ApiDocument();
  for (const answer of [...real.answers, ...real.results]) asked_for.faults_of(answer);
  const routes = new Set([...asked_for.seen].map((name) => name.replace(/ \d+$/, '')));
  assert.deepEqual(asked_for.routes.filter((route) => !routes.has(route)), []);
  const kinds = new Set(real.packages.flatMap(({ items }) => items.map(({ type }) => type)));
  assert.deepEqual([...kinds].sort(), [...KINDS].sort());
  const asked = real.answers.filter(({ path, status }) => status === 200 && path.startsWith('/assets/'));
  assert.ok(asked.length > 0, 'none of the kiosk\'s files was served');
  // The twin's answers are others: else nothing could differ.
  const scores = sides.map(({ results }) => results.filter(({ path }) => path.endsWith('/submit')).map(({ text }) => JSON.parse(text).score_bp));
  assert.notDeepEqual(scores[0], scores[1]);
});

test('nothing that a kiosk sees before it hands in depends on the right answers', () => {
  assert.deepEqual(leaks(sides[0].answers, sides[1].answers), []);
});

test('a result says how good the answers were, and not which would have been right', () => {
  const [real, twin] = sides.map(({ results }) => results);
  assert.ok(real.length > 10);
  const given_away = (answers) => leaks(answers, twin, { handed_in: true });
  assert.deepEqual(given_away(real), []);
  const of = (kind, expected, end) => ({ method, path, status }) => method === kind && status === expected && end.test(path);
  // The pictures are for whoever sits at the test, and are refused now.
  const places = [of('POST', 201, /\/submit$/), of('GET', 200, /\/sync$/), of('GET', 200, /\/sync\/events$/), of('GET', 404, /\/media\//)];
  for (const words of ['"right_option":"a"', '"hint":"not b"']) {
    for (const [i, place_of] of places.entries()) {
      const changed = structuredClone(real);
      const place = changed.find(place_of);
      place.text = place.text.replace('{', `{${words},`);
      assert.notDeepEqual(given_away(changed), [], `${words} at place ${i}`);
    }
  }
});

test('no file of the kiosk holds a question', () => {
  const [{ answers, packages }] = sides;
  assert.deepEqual(static_leaks(answers, packages), []);
});

test('a leak would be found, wherever it was', () => {
  const planted = (choose, change) => {
    const answers = structuredClone(sides[0].answers);
    const place = answers.find(choose);
    place.text = change(place.text);
    return leaks(answers, sides[1].answers);
  };
  const is_attempt = ({ method, path, status }) => method === 'POST' && path === '/api/v1/attempts' && status === 201;
  const is_saved = ({ method, status }) => method === 'PUT' && status === 200;
  const with_item = (change) => (text) => {
    const attempt = JSON.parse(text);
    change(attempt.items[0]);
    return JSON.stringify(attempt);
  };
  const { items } = sides[0].packages[0];
  const plants = [
    ['the answer itself', is_attempt, with_item((item) => Object.assign(item, { answer: items[0].answer }))],
    ['under another name', is_attempt, with_item((item) => Object.assign(item, { hint: 'a' }))],
    ['in one dot more', is_attempt, with_item((item) => {
      item.stem[Object.keys(item.stem)[0]] += '.';
    })],
    ['in what a saved answer is answered', is_saved, (text) => text.replace('{', '{"right":true,')],
    ['as how right an option is', is_attempt, (text) => text.replace('"options":[{', '"options":[{"correct":true,')],
    ['in how good a saved answer is', is_saved, (text) => text.replace('{', '{"correct":true,')],
    ['in a result before its time', is_attempt, (text) => text.replace('{', '{"result":{"score_bp":10000,"outcome":"passed"},')],
    ['in a refusal', ({ method, status }) => method === 'PUT' && status === 400, (text) => text.replace('"detail":"', '"detail":"Try a. ')],
    ['in a refused signature', ({ method, path, status }) => method === 'POST' && path.endsWith('/submit') && status === 401,
      (text) => text.replace('"detail":"', '"detail":"Not b. ')],
    ['in a picture', ({ path, status }) => path.includes('/media/') && status === 200, (text) => `${text}<!-- a -->`],
    ['in the list of work', ({ path }) => path === '/api/v1/work', (text) => text.replace('{', '{"tolerance":"0.2",')],
  ];
  for (const [what, choose, change] of plants) assert.notDeepEqual(planted(choose, change), [], what);
  const answers = structuredClone(sides[0].answers);
  answers.find(is_attempt).headers['x-hint'] = 'a';
  assert.notDeepEqual(leaks(answers, sides[1].answers), [], 'in a header');
  const file = structuredClone(sides[0].answers).find(({ path, status }) => path.startsWith('/assets/') && status === 200);
  file.text += JSON.stringify(sides[0].packages[0]);
  assert.notDeepEqual(static_leaks([file], sides[0].packages), []);
});

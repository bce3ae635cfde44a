// Requests and decisions under faults, with a real box and a real browser over HTTPS: an operator asks, a leader asks for
// others and decides, while the box or the browser is ended with -9 at named moments. In the end the box's database is
// compared with what the screen called saved, with what was sent, and with what was seen in the browser's papers.
//   MILLRACE_FAULT_ROUNDS   how often at each moment; 25 in the full run. Without it once, the acts in turn
import assert from 'node:assert/strict';
import { until } from '../support/process.mjs';
import { DeskPerson } from './desk_person.mjs';
import { comes_to_rest, MOMENTS } from './fault_box.mjs';
import { FaultRounds } from './fault_rounds.mjs';
import { on_screen } from './journey.mjs';

/// Each with the first word of its points in edge_with_points.
const ACTS = { 'a request': 'request', 'a request for others': 'request', 'a decision': 'decision' };
const ROUNDS = Number(process.env.MILLRACE_FAULT_ROUNDS ?? 1);
const STRIKES = Object.entries(MOMENTS).flatMap(([moment, where]) => ['box', 'browser'].map((victim) => ({ victim, moment, ...where })));
const ALL_ROUNDS = ROUNDS * STRIKES.length;
const WRITES = ['/api/v1/requests', '/api/v1/requests/on-behalf', '/api/v1/decisions'];

const rounds = FaultRounds.for_this_file('desk-faults', {
  operators: ALL_ROUNDS,
  leaders: ALL_ROUNDS,
  steps: Array.from({ length: ALL_ROUNDS }, (_, i) => `op-${i}`),
});

/// Of every round: {act, person, for_whom, step_id, events: those that the screen called saved, keys: those of the writes
/// that were sent, in order, papers: the keys that were seen on the browser's disk}.
const told = [];

/// A round of one act with somebody and a step that no other round has, from the first screen back to it. `strike` is how it
/// is struck: it runs what it is given.
async function one_round(browser, act, strike) {
  const { box } = rounds;
  const number = told.length;
  const operator = box.people[number];
  const team = box.people.slice(0, 2);
  const leader = box.leaders[number];
  const step = box.steps[number];
  const [person, for_whom, does] = {
    'a request': [operator, [operator.id], {}],
    'a request for others': [leader, team.map(({ id }) => id), { asks_for: team }],
    'a decision': [leader, [], { decides: step.step_id }],
  }[act];
  const round = { act, person: person.id, for_whom, step_id: step.step_id, keys: [] };
  told.push(round);
  browser.seen_papers.clear();
  browser.on_write = ({ path, body }) => {
    if (WRITES.includes(path)) round.keys.push(body.submission_key);
  };
  round.events = await strike(() => new DeskPerson({ browser, ...person, ...does }).get_it_through());
  round.papers = [...browser.seen_papers];
  await until('no paper is left', async () => (await browser.outbox()).papers.length === 0);
  await browser.page.getByTestId('sign-out').tap();
  await on_screen(browser.page, 'attract');
}

/// In the page: the lists of a box of the release before, which do not tell what was asked for nor who decided. Those of
/// today say what is saved, and then nothing is sent again.
function read_older_lists() {
  const ask = globalThis.fetch;
  globalThis.fetch = async (path, options) => {
    const answer = await ask(path, options);
    if (!answer.ok || options?.method !== 'GET' || !/\/(work|decisions)$/.test(path)) return answer;
    const { requests: _, steps, ...list } = await answer.json();
    return Response.json(steps === undefined ? list : { ...list, steps: steps.map(({ decided_by: __, ...step }) => step) });
  };
}

for (const [number, { victim, moment, point, how }] of STRIKES.entries()) {
  rounds.test(`the ${victim} is killed ${moment}, ${ROUNDS} times, and every request and decision counts once`, () =>
    rounds.with_browser(`${victim}-killed-${moment.replaceAll(' ', '-')}`, async (browser) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        // In turn at each moment, and from moment to moment.
        const [act, word] = Object.entries(ACTS)[(number + round) % Object.keys(ACTS).length];
        const strike = { at: `${word}-${point}`, how };
        await one_round(browser, act, (run) =>
          victim === 'box' ? rounds.box_dies(strike, run) : rounds.browser_dies(browser, strike, run),
        );
      }
      if (victim === 'box') assert.deepEqual(browser.complaints, []);
    }, { scripts: [[read_older_lists]] }),
  );
}

rounds.test('what was called saved is in the box once, and what was not was kept and sent again under its key', async () => {
  const { box } = rounds;
  await comes_to_rest(box);
  const held = box.read();
  assert.equal(told.length, ALL_ROUNDS);
  for (const { act, person, for_whom, step_id, events, keys, papers } of told) {
    const name = `${act} of ${person}`;
    const [key, ...others] = new Set(keys);
    assert.deepEqual(others, [], `${name} went under one key`);
    assert.ok(keys.length > 1, `${name} was sent again`);
    assert.deepEqual(papers, [key], `${name} was on the browser's disk until there was an answer`);
    assert.ok(held.keys.has(key), name);
    if (act === 'a decision') {
      assert.deepEqual(held.decisions.filter((row) => row.step_id === step_id), [{ event_id: events[0], step_id, leader_id: person }], name);
    } else {
      const rows = for_whom.map((operator_id, i) => ({ key, event_id: events[i], operator_id, made_by: person }));
      assert.deepEqual(held.requests.filter(({ made_by }) => made_by === person), rows, name);
    }
    assert.equal(events.length, Math.max(for_whom.length, 1), name);
    for (const event of events) assert.deepEqual(held.recorded.filter((id) => id === event), [event], name);
  }
  const saved = told.flatMap(({ events }) => events);
  assert.equal(held.requests.length + held.decisions.length, saved.length, 'and nothing else');
  assert.equal(held.recorded.length, saved.length, 'one record each');
  assert.equal(held.keys.size, told.length);
  assert.equal(held.conflicts, 0);
  console.log(`${told.length} acts, ${box.deaths} deaths of the box, ${saved.length} records, ${told.flatMap(({ keys }) => keys).length} times sent`);
});

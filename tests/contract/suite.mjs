// The conformance suite: what a Service Bus does, shown by the unmodified SDK.
//   node suite.mjs            runs it against MILLRACE_CONTRACT_CONNECTION, whose entities begin with
//                             MILLRACE_CONTRACT_PREFIX
//   node suite.mjs --dry-run  lists what it would check, and what it needs
//   node suite.mjs --only ID,ID…
//   node suite.mjs --clean    deletes what begins with the prefix: the rest of a run that was cut off
import { parseArgs } from 'node:util';
import { clean, entities_under } from './cleanup.mjs';
import { administration as administer, Case, connection, pause, prefix, run_prefix, stop } from './namespace.mjs';
import access from './cases/access.mjs';
import actions from './cases/actions.mjs';
import administration from './cases/administration.mjs';
import receiving from './cases/receiving.mjs';
import sending from './cases/sending.mjs';
import sessions from './cases/sessions.mjs';
import time from './cases/time.mjs';
import topics from './cases/topics.mjs';

/// So many cases run at once; most of them wait most of the time.
const AT_ONCE = 12;
/// Room for two waits that take all their time, and for a busy service.
const CASE_TIME_MOST_MS = 180_000;
/// What is being made when a run is stopped is there by then, and can be deleted.
const BEING_MADE_MOST_MS = 3_000;
/// A shorter prefix is too easily that of somebody else's entities.
const PREFIX = /^[A-Za-z0-9][\w.-]{3,40}$/;
/// Of a real namespace: Basic has neither topics nor sessions.
const NEEDS = [
  'a namespace of tier Standard or Premium, without partitions, that answers within 200 ms; and a right clock here',
  'a connection string of the namespace itself, whose rule has Manage, Send and Listen: each case makes its own entities',
];

const CASES = [sending, receiving, sessions, time, topics, actions, administration, access]
  .flat()
  .map(([id, section, what, rights, run]) => ({ id, section, what, rights: [...new Set(['Manage', ...rights])], run }));

async function check({ run }) {
  const one = new Case();
  let late;
  const limit = new Promise((_, reject) => {
    late = setTimeout(() => reject(new Error('it takes too long')), CASE_TIME_MOST_MS);
  });
  try {
    await Promise.race([run(one), limit]);
    return null;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(late);
    await one.end();
  }
}

/// Takes the cases from `waiting`, and ends early when somebody empties it.
async function run_all(waiting) {
  const count = waiting.length;
  const held = [];
  const failed = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const error = await check(next);
      console.log(`${error === null ? 'ok    ' : 'FAILED'} ${next.id}: ${next.what}`);
      (error === null ? held : failed).push(next.id);
      if (error === null) continue;
      console.log(`       ${(error.stack ?? `${error}`).split('\n').slice(0, 6).join('\n       ')}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  console.log(`${held.length} of ${count} behaviours hold`);
  if (failed.length > 0) console.log(`failed: ${failed.join(' ')}`);
  return held.length === count;
}

/// What is wrong with the namespace or with what was said of it, or null.
async function what_is_missing() {
  if (connection === '') return 'Set MILLRACE_CONTRACT_CONNECTION to the connection string of a namespace.';
  if (/;\s*EntityPath=/i.test(connection)) return 'The connection string is that of one entity: the suite needs the namespace\'s.';
  if (!PREFIX.test(prefix)) return 'MILLRACE_CONTRACT_PREFIX is 4 to 41 letters, digits, dots, hyphens or underscores.';
  try {
    const { messagingSku } = await administer().getNamespaceProperties();
    return messagingSku === 'Basic' ? 'The namespace is of tier Basic, which has neither topics nor sessions.' : null;
  } catch (error) {
    return `The namespace does not answer a rule with Manage: ${error.message}`;
  }
}

/// Deletes what this run has left, and says what is there nevertheless.
async function nothing_is_left() {
  const admin = administer();
  try {
    await clean(admin, run_prefix);
    const left = await entities_under(admin, prefix);
    if (left.length > 0) console.log(`left in the namespace; --clean deletes it: ${left.join(' ')}`);
    return left.length === 0;
  } catch (error) {
    console.log(`The namespace does not say what is left of ${run_prefix}…: ${error.message}`);
    return false;
  }
}

async function run_and_clean(cases) {
  const waiting = [...cases];
  const stopped = new Promise((resolve) => process.once('SIGINT', resolve)).then(async () => {
    console.log('stopped: deleting what there is');
    waiting.length = 0;
    stop();
    await pause(BEING_MADE_MOST_MS);
    return false;
  });
  const all_hold = await Promise.race([run_all(waiting), stopped]);
  return (await nothing_is_left()) && all_hold;
}

async function clean_up() {
  const left = await clean(administer(), prefix);
  console.log(left.length === 0 ? `nothing begins with ${prefix}` : `still there: ${left.join(' ')}`);
  return left.length === 0;
}

function dry_run() {
  for (const { id, section, what, rights } of CASES) console.log(`${id} §${section} [${rights.join(' ')}] ${what}`);
  console.log(`${CASES.length} behaviours. It needs\n  ${NEEDS.join('\n  ')}`);
}

const { values } = parseArgs({
  options: { 'dry-run': { type: 'boolean' }, clean: { type: 'boolean' }, only: { type: 'string' } },
});
if (values['dry-run']) {
  dry_run();
} else {
  const wanted = values.only?.split(',');
  const unknown = wanted?.filter((id) => !CASES.some((one) => one.id === id)) ?? [];
  const missing = unknown.length > 0 ? `There is no case ${unknown.join(', ')}.` : await what_is_missing();
  if (missing !== null) {
    console.error(missing);
    process.exit(2);
  }
  const cases = CASES.filter(({ id }) => wanted === undefined || wanted.includes(id));
  // An SDK's link that never answers must not keep the process.
  process.exit((await (values.clean ? clean_up() : run_and_clean(cases))) ? 0 : 1);
}

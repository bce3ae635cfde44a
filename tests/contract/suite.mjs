// The conformance suite: what a Service Bus does, shown by the unmodified SDK.
//   node suite.mjs            runs it against MILLRACE_CONTRACT_CONNECTION, whose entities begin with
//                             MILLRACE_CONTRACT_PREFIX
//   node suite.mjs --dry-run  lists what it would check, and the rights that it needs
//   node suite.mjs --only ID,ID…
import { parseArgs } from 'node:util';
import { Case } from './namespace.mjs';
import administration from './cases/administration.mjs';
import receiving from './cases/receiving.mjs';
import sending from './cases/sending.mjs';
import sessions from './cases/sessions.mjs';
import time from './cases/time.mjs';
import topics from './cases/topics.mjs';

/// So many cases run at once; most of them wait most of the time.
const AT_ONCE = 12;
const CASE_TIME_MOST_MS = 120_000;

const CASES = [sending, receiving, sessions, time, topics, administration]
  .flat()
  .map(([id, section, what, rights, run]) => ({ id, section, what, rights, run }));

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
    await Promise.race([one.end(), new Promise((resolve) => setTimeout(resolve, 5_000))]);
  }
}

async function run_all(cases) {
  const waiting = [...cases];
  const failed = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const error = await check(next);
      console.log(`${error === null ? 'ok    ' : 'FAILED'} ${next.id}: ${next.what}`);
      if (error === null) continue;
      failed.push(next.id);
      console.log(`       ${(error.stack ?? `${error}`).split('\n').slice(0, 6).join('\n       ')}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  console.log(`${cases.length - failed.length} of ${cases.length} behaviours hold`);
  if (failed.length > 0) console.log(`failed: ${failed.join(' ')}`);
  return failed.length === 0;
}

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, only: { type: 'string' } } });
if (values['dry-run']) {
  for (const { id, section, what, rights } of CASES) console.log(`${id} §${section} [${rights.join(' ')}] ${what}`);
  console.log(`${CASES.length} behaviours; rights: Manage on the namespace, since each makes its own entities`);
} else {
  const wanted = values.only?.split(',');
  const cases = CASES.filter(({ id }) => wanted === undefined || wanted.includes(id));
  if (!process.env.MILLRACE_CONTRACT_CONNECTION || cases.length === 0) {
    console.error('Set MILLRACE_CONTRACT_CONNECTION to the connection string of a namespace, and name cases that exist.');
    process.exit(2);
  }
  // An SDK's link that never answers must not keep the process.
  process.exit((await run_all(cases)) ? 0 : 1);
}

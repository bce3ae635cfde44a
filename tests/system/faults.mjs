// Kills parts of a running line at the worst moment: while records wait that nobody has receipted.
import { until } from '../support/process.mjs';

// What must at least be unreceipted at a kill, and what is waited for so that it still is when the signal lands.
export const BACKLOG_LEAST = 50;
const BACKLOG_WANTED = 60;
const BACKLOG_WITHIN_MS = 60_000;

/// Who is held back with SIGSTOP so that a backlog builds up, and who then dies. Holding the bus leaves sends in
/// doubt at the relay; holding the relay leaves records at the broker.
const ROUNDS = [
  [
    { hold: 'relay', kill: 'broker' },
    { hold: 'bus', kill: 'relay' },
    { hold: 'relay', kill: 'edge' },
    { hold: 'bus', kill: 'bus' },
  ],
  [
    { hold: 'bus', kill: 'broker' },
    { hold: 'relay', kill: 'relay' },
    { hold: 'bus', kill: 'edge' },
    { hold: 'relay', kill: 'bus' },
  ],
];

/// Every part is killed once in each round. `captured()` says how many completions there are; the faults are spread
/// over `total` of them, and told to the history. Returns what happened: [{kill, hold, depth, at}].
export async function play_faults({ stack, rounds, total, captured, history, say }) {
  const faults = ROUNDS.slice(0, rounds).flat();
  const step = Math.floor((total - BACKLOG_WANTED) / faults.length);
  const done = [];
  for (const [i, { hold, kill }] of faults.entries()) {
    const from = Math.max(1, i * step);
    await until(`${from} completions are captured`, () => captured() >= from, BACKLOG_WITHIN_MS);
    stack[hold].signal('SIGSTOP');
    const depth = await until(
      `${BACKLOG_WANTED} records are unreceipted`,
      async () => {
        const { outbox } = await stack.status();
        return outbox.depth >= BACKLOG_WANTED && outbox.depth;
      },
      BACKLOG_WITHIN_MS,
    );
    history.tell('fault', { what: 'kill -9', part: kill, state: `${depth} records unreceipted, ${hold} stands still` });
    await stack[kill].kill();
    if (hold !== kill) stack[hold].signal('SIGCONT');
    const at = captured();
    await stack[kill].start();
    say(`kill -9 ${kill.padEnd(6)} with ${hold} held: ${depth} records unreceipted, ${at} captured; started again`);
    done.push({ kill, hold, depth, at });
  }
  return done;
}

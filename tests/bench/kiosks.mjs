// ./dev bench kiosks: 200 kiosks at one box on loopback, over TLS as kiosks on other machines have it. Each signs in, begins a test, answers as people do, then as fast
// as the box allows, and hands in. The same saves go to a rival that does the same durable work (rival.mjs), on the same
// disk and from the same client, so that the figures mean something on another machine. Writes build/bench/kiosks.md,
// .svg and .json.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Box } from '../support/box.mjs';
import { free_port, pause, Process } from '../support/process.mjs';
import { bin, root } from '../support/stack.mjs';
import { make_certificate, tls_status_of } from './certificate.mjs';
import { Kiosk, RivalKiosk } from './kiosk.mjs';
import { fsync_ms, numbers, stopwatch, summary } from './measure.mjs';
import { PIN, write_test } from './package.mjs';
import { write_report } from './report.mjs';

// A box takes 256 connections from one address, and here all kiosks have the same.
const KIOSKS_MOST = 250;
const ANSWERS_MOST = 500;
// Sign-ins and signatures hash a PIN, which takes a core 16 ms: nobody's shift begins with 200 people in one second.
const ARRIVALS_PER_S = 10;
// A person reads, thinks and taps.
const THINK_LEAST_MS = 2_000;
const THINK_MOST_MS = 8_000;
const ALL_WITHIN_MS = 10 * 60_000;
const TARGET_MS = 20;

const { values } = parseArgs({
  options: {
    kiosks: { type: 'string', default: '200' },
    answers: { type: 'string', default: '10' },
    fast: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: join(root, 'build', 'bench') },
  },
});
const within = (name, most) => {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < 1 || number > most) throw new Error(`--${name} is 1 to ${most}`);
  return number;
};
const size = {
  kiosks: within('kiosks', KIOSKS_MOST),
  answers: within('answers', ANSWERS_MOST),
  fast: within('fast', ANSWERS_MOST),
  seed: within('seed', 2 ** 31),
};
const say = (text) => console.log(text);

/// Runs `work(kiosk)` for each, one after the other's start by `every_ms`.
const staggered = (kiosks, every_ms, work) =>
  Promise.all(kiosks.map(async (kiosk, i) => {
    await pause(i * every_ms);
    await work(kiosk);
  }));

/// As people do: the same pauses for the box and for its rival.
async function human(kiosks) {
  const random = numbers(size.seed);
  const plans = kiosks.map(() =>
    Array.from({ length: size.answers }, () => THINK_LEAST_MS + random() * (THINK_MOST_MS - THINK_LEAST_MS)),
  );
  await Promise.all(kiosks.map(async (kiosk, i) => {
    for (const think_ms of plans[i]) {
      await pause(think_ms);
      await kiosk.answer('human');
    }
  }));
}

/// Each next answer as soon as the last one is saved.
async function fast(kiosks) {
  await Promise.all(kiosks.map(async (kiosk) => {
    for (let i = 0; i < size.fast; ++i) await kiosk.answer('fast');
  }));
}

/// One phase, with its duration and the processor's time that the server took.
async function phase(name, process, run) {
  const clock = stopwatch(process.pid);
  await run();
  const spent = clock();
  say(`  ${name}: ${spent.seconds.toFixed(1)} s, ${spent.cpu_seconds.toFixed(1)} s of a core`);
  return spent;
}

async function run_box(folder, tls) {
  const people = [...Array(size.kiosks).keys()].map((i) => ({ id: `op-${i}`, badge: String(10_000 + i), pin: PIN }));
  const box = await Box.create({
    folder: join(folder, 'box'),
    operators: people,
    assignments: people.map(({ id }) => ({
      assignment_id: `as-${id}`, operator_id: id, test_id: 'bench', test_version: 1, skill: 'bench',
    })),
    packages: write_test(join(folder, 'packages')),
    http: [`tls_certificate = "${tls.certificate}"`, `tls_key = "${tls.key}"`],
    ready: async () => (await tls_status_of(box.port, '/healthz', tls.ca)) === 200,
  });
  await box.start();
  try {
    const kiosks = people.map(({ id, badge }) => new Kiosk({ port: box.port, ca: tls.ca, badge, assignment_id: `as-${id}` }));
    const every_ms = 1000 / ARRIVALS_PER_S;
    const phases = {};
    phases.sign_in = await phase('sign in', box.edge, () => staggered(kiosks, every_ms, (one) => one.sign_in()));
    phases.open = await phase('begin', box.edge, () => staggered(kiosks, every_ms / 5, (one) => one.open()));
    for (const kiosk of kiosks) kiosk.watch();
    phases.human = await phase('answer as people do', box.edge, () => human(kiosks));
    phases.fast = await phase('answer as fast as the box allows', box.edge, () => fast(kiosks));
    phases.submit = await phase('hand in', box.edge, () => staggered(kiosks, every_ms, (one) => one.submit()));
    const memory = box.edge.memory_kib();
    for (const kiosk of kiosks) kiosk.stop_watching();
    for (const kiosk of kiosks) kiosk.close();
    return { phases, memory_kib: memory.most, ...summary(kiosks) };
  } finally {
    await box.stop();
  }
}

async function run_rival(folder, tls) {
  const port = await free_port();
  const here = import.meta.dirname;
  mkdirSync(join(folder, 'rival'));
  const rival = new Process({
    name: 'rival',
    program: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', join(here, 'rival.mjs'), String(port), join(folder, 'rival', 'rival.db')]
      .concat([tls.certificate, tls.key]),
    log: join(folder, 'rival.log'),
    ready: async () => (await tls_status_of(port, '/', tls.ca)) === 404,
  });
  await rival.start();
  try {
    const kiosks = Array.from({ length: size.kiosks }, () => new RivalKiosk({ port, ca: tls.ca }));
    const phases = {};
    phases.human = await phase('answer as people do', rival, () => human(kiosks));
    phases.fast = await phase('answer as fast as the rival allows', rival, () => fast(kiosks));
    const memory = rival.memory_kib();
    for (const kiosk of kiosks) kiosk.close();
    return { phases, memory_kib: memory.most, ...summary(kiosks) };
  } finally {
    await rival.kill();
  }
}

const { out } = values;
mkdirSync(out, { recursive: true });
// Beside the report: the system's folder for temporary files may be memory.
const folder = mkdtempSync(join(out, 'run-'));
const late = setTimeout(() => {
  console.error(`given up after ${ALL_WITHIN_MS / 60_000} minutes`);
  process.exit(1);
}, ALL_WITHIN_MS);
try {
  const disk_ms = fsync_ms(folder);
  say(`${size.kiosks} kiosks, the box:`);
  const tls = make_certificate(folder);
  const box = await run_box(folder, tls);
  say('the rival:');
  const rival = await run_rival(folder, tls);
  const machine = {
    cores: availableParallelism(),
    processor: readFileSync('/proc/cpuinfo', 'utf8').match(/model name\s*: (.*)/)?.[1] ?? 'unknown',
    fsync_p50_ms: disk_ms,
    node: process.version,
    programs: relative(root, bin),
  };
  say(`\n${write_report(out, { at: new Date().toISOString(), size, machine, target_ms: TARGET_MS, box, rival })}`);
  if (box.given_up.length > 0 || rival.given_up.length > 0) process.exitCode = 1;
} finally {
  clearTimeout(late);
  rmSync(folder, { recursive: true, force: true });
}

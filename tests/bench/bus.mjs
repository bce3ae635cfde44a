// How fast millrace-bus takes messages and gives them out, beside RabbitMQ in the same run, with the relay's client: its
// senders for both, its receivers for the bus. From RabbitMQ it receives by the bare link below those, see bus_load.cpp.
// One message is 1 KiB; at most 1,000 are on their way. Writes bus.md and bus.svg.
//
//   ./dev bench bus [--messages N] [--rounds N] [--stored N] [--alone] [--out FOLDER]
//                              N messages a figure, the median of so many rounds, memory with so many stored; `alone`
//                              leaves RabbitMQ out
//                              MILLRACE_BENCH_MESSAGES: the same as --messages
//                              MILLRACE_BIN: another build's programs than the release's
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { free_port, Process, status_of } from '../support/process.mjs';
import { root } from '../support/stack.mjs';
import { bars } from './chart.mjs';
import { is_installed, PASSWORD, start_rabbitmq, USER } from './rabbitmq.mjs';

const bin = process.env.MILLRACE_BIN ?? join(root, 'build', 'release', 'bin');
const build = basename(resolve(bin, '..'));
const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: process.env.MILLRACE_BENCH_MESSAGES ?? '50000' },
    rounds: { type: 'string', default: '3' },
    stored: { type: 'string', default: '100000' },
    alone: { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'build', 'bench') },
  },
});
const [MESSAGES, ROUNDS, STORED] = [values.messages, values.rounds, values.stored].map(Number);
const SESSIONS = [1, 16, 256];
const WITHIN_MS = 300_000;

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const figure = (number) => Math.round(number).toLocaleString('en');

async function load(options) {
  const args = Object.entries(options).flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  const { stdout } = await run(join(bin, 'millrace_bus_load'), args, { timeout: WITHIN_MS });
  const { messages, seconds } = JSON.parse(stdout);
  return messages / seconds;
}

async function start_bus(folder, storage) {
  mkdirSync(folder, { recursive: true });
  const queue = (name, requires_session) => ({ Name: name, Properties: { RequiresSession: requires_session } });
  const namespace = { Name: 'bench', Queues: [queue('plain', false), ...SESSIONS.map((n) => queue(`sessions-${n}`, true))], Topics: [] };
  writeFileSync(join(folder, 'entities.json'), JSON.stringify({ UserConfig: { Namespaces: [namespace] } }));
  const [port, http] = [await free_port(), await free_port()];
  writeFileSync(
    join(folder, 'bus.toml'),
    `data_dir = "."\nstorage = "${storage}"\nentities = "entities.json"\n[amqp]\nport = ${port}\n[http]\nport = ${http}\n`,
  );
  const bus = new Process({
    name: 'millrace-bus',
    program: join(bin, 'millrace-bus'),
    args: ['--config', join(folder, 'bus.toml')],
    log: join(folder, 'bus.log'),
    ready: async () => (await status_of(`http://127.0.0.1:${http}/health`)) === 200,
  });
  const began = performance.now();
  await bus.start();
  return { port, started_ms: performance.now() - began, memory_kib: () => bus.memory_kib(), stop: () => bus.stop() };
}

/// Rates of sending MESSAGES and of taking them back, the medians of ROUNDS.
async function there_and_back(send, receive) {
  const [sent, received] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    sent.push(await load({ messages: MESSAGES, ...send }));
    received.push(await load({ messages: MESSAGES, receive: true, ...receive }));
  }
  return { send: median(sent), receive: median(received) };
}

async function measure_bus(folder, storage) {
  const bus = await start_bus(join(folder, storage), storage);
  const rows = [];
  for (const sessions of SESSIONS) {
    const common = { port: bus.port, queue: `sessions-${sessions}`, sessions };
    rows.push({ sessions, ...(await there_and_back(common, common)) });
  }
  const empty = bus.memory_kib().now;
  await load({ messages: STORED, port: bus.port, queue: 'plain' });
  const memory = { empty, full: bus.memory_kib().now };
  await bus.stop();
  return { storage, rows, memory, started_ms: bus.started_ms };
}

/// RabbitMQ has no sessions: one queue, the session's id as the group-id.
async function measure_rabbitmq(folder) {
  const queues = [{ name: 'memory', durable: false }, { name: 'disk', durable: true }, { name: 'stored', durable: true }];
  const rabbit = await start_rabbitmq(join(folder, 'rabbitmq'), queues);
  writeFileSync(join(folder, 'password'), PASSWORD);
  const results = [];
  for (const storage of ['memory', 'disk']) {
    const durable = storage === 'disk' ? { durable: true } : {};
    const common = { port: rabbit.port, queue: `/amq/queue/${storage}`, user: USER };
    const rows = [];
    for (const sessions of SESSIONS) {
      const send = { ...common, 'password-file': join(folder, 'password'), sessions, ...durable };
      rows.push({ sessions, ...(await there_and_back(send, { ...common, password: PASSWORD, plain: true })) });
    }
    results.push({ storage, rows });
  }
  const empty = rabbit.memory_kib().now;
  await load({ messages: STORED, port: rabbit.port, queue: '/amq/queue/stored', user: USER, 'password-file': join(folder, 'password'), durable: true });
  const memory = { empty, full: rabbit.memory_kib().now };
  await rabbit.stop();
  return { results, memory };
}

const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
try {
  const disk = await measure_bus(folder, 'disk');
  const memory = await measure_bus(folder, 'memory');
  const rival = !values.alone && is_installed() ? await measure_rabbitmq(folder) : null;
  const rival_row = (storage, sessions) => rival?.results.find((one) => one.storage === storage).rows.find((row) => row.sessions === sessions);

  const table = ['| storage | sessions | what | millrace-bus, a second | RabbitMQ, a second | ratio |', '|---|---|---|---|---|---|'];
  const chart = [];
  for (const { storage, rows } of [disk, memory]) {
    for (const row of rows) {
      for (const what of ['send', 'receive']) {
        const other = rival_row(storage, row.sessions)?.[what];
        const ratio = other ? (row[what] / other).toFixed(1) : '–';
        table.push(`| ${storage} | ${row.sessions} | ${what === 'send' ? 'accepted sends' : 'received and completed'} | ${figure(row[what])} | ${other ? figure(other) : '–'} | ${ratio} |`);
        chart.push({ label: `${what}, ${storage}, ${row.sessions}`, values: [row[what], other ?? 0] });
      }
    }
  }
  const mib = (kib) => `${(kib / 1024).toFixed(0)} MiB`;
  const text = [
    '# millrace-bus beside RabbitMQ',
    '',
    `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB; client and bus on this machine; 1 KiB bodies, at most 1,000 on`,
    `their way, ${figure(MESSAGES)} messages a figure, medians of ${ROUNDS}; the programs of build/${build}. RabbitMQ has no sessions: there`,
    'it is one queue. A message received from the bus counts when its settlement is answered; RabbitMQ answers none, so there it',
    'counts when its settlement is sent, which favours RabbitMQ.',
    rival ? '' : `\n${values.alone ? 'RabbitMQ was left out' : 'RabbitMQ is not installed (package rabbitmq-server)'}: no rival in this run.\n`,
    ...table,
    '',
    `Memory: ${mib(disk.memory.empty)} before, ${mib(disk.memory.full)} with ${figure(STORED)} messages of 1 KiB stored` +
      (rival ? ` (RabbitMQ: ${mib(rival.memory.empty)}, ${mib(rival.memory.full)})` : '') + '.',
    `From start to the first answer of /health: ${disk.started_ms.toFixed(0)} ms with an empty store.`,
    '',
  ].join('\n');
  const { out } = values;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'bus.md'), text);
  writeFileSync(join(out, 'bus.svg'), bars('Messages a second', ['millrace-bus', 'RabbitMQ'], chart));
  console.log(text);
  console.log(`Written to ${join(out, 'bus.md')} and bus.svg`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

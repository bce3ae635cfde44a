// Rounds of faults against the whole line of real processes, under load. What happened goes into a history that the
// ledger judges.
//   node tests/rounds/main.mjs [--rounds 200] [--seed N] [--minutes 60]
// or MILLRACE_ROUNDS, MILLRACE_SEED, MILLRACE_MINUTES; without a seed it draws one, and prints it.
// Ends with 0 if nothing is violated and every invariant that it can judge was looked at; a failing run keeps its folder.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pause, until } from '../support/process.mjs';
import { Account } from './account.mjs';
import { Load } from './load.mjs';
import { plan } from './plan.mjs';
import { Plant } from './plant.mjs';
import { why_no_mounts } from './small_disk.mjs';
import { strike } from './strike.mjs';
import { bounds, final_survey, measure, scan_processes } from './survey.mjs';

const IN_FLIGHT_WITHIN_MS = 60_000;
// A link that nobody tells of its end is found dead after the keep-alive and a half, an AMQP peer after twice its idle
// time; then a resend, whose pauses have doubled meanwhile.
const DRAINED_WITHIN_MS = 150_000;
const START_AGAIN_AFTER_MS = 500;
const JUDGED = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I9', 'I10', 'I11', 'I12'];
const OWN_MOUNTS = 'MILLRACE_ROUNDS_OWN_MOUNTS';

const { values } = parseArgs({
  options: { rounds: { type: 'string' }, seed: { type: 'string' }, minutes: { type: 'string' } },
});
const rounds = Number(values.rounds ?? process.env.MILLRACE_ROUNDS ?? 200);
const seed = Number(values.seed ?? process.env.MILLRACE_SEED ?? randomInt(2 ** 31));
const minutes = Number(values.minutes ?? process.env.MILLRACE_MINUTES ?? 60);

const say = (text) => console.log(text);

/// Once more, in a mount namespace that takes every mount with it when it ends.
function in_own_mounts() {
  const env = { ...process.env, [OWN_MOUNTS]: '1' };
  const again = [process.execPath, fileURLToPath(import.meta.url), `--rounds=${rounds}`, `--seed=${seed}`, `--minutes=${minutes}`];
  const { status } = spawnSync('unshare', ['--mount', '--propagation', 'private', '--', ...again], { stdio: 'inherit', env });
  return status ?? 1;
}

class Run {
  table = new Map();
  drains = [];
  most = new Map();

  constructor({ folder, no_disk }) {
    this.folder = folder;
    this.no_disk = no_disk;
    this.history = new Account(join(folder, 'history.jsonl'), { boxes: ['box-1'], bounds: bounds(rounds), seed, rounds });
  }

  async begin() {
    this.plant = await Plant.create({
      folder: this.folder,
      rounds,
      may_mount: this.no_disk === null,
      on_death: (part, end) => this.#ended(part, end),
    });
    await this.plant.stack.start();
    this.history.stream_of = () => this.plant.stream();
    this.load = new Load({ url: this.plant.url, people: this.plant.people, history: this.history });
    say(`the box's disk: ${this.plant.disk?.kind ?? `an ordinary folder, which is not filled up: ${this.no_disk}`}`);
  }

  #ended(part, end) {
    const what = `${part.name} ended by itself (${end.signal ?? end.code})`;
    say(`${what}:\n${part.log_tail(10)}`);
    this.history.tell('unhealthy', { what });
    this.#start_again(part);
  }

  /// As the service manager does, so that the run goes on.
  async #start_again(part) {
    for (;;) {
      await pause(START_AGAIN_AFTER_MS);
      try {
        return await part.start();
      } catch (error) {
        say(error.message);
      }
    }
  }

  /// NaN while the box does not say.
  async #depth() {
    try {
      return (await this.plant.stack.status()).outbox.depth;
    } catch {
      return Number.NaN;
    }
  }

  /// Until records are in flight as the plan wants it; returns how many.
  async #wait_for_records({ state, hold, release_first, records }) {
    const held = hold === null ? null : this.plant.part(hold);
    held?.signal('SIGSTOP');
    const least = held === null ? 1 : records;
    const depth = await until(`${least} records are ${state}`, async () => {
      const now = await this.#depth();
      return now >= least && this.load.under_way > 0 && now;
    }, IN_FLIGHT_WITHIN_MS);
    if (!release_first) return depth;
    const { passed } = this.plant.proxies.get('relay-bus');
    const before = passed.up;
    held.signal('SIGCONT');
    await until('the relay sends', () => passed.up > before, IN_FLIGHT_WITHIN_MS);
    return depth;
  }

  async round(round) {
    const faults = round.faults.filter(({ what }) => what !== 'full disk' || this.plant.disk !== null);
    const began = Date.now();
    this.load.resume();
    const depth = await this.#wait_for_records(round);
    const under_way = this.load.under_way;
    const healing = strike(this, faults);
    const held = round.hold === null ? null : this.plant.part(round.hold);
    const stopped = faults.some(({ what, parts }) => what === 'stop' && parts.includes(round.hold));
    if (held !== null && !stopped && held.runs) held.signal('SIGCONT');
    const heal = await healing;
    for (const { what, ...more } of faults) {
      const part = more.parts?.join(' and ') ?? more.link;
      const state = `${round.state}: ${depth} records unsettled, ${under_way} tests under way`;
      this.history.tell('fault', { what: more.action ? `tcp ${more.action}` : what, part, state, round: round.number, depth, ...more });
      this.#count(what, more, round.state);
    }
    await heal();
    const healed = Date.now();
    await this.load.silence();
    await this.#drain(healed);
    this.#keep_most(measure(this.plant, this.history));
    scan_processes(this.plant, this.history);
    const told = faults.map(({ what, parts, link, direction, after, action, step, sprung, refused }) =>
      [what, ...(parts ?? [link]), direction, action, after, step, sprung === false && '(no byte came)', refused !== undefined && `(${refused} refused)`]
        .filter((each) => each)
        .join(' '),
    );
    const { within_ms } = this.drains.at(-1);
    say(
      `${String(round.number).padStart(3)}  ${round.state.padEnd(15)} ${String(depth).padStart(3)} unsettled  ` +
        `${told.join(' + ') || 'nothing: no disk to fill'}; drained in ${within_ms} ms (${((Date.now() - began) / 1000).toFixed(1)} s)`,
    );
  }

  #count(what, { action, parts, step }, state) {
    const name = [what, action ?? step ?? parts?.toSorted().join(' and ')].join(' ');
    const row = this.table.get(name) ?? new Map();
    row.set(state, (row.get(state) ?? 0) + 1);
    this.table.set(name, row);
  }

  /// `healed`: when the last fault was over.
  async #drain(healed) {
    try {
      await until('every record is settled', async () => (await this.#depth()) === 0, DRAINED_WITHIN_MS);
    } catch (error) {
      this.history.tell('drained', { within_ms: null, bound_ms: DRAINED_WITHIN_MS });
      throw error;
    }
    const within_ms = Date.now() - healed;
    this.drains.push({ within_ms });
    this.history.tell('drained', { within_ms, bound_ms: DRAINED_WITHIN_MS });
  }

  #keep_most(looks) {
    for (const { part, ...numbers } of looks) {
      const most = this.most.get(part) ?? {};
      for (const [name, value] of Object.entries(numbers)) most[name] = Math.max(most[name] ?? 0, value);
      this.most.set(part, most);
    }
  }

  show_most() {
    say('');
    for (const [part, { rss_kib, descriptors, disk_bytes }] of this.most) {
      const mib = (bytes) => (bytes / 1024 / 1024).toFixed(1);
      say(`${part.padEnd(6)} at most: ${mib(rss_kib * 1024)} MiB of memory, ${descriptors} descriptors, ${mib(disk_bytes)} MiB of disk`);
    }
  }

  show_table() {
    const states = ['on the way', 'at the broker', 'sends in doubt', 'catching up'];
    say(`\n${'fault'.padEnd(34)} ${states.map((state) => state.padStart(14)).join(' ')}`);
    for (const [name, row] of [...this.table].toSorted()) {
      say(`${name.padEnd(34)} ${states.map((state) => String(row.get(state) ?? '').padStart(14)).join(' ')}`);
    }
  }
}

/// Whether all of it held.
function all_held(history) {
  const { status, said, verdicts } = history.judged();
  say(`\n${said}`);
  const missing = JUDGED.filter((id) => verdicts[id] !== 'held');
  if (missing.length > 0) say(`not held: ${missing.join(', ')}`);
  return status === 0 && missing.length === 0;
}

async function main() {
  const no_disk = why_no_mounts();
  if (no_disk === null && process.env[OWN_MOUNTS] === undefined) return in_own_mounts();
  say(`seed ${seed}, ${rounds} rounds`);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-rounds-'));
  const run = new Run({ folder, no_disk });
  const began = Date.now();
  let good = false;
  try {
    await run.begin();
    for (const round of plan({ seed, rounds })) {
      if (Date.now() - began > minutes * 60_000) throw new Error(`the ${minutes} minutes are over before round ${round.number}`);
      await run.round(round);
    }
    await run.load.stop();
    const { records, received } = await final_survey(run.plant, run.history);
    run.show_table();
    run.show_most();
    const drains = run.drains.map(({ within_ms }) => within_ms).toSorted((left, right) => left - right);
    say(
      `\n${records} records, ${received} at the bus; ${run.history.refusals} refusals, ${run.load.retries} requests made again; ` +
        `drained in ${drains[Math.floor(drains.length / 2)]} ms (median), ${drains.at(-1)} ms (most); ` +
        `${((Date.now() - began) / 60_000).toFixed(1)} minutes`,
    );
    for (const error of run.load.errors) say(`an operator was told: ${error}`);
    good = all_held(run.history) && run.load.errors.length === 0;
  } catch (error) {
    say(`seed ${seed}: ${error.stack}`);
    await run.plant?.stop();
  }
  if (good) {
    run.plant.disk?.unmount();
    rmSync(folder, { recursive: true, force: true });
    return 0;
  }
  // The disk goes with this process.
  if (run.plant?.disk) cpSync(run.plant.data_of('edge'), join(folder, 'edge-data'), { recursive: true });
  say(`seed ${seed} failed; everything is kept in ${folder}`);
  return 1;
}

process.exit(await main());

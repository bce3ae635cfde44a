// The line with everything between its parts that a fault needs: a proxy in each link, clocks that can be moved, a disk
// of the box's own, a broker that keeps an old state.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assignment_of } from '../support/assignments.mjs';
import { FaultProxy } from '../support/fault_proxy.mjs';
import { moved_clock, write_offset } from '../support/moved_clock.mjs';
import { root, Stack } from '../support/stack.mjs';
import { uuid_of } from '../system/ledger.mjs';
import { assignment_id, OPERATORS, operator_id } from './load.mjs';
import { STEPS } from './plan.mjs';
import { SmallDisk } from './small_disk.mjs';

const BROKER_SAVES_EVERY_S = 2;
const PIN_DIGITS = 12;
const CLOCKS = ['edge', 'relay', 'broker'];
// Where a clock that was never set stands: some hours after midnight, 1970-01-01.
const NEVER_SET_S = 3 * 3_600;

const assignment = (i) => assignment_of({
  assignment_id: assignment_id(i),
  operator_id: operator_id(i),
  test_id: 'short-check',
  skill: 'line-check',
  max_attempts: null,
  // Nobody gets every answer right: who has passed is not tested again.
  pass_mark_bp: 10_000,
});

export class Plant {
  proxies = new Map();
  /// The box's disk, or null where none can be mounted.
  disk = null;

  /// `may_mount`: whether this process has mounts of its own.
  static async create({ folder, rounds, may_mount, on_death }) {
    const plant = new Plant();
    plant.folder = join(folder, 'line');
    plant.people = Array.from({ length: OPERATORS }, (_, i) => ({
      badge: String(30_000 + i),
      // Long enough to be found wherever it should not be.
      pin: Array.from({ length: PIN_DIGITS }, () => randomInt(10)).join(''),
    }));
    const data = join(plant.folder, 'edge', 'data');
    if (may_mount) plant.disk = SmallDisk.mount({ folder: data, image: join(folder, 'disk.img'), rounds });
    const packages = join(folder, 'packages');
    mkdirSync(packages);
    cpSync(join(root, 'tests/system/short_check.json'), join(packages, 'short_check.json'));
    plant.stack = await Stack.create({
      folder: plant.folder,
      operators: plant.people.map(({ badge, pin }, i) => ({ id: operator_id(i), badge, pin, name: `Operator ${i}`, language: 'en' })),
      assignments: plant.people.map((_, i) => assignment(i)),
      packages,
      on_death,
      link: (name, to) => plant.#link(name, to),
      broker_settings: [
        'persistence true',
        `persistence_location ${plant.#broker_store}/`,
        `autosave_interval ${BROKER_SAVES_EVERY_S}`,
      ],
      sas_key: randomBytes(32).toString('base64'),
    });
    mkdirSync(plant.#broker_store);
    for (const part of CLOCKS) plant.#give_clock(part);
    return plant;
  }

  /// The stream's id, once something is recorded: what the box says by itself has no need of it.
  stream() {
    const db = new DatabaseSync(this.stack.database, { readOnly: true });
    const [first] = db.prepare('SELECT stream_id FROM stream ORDER BY number').all();
    db.close();
    return first === undefined ? null : uuid_of(first.stream_id);
  }

  /// What kiosks connect to.
  get url() {
    return `http://127.0.0.1:${this.stack.links['kiosk-edge']}`;
  }

  part(name) {
    return this.stack[name];
  }

  async stop() {
    const troubles = await this.stack.stop();
    for (const proxy of this.proxies.values()) await proxy.stop();
    return troubles;
  }

  /// The part must not run.
  wipe(name) {
    rmSync(this.data_of(name), { recursive: true, force: true });
    mkdirSync(this.data_of(name));
  }

  /// `step`: a name of STEPS, or null for the right time.
  set_clock(part, step) {
    const seconds = step === null ? 0 : (STEPS[step] ?? NEVER_SET_S - Date.now() / 1000);
    write_offset(this.#clock_file(part), Math.round(seconds));
  }

  /// Folder of what the part has on disk.
  data_of(part) {
    return part === 'broker' ? this.#broker_store : join(this.folder, part, 'data');
  }

  /// What must stand nowhere but at `home`: [{name, forms: [bytes], home}].
  secrets() {
    const own = { box: join(this.data_of('edge'), 'edge.key'), bus: join(this.folder, 'relay', 'connection-string') };
    const key = Buffer.from(readFileSync(own.box, 'utf8').trim(), 'hex');
    const forms = (bytes) => [bytes, ...['hex', 'base64', 'base64url'].map((form) => Buffer.from(bytes.toString(form)))];
    return [
      ...this.people.map(({ pin }, i) => ({ name: `PIN of ${operator_id(i)}`, forms: [Buffer.from(pin)] })),
      { name: "the box's key", forms: forms(key), home: own.box },
      { name: 'the key of Service Bus', forms: forms(Buffer.from(this.stack.sas_key, 'base64')), home: own.bus },
    ];
  }

  get #broker_store() {
    return join(this.folder, 'broker', 'store');
  }

  #clock_file(part) {
    return join(this.folder, 'clocks', part);
  }

  #give_clock(part) {
    mkdirSync(join(this.folder, 'clocks'), { recursive: true });
    this.part(part).env = moved_clock(this.#clock_file(part));
  }

  async #link(name, to) {
    const proxy = new FaultProxy({ name, to });
    await proxy.start();
    this.proxies.set(name, proxy);
    return proxy.port;
  }
}

// One millrace-edge by itself, in a folder of its own, without a broker: what kiosks do must not need one.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assignment_of } from './assignments.mjs';
import { free_port, Process, status_of } from './process.mjs';
import { bin, hash_pin } from './stack.mjs';

export const program = join(bin, 'millrace-edge');

export class Box {
  /// Writes the configuration; starts nothing. `operators`: as in roster.json, with `pin` for `pin_hash`; `assignments`:
  /// as in assignments.json; `packages`: a folder; `http`: more lines for the table [http]; `tables`: more tables;
  /// `env`: for the process.
  static async create({ folder, operators, assignments = [], packages, http = [], tables = '', log_level, env = {}, ready }) {
    const box = new Box();
    box.folder = folder;
    box.port = await free_port();
    mkdirSync(join(folder, 'logs'), { recursive: true });
    cpSync(packages, join(folder, 'packages'), { recursive: true });
    box.#write_content(operators, assignments);
    box.config = join(folder, 'edge.toml');
    box.write_config({ http, tables, log_level });
    box.edge = new Process({
      name: 'edge',
      program,
      args: ['--config', box.config],
      log: join(folder, 'logs', 'edge.log'),
      ready: ready ?? (async () => (await status_of(`${box.url}/healthz`)) === 200),
      env,
    });
    return box;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get data() {
    return join(this.folder, 'data');
  }

  /// The broker's port is one that nobody listens on.
  write_config({ http = [], tables = '', log_level = 'warn' }) {
    writeFileSync(
      this.config,
      `site = "demo"
edge = "box-1"
data_dir = "data"
roster = "roster.json"
assignments = "assignments.json"
packages = "packages"
log_level = "${log_level}"
[http]
port = ${this.port}
${http.join('\n')}
[broker]
port = 9
${tables}`,
    );
  }

  #write_content(operators, assignments) {
    const hashes = new Map();
    const roster = operators.map(({ pin, ...person }) => {
      if (!hashes.has(pin)) hashes.set(pin, hash_pin(pin));
      return { name: person.id, language: 'en', active: true, roles: ['operator'], ...person, pin_hash: hashes.get(pin) };
    });
    const write = (name, value) => writeFileSync(join(this.folder, name), JSON.stringify(value));
    write('roster.json', { format: 'millrace-roster/1', operators: roster });
    write('assignments.json', {
      format: 'millrace-assignments/1',
      as_of: new Date().toISOString(),
      assignments: assignments.map((one) => assignment_of({ max_attempts: 3, ...one })),
    });
  }

  start() {
    return this.edge.start();
  }

  stop() {
    return this.edge.stop();
  }
}

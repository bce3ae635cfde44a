// A plant box that can be ended at a chosen moment, over HTTPS by an authority of its own, with a link that can be cut.
// There is no broker: what a kiosk does must not need one.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assignment_of } from '../support/assignments.mjs';
import { FaultProxy } from '../support/fault_proxy.mjs';
import { free_port, https_status_of, Process, until } from '../support/process.mjs';
import { bin, hash_pin, root } from '../support/stack.mjs';
import { read_box } from './box_database.mjs';

export const HOST = 'box.plant.test';
export const PIN = '4711';
export const TEST_ID = 'short-check';
/// Every kind of question, with pictures and a recording.
export const SAMPLE_ID = 'esd-handling';

/// A package's own answers.
const answers_of = (...path) =>
  Object.fromEntries(JSON.parse(readFileSync(join(root, ...path), 'utf8')).items.map(({ id, answer }) => [id, answer]));
export const RIGHT_ANSWERS = answers_of('tests', 'system', 'short_check.json');
export const SAMPLE_ANSWERS = answers_of('demo', 'packages', `${SAMPLE_ID}.json`);

/// An authority of the plant and the box's certificate by it; returns what is to be trusted.
function make_plant_certificate(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=The plant', '-keyout', 'plant.key', '-out', 'plant.pem');
  openssl('req', ...key, '-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`, '-keyout', 'box.key', '-out', 'box.csr');
  openssl('x509', '-req', '-days', '2', '-in', 'box.csr', '-CA', 'plant.pem', '-CAkey', 'plant.key', '-copy_extensions', 'copy', '-out', 'box.pem');
  return readFileSync(join(folder, 'plant.pem'), 'utf8');
}

/// The named moments at which a box or a browser is ended, in the words of edge_with_points.
export const MOMENTS = {
  'before the commit': { point: 'came', how: '' },
  'after the commit': { point: 'committed', how: '' },
  'before the answer': { point: 'committed', how: 'before-answer' },
  'in mid-answer': { point: 'committed', how: 'mid-answer' },
};

/// A step of a workflow that waits for a leader's word; `number` sets it apart from the others.
const step_of = (operator_id, number) => ({
  workflow_id: `019aa8c0-1c00-7a10-8f00-${String(number).padStart(12, '0')}`,
  workflow_version: 1,
  request_id: `019aa8bf-7d40-7e21-9b02-${String(number).padStart(12, '0')}`,
  step_id: `approval-${number}`,
  kind: 'retest',
  skill: 'line-check',
  operator_id,
  reason_code: 'disturbed',
  comment: '',
  requested_at: new Date().toISOString(),
  due_at: null,
});

export class FaultBox {
  /// How often the box has ended by itself, as it was told to.
  deaths = 0;
  #comes_back = null;

  /// `leaders`: how many team leaders there are beside them. `steps`: for whom a step of a workflow waits, operators' ids.
  /// `trust` is what the box prints for those who are to trust it. `sampler`: whether there is one more, who takes the sample. `data`: where the database lies, for a disk of its own.
  /// `kiosk`: the folder of the built app. `plant`: it shows a certificate by an authority of the plant, which is `trust` then.
  static async create({ folder, operators, leaders = 0, steps = [], sampler = false, data = 'data', kiosk = join(root, 'kiosk', 'dist'), plant = false }) {
    const box = new FaultBox();
    box.folder = folder;
    box.data = join(folder, data);
    box.port = await free_port();
    box.link = new FaultProxy({ name: 'kiosk-edge', to: box.port });
    await box.link.start();
    box.people = Array.from({ length: operators }, (_, i) => ({ id: `op-${i}`, name: `Operator ${i}`, badge: String(10_000 + i), pin: PIN }));
    box.sampler = sampler ? { id: 'op-sample', name: 'Operator of the sample', badge: '9999', pin: PIN } : null;
    if (sampler) box.people.push(box.sampler);
    box.leaders = Array.from({ length: leaders }, (_, i) => ({ id: `tl-${i}`, name: `Leader ${i}`, badge: String(20_000 + i), pin: PIN }));
    box.steps = steps.map((operator_id, i) => step_of(operator_id, i));
    mkdirSync(join(folder, 'packages'), { recursive: true });
    cpSync(join(root, 'tests', 'system', 'short_check.json'), join(folder, 'packages', 'short-check.json'));
    for (const name of [`${SAMPLE_ID}.json`, join('media', SAMPLE_ID)]) {
      cpSync(join(root, 'demo', 'packages', name), join(folder, 'packages', name), { recursive: true });
    }
    box.#write_content();
    box.#write_config(kiosk, plant);
    // Makes the authority; the first start would as well.
    const print_trust = ['--config', join(folder, 'edge.toml'), '--print-trust'];
    box.trust = plant ? make_plant_certificate(folder) : execFileSync(join(bin, 'millrace-edge'), print_trust, { encoding: 'utf8' });
    box.#process = new Process({
      name: 'edge',
      program: join(bin, 'edge_with_points'),
      args: [join(folder, 'edge.toml')],
      log: join(folder, 'edge.log'),
      ready: () => box.answers(),
      on_death: () => box.#ended(),
    });
    return box;
  }

  #process;

  get url() {
    return `https://${HOST}:${this.link.port}`;
  }

  /// `at`, `how`, `pass`: when it is to end, in the words of edge_with_points; then it comes back by itself, without.
  /// With the signal STOP it stands still there instead, until it is let go on.
  async start({ at = '', how = '', pass = 1, signal = 'KILL' } = {}) {
    this.#process.env = {
      MILLRACE_KILL_AT: at,
      MILLRACE_KILL_HOW: how,
      MILLRACE_KILL_PASS: String(pass),
      MILLRACE_KILL_SIGNAL: signal,
    };
    await this.#process.start();
  }

  /// Resolves once it stands still.
  stands_still(within_ms) {
    return until('the box stands still', () => this.#process.is_stopped, within_ms);
  }

  go_on() {
    this.#process.signal('SIGCONT');
  }

  kill() {
    return this.#process.kill();
  }

  async stop() {
    await this.#comes_back;
    await this.kill();
    await this.link.stop();
  }

  #ended() {
    this.deaths += 1;
    this.#comes_back = this.start();
  }

  /// Past the link, so that it tells the truth while that is cut.
  async answers() {
    return (await https_status_of({ host: HOST, port: this.port, path: '/healthz', ca: this.trust })) === 200;
  }

  /// What the box holds: attempts with their journals and outcomes, the keys of all writes, the records to be sent.
  read() {
    return read_box(join(this.data, 'edge.db'));
  }

  #write_content() {
    const pin_hash = hash_pin(PIN);
    const person = ({ id, name, badge }, roles) => ({ id, badge, name, language: 'en', active: true, roles, pin_hash });
    const operators = [
      ...this.people.map((one) => person(one, ['operator'])),
      ...this.leaders.map((one) => person(one, ['operator', 'team_leader'])),
    ];
    const sample = JSON.parse(readFileSync(join(this.folder, 'packages', `${SAMPLE_ID}.json`), 'utf8'));
    const assignments = this.people.map(({ id }) => assignment_of({
      assignment_id: `as-${id}`,
      operator_id: id,
      test_id: id === this.sampler?.id ? SAMPLE_ID : TEST_ID,
      test_version: id === this.sampler?.id ? sample.version : 1,
      skill: 'line-check',
      max_attempts: null,
      // Somebody who hands in twice by mistake then begins a second attempt, in sight.
      pass_mark_bp: 10_000,
      time_limit_s: 3_600,
    }));
    const write = (file, value) => writeFileSync(join(this.folder, file), JSON.stringify(value));
    write('roster.json', { format: 'millrace-roster/1', operators });
    write('assignments.json', { format: 'millrace-assignments/1', as_of: new Date().toISOString(), assignments });
    write('workflows.json', { format: 'millrace-workflows/1', as_of: new Date().toISOString(), steps: this.steps });
  }

  #write_config(kiosk, plant) {
    writeFileSync(
      join(this.folder, 'edge.toml'),
      `site = "demo"
edge = "box-1"
data_dir = ${JSON.stringify(this.data)}
roster = "roster.json"
assignments = "assignments.json"
packages = "packages"
[content]
workflows = "workflows.json"
[http]
port = ${this.port}
kiosk_dir = ${JSON.stringify(kiosk)}
address = "0.0.0.0"
${plant ? 'tls_certificate = "box.pem"\ntls_key = "box.key"' : `names = ["${HOST}"]`}
[broker]
port = 9
`,
    );
  }
}

export const comes_to_rest = (box) => until('the box answers', () => box.answers());

// The whole line as real processes on free loopback ports: Mosquitto, millrace-bus, millrace-relay, millrace-edge.
// Used by the demo, the system test and the browser test.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { free_port, https_status_of, listens, Process, status_of, until } from './process.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/// Where the daemons are; the sanitizer builds set it.
export const bin = process.env.MILLRACE_BIN ?? join(root, 'build', 'dev', 'bin');

const SITE = 'demo';
const EDGE = 'box-1';

/// Runs millrace-edge to its end and returns what it printed.
const edge_says = (args, input = '') =>
  execFileSync(join(bin, 'millrace-edge'), args, { encoding: 'utf8', input }).trim();

/// The Argon2id hash of a PIN, as the roster holds it.
export const hash_pin = (pin) => edge_says(['--hash-pin'], `${pin}\n`);

export class Stack {
  /// Writes every configuration below `folder`; starts nothing.
  /// `operators`: [{id, badge, pin, name, language}]; `assignments`: as in assignments.json; `packages`: a folder.
  /// `catalogue` and `workflows`: files, or none; `screens`: what [kiosk] of edge.toml says, {help, roster_sign_in, record_answer_times}.
  /// `link(name, port)` may put something between two parts: it returns the port to connect to instead. The links are
  /// kiosk-edge, edge-broker, relay-broker and relay-bus. `broker_settings`: more lines for mosquitto.conf.
  /// `host`: the name by which kiosks reach the box over HTTPS, by an authority of its own that they trust once they have
  /// heard `trust`; without one they stand on the box itself.
  static async create({
    folder,
    operators,
    assignments,
    packages,
    catalogue = null,
    workflows = null,
    screens = {},
    kiosk = null,
    host = null,
    on_death = undefined,
    link = async (_name, port) => port,
    broker_settings = [],
    sas_key = 'SAS_KEY_VALUE',
  }) {
    const stack = new Stack();
    stack.folder = folder;
    stack.sas_key = sas_key;
    stack.host = host;
    stack.ports = {
      broker: await free_port(),
      amqp: await free_port(),
      bus: await free_port(),
      relay: await free_port(),
      edge: await free_port(),
    };
    const { broker, amqp, edge } = stack.ports;
    stack.links = {
      'kiosk-edge': await link('kiosk-edge', edge),
      'edge-broker': await link('edge-broker', broker),
      'relay-broker': await link('relay-broker', broker),
      'relay-bus': await link('relay-bus', amqp),
    };
    for (const part of ['broker', 'bus', 'relay/boxes.d', 'edge', 'logs']) {
      mkdirSync(join(folder, part), { recursive: true });
    }
    stack.#write_broker(broker_settings);
    stack.#write_bus();
    stack.#write_edge({ operators, assignments, packages, catalogue, workflows, screens, kiosk });
    if (host !== null) stack.trust = edge_says(['--config', join(folder, 'edge', 'edge.toml'), '--print-trust']);
    stack.#write_relay();
    stack.#declare(on_death);
    return stack;
  }

  get url() {
    return this.host === null ? `http://127.0.0.1:${this.ports.edge}` : `https://${this.host}:${this.ports.edge}`;
  }

  get connection_string() {
    return this.#connection_string(this.ports.amqp);
  }

  get database() {
    return join(this.folder, 'edge', 'data', 'edge.db');
  }

  /// In the order in which they start.
  get parts() {
    return [this.bus, this.broker, this.relay, this.edge];
  }

  async start() {
    for (const part of this.parts) await part.start();
    await until('the edge is ready', async () => (await this.#edge_status('/readyz')) === 200);
  }

  /// Stops all in the order in which records flow, and says which did not end well.
  async stop() {
    const troubles = [];
    for (const part of [this.edge, this.relay, this.broker, this.bus]) {
      const ran = part.runs;
      try {
        const code = await part.stop();
        if (ran && code !== 0) troubles.push(`${part.name} ended with ${code}:\n${part.log_tail()}`);
      } catch (error) {
        troubles.push(error.message);
      }
    }
    return troubles;
  }

  /// GET /api/v1/status of the edge.
  async status() {
    const answer = await fetch(`${this.url}/api/v1/status`, { signal: AbortSignal.timeout(5_000) });
    return answer.json();
  }

  #edge_status(path) {
    if (this.host === null) return status_of(`${this.url}${path}`);
    return https_status_of({ host: this.host, port: this.ports.edge, path, ca: this.trust });
  }

  #connection_string(port) {
    return (
      `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=RootManageSharedAccessKey;` +
      `SharedAccessKey=${this.sas_key};UseDevelopmentEmulator=true;`
    );
  }

  #write(file, text) {
    writeFileSync(join(this.folder, file), text);
  }

  /// The drop-in that plants use, at a port of ours. Nothing survives a restart: the line must not need it.
  #write_broker(more) {
    const shipped = join(root, 'systemd', 'mosquitto.d');
    const access = join(this.folder, 'broker', 'millrace.acl');
    cpSync(join(shipped, 'millrace.acl'), access);
    const settings = readFileSync(join(shipped, 'millrace.conf'), 'utf8')
      .replace('listener 1883 ', `listener ${this.ports.broker} `)
      .replace('/etc/mosquitto/millrace.acl', access);
    const here = ['log_dest stderr', 'log_type warning', 'log_type error'];
    if (process.getuid() === 0) here.push('user root');
    this.#write('broker/mosquitto.conf', `${settings}${[...here, ...more].join('\n')}\n`);
  }

  #write_bus() {
    cpSync(join(root, 'emulator', 'config.json'), join(this.folder, 'bus', 'config.json'));
    this.#write(
      'bus/bus.toml',
      `data_dir = "data"
entities = "config.json"
[amqp]
port = ${this.ports.amqp}
[http]
port = ${this.ports.bus}
`,
    );
  }

  #write_edge({ operators, assignments, packages, catalogue, workflows, screens, kiosk }) {
    const hashes = new Map();
    const hash_of = (pin) => {
      if (!hashes.has(pin)) hashes.set(pin, hash_pin(pin));
      return hashes.get(pin);
    };
    const roster = operators.map(({ pin, ...person }) => ({
      active: true,
      roles: ['operator'],
      ...person,
      pin_hash: hash_of(pin),
    }));
    const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
    this.#write('edge/roster.json', json({ format: 'millrace-roster/1', operators: roster }));
    this.#write(
      'edge/assignments.json',
      json({ format: 'millrace-assignments/1', as_of: new Date().toISOString(), assignments }),
    );
    cpSync(packages, join(this.folder, 'edge', 'packages'), { recursive: true });
    let content = '';
    for (const [key, file] of Object.entries({ catalogue, workflows })) {
      if (file === null) continue;
      cpSync(file, join(this.folder, 'edge', `${key}.json`));
      content += `${key} = "${key}.json"\n`;
    }
    const settings = Object.entries(screens).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
    const app = kiosk === null ? '' : `kiosk_dir = ${JSON.stringify(kiosk)}\n`;
    const reached = this.host === null ? '' : `address = "0.0.0.0"\nnames = [${JSON.stringify(this.host)}]\n`;
    this.#write(
      'edge/edge.toml',
      `site = "${SITE}"
edge = "${EDGE}"
area = "assembly"
line = "line-1"
station = "st-1"
data_dir = "data"
roster = "roster.json"
assignments = "assignments.json"
packages = "packages"
[content]
${content}[kiosk]
${settings.join('')}[http]
port = ${this.ports.edge}
${app}${reached}[broker]
port = ${this.links['edge-broker']}
`,
    );
  }

  #write_relay() {
    const key = edge_says(['--config', join(this.folder, 'edge', 'edge.toml'), '--print-public-key']);
    const [id, text] = key.split(/\s+/).slice(-2);
    /// The box's key, for a Verifier.
    this.boxes = [{ id, public_key: text }];
    this.#write(
      `relay/boxes.d/${SITE}-${EDGE}.toml`,
      `site = "${SITE}"\nedge = "${EDGE}"\n[[key]]\nid = "${id}"\npublic_key = "${text}"\n`,
    );
    this.#write('relay/connection-string', `${this.#connection_string(this.links['relay-bus'])}\n`);
    this.#write(
      'relay/relay.toml',
      `name = "relay-1"
data_dir = "data"
boxes_dir = "boxes.d"
[[broker]]
host = "127.0.0.1"
port = ${this.links['relay-broker']}
[servicebus]
connection_string_file = "connection-string"
[http]
port = ${this.ports.relay}
`,
    );
  }

  #declare(on_death) {
    const log = (name) => join(this.folder, 'logs', `${name}.log`);
    const alive = (port) => async () => (await status_of(`http://127.0.0.1:${port}/healthz`)) === 200;
    const daemon = (name, config, ready) =>
      new Process({
        name,
        program: join(bin, `millrace-${name}`),
        args: ['--config', join(this.folder, config)],
        log: log(name),
        ready,
        on_death,
      });
    const mosquitto = ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'].find(existsSync) ?? 'mosquitto';
    this.broker = new Process({
      name: 'broker',
      program: mosquitto,
      args: ['-c', join(this.folder, 'broker', 'mosquitto.conf')],
      log: log('broker'),
      ready: () => listens(this.ports.broker),
      on_death,
    });
    this.bus = daemon('bus', 'bus/bus.toml', alive(this.ports.bus));
    this.relay = daemon('relay', 'relay/relay.toml', alive(this.ports.relay));
    this.edge = daemon('edge', 'edge/edge.toml', async () => (await this.#edge_status('/healthz')) === 200);
  }
}

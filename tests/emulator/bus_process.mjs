// Starts a millrace-bus of its own on free ports, and stops it by its process id.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServiceBusClient } from '@azure/service-bus';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const program = process.env.MILLRACE_BUS ?? join(root, 'build', 'dev', 'bin', 'millrace-bus');
const START_TIME_MOST_MS = 10_000;

/// One bus with its data folder; the folder outlives a restart and goes with `close`.
export class Bus {
  #folder = mkdtempSync(join(tmpdir(), 'millrace-bus-'));
  #process = null;
  #clients = [];
  #more = '';
  #program = program;
  #environment = {};
  log = '';
  amqp = '127.0.0.1:0';
  http = '127.0.0.1:0';

  /// `entities` is an object, or the text of a file; `more` are further tables of bus.toml, `environment` further variables.
  static async start(entities, { more = '', program: other = program, environment = {} } = {}) {
    const bus = new Bus();
    bus.#more = more;
    bus.#program = other;
    bus.#environment = environment;
    writeFileSync(join(bus.#folder, 'entities.json'), typeof entities === 'string' ? entities : JSON.stringify(entities));
    await bus.start();
    return bus;
  }

  /// Starts the process; after the first time on the same ports.
  async start() {
    const port = (address) => address.split(':')[1];
    const config = join(this.#folder, 'bus.toml');
    writeFileSync(
      config,
      `data_dir = "."\nentities = "entities.json"\n[amqp]\nport = ${port(this.amqp)}\n[http]\nport = ${port(this.http)}\n${this.#more}`,
    );
    const child = spawn(this.#program, ['--config', config], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...this.#environment },
    });
    this.#process = child;
    await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no bus.started:\n${this.log}`)), START_TIME_MOST_MS);
      child.stderr.setEncoding('utf8');
      child.stderr.on('data', (text) => {
        this.log += text;
        const started = this.log.match(/bus\.started.* amqp=(\S+) http=(\S+)(?!.*bus\.started)/);
        if (started && this.#process === child) {
          [, this.amqp, this.http] = started;
          clearTimeout(late);
          resolve();
        }
      });
      child.on('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`millrace-bus ended with ${code}:\n${this.log}`));
      });
    });
  }

  get folder() {
    return this.#folder;
  }

  get pid() {
    return this.#process.pid;
  }

  get connectionString() {
    return (
      `Endpoint=sb://${this.amqp};SharedAccessKeyName=RootManageSharedAccessKey;` +
      'SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;'
    );
  }

  /// A client that gives up quickly; closed together with the bus.
  client(options = {}) {
    const client = new ServiceBusClient(this.connectionString, {
      retryOptions: { maxRetries: 0, timeoutInMs: 15_000 },
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  /// Ends the process and waits until it is gone.
  async stop(signal = 'SIGTERM') {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode;
    this.log = '';
    const gone = new Promise((resolve) => child.once('exit', resolve));
    process.kill(child.pid, signal);
    return gone;
  }

  async close() {
    await Promise.allSettled(this.#clients.map((client) => client.close()));
    const code = await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
    return code;
  }
}

/// A file of entities: `queues` and `topics` map names to properties.
export function entities({ queues = {}, topics = {} }) {
  const subscription = ([name, { rules = [], ...properties }]) => ({ Name: name, Properties: properties, Rules: rules });
  return {
    UserConfig: {
      Namespaces: [
        {
          Name: 'sbemulatorns',
          Queues: Object.entries(queues).map(([name, properties]) => ({ Name: name, Properties: properties })),
          Topics: Object.entries(topics).map(([name, { subscriptions = {}, ...properties }]) => ({
            Name: name,
            Properties: properties,
            Subscriptions: Object.entries(subscriptions).map(subscription),
          })),
        },
      ],
      Logging: { Type: 'Console' },
    },
  };
}

/// Receives until `count` messages are there; each is completed in peek-lock mode.
export async function drain(receiver, count, { complete = true } = {}) {
  const all = [];
  while (all.length < count) {
    const batch = await receiver.receiveMessages(count - all.length, { maxWaitTimeInMs: 5_000 });
    if (batch.length === 0) break;
    for (const message of batch) {
      all.push(message);
      if (complete) await receiver.completeMessage(message);
    }
  }
  return all;
}

/// The next message; fails when there is none.
export async function one(receiver, wait_ms = 5_000) {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: wait_ms });
  if (!message) throw new Error('no message came');
  return message;
}

/// True when nothing comes.
export async function is_empty(receiver) {
  return (await receiver.receiveMessages(1, { maxWaitTimeInMs: 300 })).length === 0;
}

/// The status and the text that a browser gets which opens a WebSocket for a page of `origin`; null: it is no browser.
export const open_web_socket = (bus, origin) =>
  new Promise((resolve, reject) => {
    const [host, port] = bus.http.split(':');
    const asked = request({
      ...{ host, port, path: '/$servicebus/websocket' },
      headers: {
        ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
        ...{ 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol': 'AMQPWSB10' },
        ...(origin === null ? {} : { origin }),
      },
    });
    asked.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, text: '' });
    });
    asked.once('response', async (response) => {
      resolve({ status: response.statusCode, text: (await response.toArray()).join('') });
    });
    asked.once('error', reject);
    asked.end();
  });

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

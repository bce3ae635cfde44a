// One child process: started, watched, stopped and killed by its process id, its output in a log file.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect, createServer } from 'node:net';

const START_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 10_000;
const POLL_MS = 15;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/// Resolves with the first truthy answer of `question`; asks again and again, and gives up with `what`.
export async function until(what, question, within_ms = START_WITHIN_MS) {
  const deadline = Date.now() + within_ms;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`gave up after ${within_ms} ms waiting until ${what}`);
    await pause(POLL_MS);
  }
}

/// A loopback port that nothing listens on. Below the range that the kernel gives to outgoing connections, so
/// that a reconnecting client cannot take the port of a server that is down for a moment.
export async function free_port() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/// Whether something accepts connections on the port.
export function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/// The status code of a GET, or 0 when nobody answers.
export async function status_of(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

/// The same of a box on this machine that is called `host` and vouched for by `ca`, over HTTPS.
export function https_status_of({ host, port, path, ca }) {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, servername: host, path, ca, agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(0));
    sent.end();
  });
}

export class Process {
  #child = null;
  #gone = null;
  #stopping = false;

  /// `ready` is asked until it is true. `on_death` hears of an end that nobody asked for.
  constructor({ name, program, args, log, ready, env = {}, on_death = () => {} }) {
    Object.assign(this, { name, program, args, log, ready, env, on_death });
  }

  get pid() {
    return this.#child?.pid;
  }

  get runs() {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /// Whether it was stopped by a signal and not let go on.
  get is_stopped() {
    if (!this.runs) return false;
    try {
      // proc(5): the state stands behind the name, which is in brackets.
      return readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ').at(-1).startsWith('T');
    } catch {
      return false; // it has ended, and nobody has said so yet
    }
  }

  async start() {
    if (this.runs) return;
    this.#stopping = false;
    const log = openSync(this.log, 'a');
    // setpriv ends the process with this one, however that ends. A process group of its own keeps the
    // terminal's Ctrl-C away: the parts are stopped in order instead.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', this.program, ...this.args], {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...this.env },
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => resolve({ error }));
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.#gone.then((end) => {
      if (!this.#stopping && this.#child === child) this.on_death(this, end);
    });
    await until(`${this.name} is up`, async () => {
      if (!this.runs) throw new Error(`${this.name} ended at start. Its log, ${this.log}:\n${this.log_tail()}`);
      return this.ready();
    });
  }

  log_tail(lines = 30) {
    try {
      return readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '(no log)';
    }
  }

  signal(name) {
    if (!this.runs) throw new Error(`${this.name} does not run`);
    process.kill(this.pid, name);
  }

  /// SIGKILL, and waits until the process is gone.
  async kill() {
    if (!this.runs) return;
    this.#stopping = true;
    this.signal('SIGKILL');
    await this.#gone;
  }

  /// SIGTERM; resolves with the exit code. A process that does not stop in time is killed and reported.
  async stop() {
    if (!this.runs) return this.#child?.exitCode ?? null;
    this.#stopping = true;
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, STOP_WITHIN_MS, 'late');
    });
    const end = await Promise.race([this.#gone, late]);
    clearTimeout(timer);
    if (end === 'late') {
      await this.kill();
      throw new Error(`${this.name} did not stop on SIGTERM within ${STOP_WITHIN_MS} ms. Its log:\n${this.log_tail()}`);
    }
    return end.code;
  }

  /// Resident memory now and at most, in KiB.
  memory_kib() {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const field = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+) kB`))?.[1] ?? 0);
    return { now: field('VmRSS'), most: field('VmHWM') };
  }
}

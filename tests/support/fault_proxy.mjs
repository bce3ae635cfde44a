// A TCP link that can be cut, held up and slowed down at any byte. It stands between a client and a server on
// loopback; `up` is what the client sends, `down` what it gets.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { free_port, pause } from './process.mjs';

export const DIRECTIONS = ['up', 'down'];
const CLEAR = { hold: false, delay_ms: 0, slice_bytes: Infinity, bytes_per_s: Infinity };

/// One direction of one connection.
class Pipe {
  #wake = [];

  constructor(connection, direction, from, to) {
    Object.assign(this, { connection, direction, from, to, held: false, trap: null });
  }

  async run() {
    try {
      for await (const chunk of this.from) {
        if (!(await this.#pass(chunk))) return;
      }
      await this.#unheld();
      this.to.end();
    } catch {
      // The connection is gone: its two ends go together.
      this.connection.reset();
    }
  }

  get weather() {
    return this.connection.proxy.weather[this.direction];
  }

  wake() {
    for (const go_on of this.#wake.splice(0)) go_on();
  }

  /// While nothing is read here, the sender's window fills, as when a network loses every packet.
  async #unheld() {
    while ((this.held || this.weather.hold) && !this.connection.gone) {
      await new Promise((resolve) => this.#wake.push(resolve));
    }
  }

  /// False when the connection ended on the way.
  async #pass(chunk) {
    let rest = chunk;
    while (rest.length > 0) {
      await this.#unheld();
      const { delay_ms, slice_bytes, bytes_per_s } = this.weather;
      const most = Math.min(slice_bytes, this.trap?.after ?? Infinity, bytes_per_s);
      const piece = rest.subarray(0, most);
      rest = rest.subarray(piece.length);
      if (delay_ms > 0) await pause(delay_ms);
      if (bytes_per_s < Infinity) await pause((piece.length / bytes_per_s) * 1000);
      // Small pieces would be joined again in the kernel if they were sent in one go.
      if (slice_bytes < Infinity) await new Promise(setImmediate);
      if (this.connection.gone) return false;
      if (piece.length > 0 && !this.to.write(piece)) await Promise.race([once(this.to, 'drain'), once(this.to, 'close')]);
      this.connection.proxy.passed[this.direction] += piece.length;
      this.#count(piece.length);
      if (this.connection.gone) return false;
    }
    return true;
  }

  #count(bytes) {
    if (this.trap === null) return;
    this.trap.after -= bytes;
    if (this.trap.after > 0) return;
    const { action, sprung } = this.trap;
    this.trap = null;
    this.connection[action](this.direction);
    sprung(this.connection);
  }
}

class Connection {
  gone = false;
  for_good = false;

  constructor(proxy, client) {
    this.proxy = proxy;
    this.client = client;
    this.server = connect({ port: proxy.to, host: '127.0.0.1', allowHalfOpen: true });
    this.pipes = {
      up: new Pipe(this, 'up', client, this.server),
      down: new Pipe(this, 'down', this.server, client),
    };
    for (const socket of [client, this.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.reset());
      socket.once('close', () => {
        if (client.closed && this.server.closed) this.#leave();
      });
    }
    // Not before the server is there: what counts as passed has left this process.
    this.server.once('connect', () => {
      for (const pipe of Object.values(this.pipes)) pipe.run();
    });
  }

  /// Both ends see ECONNRESET.
  reset() {
    if (this.gone) return;
    this.#leave();
    for (const socket of [this.client, this.server]) {
      // What resetAndDestroy sets: by itself that would say goodbye first, with a FIN. A socket whose goodbye is under
      // way cannot be reset any more: libuv refuses, the handle stays, and the process spins for ever at its end.
      socket.resetAndClosing = !socket.writableEnded || socket.writableFinished;
      socket.destroy();
    }
  }

  #leave() {
    this.gone = true;
    this.proxy.connections.delete(this);
    for (const pipe of Object.values(this.pipes)) pipe.wake();
  }

  /// Half open: one direction passes nothing more, and nobody is told.
  hold(direction) {
    this.pipes[direction].held = true;
  }

  hold_both() {
    for (const direction of DIRECTIONS) this.hold(direction);
  }

  /// As when one end vanished: no healing brings this connection back, its ends have to find out.
  hold_for_good(direction) {
    this.hold(direction);
    this.for_good = true;
  }

  go_on() {
    for (const pipe of Object.values(this.pipes)) {
      pipe.held = false;
      pipe.wake();
    }
  }

  get held() {
    return Object.values(this.pipes).some((pipe) => pipe.held);
  }
}

export class FaultProxy {
  connections = new Set();
  /// Bytes handed on so far, over all connections.
  passed = { up: 0, down: 0 };
  weather = { up: { ...CLEAR }, down: { ...CLEAR } };
  #server = null;
  #trap = null;

  /// `name` is for whoever reads about it; `to` is the server's port.
  constructor({ name, to }) {
    Object.assign(this, { name, to });
  }

  async start() {
    this.port ??= await free_port();
    await this.accept();
  }

  async stop() {
    this.refuse();
    for (const connection of [...this.connections]) connection.reset();
  }

  /// Nobody listens any more; what is connected stays.
  refuse() {
    this.#server?.close();
    this.#server = null;
  }

  async accept() {
    if (this.#server !== null) return;
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      const connection = new Connection(this, client);
      this.connections.add(connection);
      if (this.#trap !== null) this.#set(connection);
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /// Of every connection, also those to come. `direction`: up, down, or both. What is not named stays as it is.
  change(direction, weather) {
    for (const each of direction === 'both' ? DIRECTIONS : [direction]) Object.assign(this.weather[each], weather);
    this.#wake();
  }

  /// Once `after` more bytes (1 at least) passed on one connection in this direction, that connection suffers `action`: reset,
  /// hold (this direction), hold_both, hold_for_good (this direction). The first one whose bytes are counted, present or to come, springs it for all.
  /// Resolves with the connection.
  trap({ direction, after, action }) {
    return new Promise((resolve) => {
      const sprung = (connection) => {
        this.#disarm();
        resolve(connection);
      };
      this.#trap = { direction, after, action, sprung };
      for (const connection of this.connections) this.#set(connection);
    });
  }

  /// Clear weather, traps removed, listening again. What was held goes on where it stood, or is reset.
  async heal({ reset = false } = {}) {
    this.#disarm();
    this.change('both', CLEAR);
    for (const connection of [...this.connections]) {
      if (!connection.held || connection.for_good) continue;
      if (reset) connection.reset();
      else connection.go_on();
    }
    await this.accept();
  }

  #set(connection) {
    const { direction, ...trap } = this.#trap;
    connection.pipes[direction].trap = trap;
  }

  #disarm() {
    this.#trap = null;
    for (const { pipes } of this.connections) {
      for (const pipe of Object.values(pipes)) pipe.trap = null;
    }
  }

  #wake() {
    for (const { pipes } of this.connections) {
      for (const pipe of Object.values(pipes)) pipe.wake();
    }
  }
}

// Kiosks without a screen for the benchmark: one connection each, that stays; every answer is timed.
import { Agent, request } from 'node:https';
import { some_response } from '../support/answers.mjs';
import { submission_key } from '../support/operator_client.mjs';
import { pause } from '../support/process.mjs';
import { ITEMS, PIN } from './package.mjs';

const BUSY = 503;
const RETRY_MS = 1_000;
const TRIES_MOST = 30;
// As often as a screen asks how the box is, and whether it still has its seat.
const WATCH_MS = 5_000;

class Client {
  /// Name of what was timed → milliseconds, in order.
  times = new Map();
  /// Every answer that was no success: "phase: status code".
  refused = [];
  /// The phase of each request that never had one.
  given_up = [];
  #agent;

  constructor({ port, ca }) {
    this.port = port;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  }

  /// Times one request, until it is answered with success; returns its JSON. A busy box is asked again, as kiosks do, and
  /// the wait counts. Null when it was given up.
  async timed(phase, method, path, body, headers = {}) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const began = performance.now();
    for (let tries = 0; tries < TRIES_MOST; ++tries) {
      const { status, answer, cookie } = await this.#ask(method, path, text, headers).catch((error) => ({ status: error.code }));
      if (status === 200 || status === 201) {
        if (!this.times.has(phase)) this.times.set(phase, []);
        this.times.get(phase).push(performance.now() - began);
        return { ...JSON.parse(answer), cookie };
      }
      this.refused.push(`${phase}: ${status}`);
      if (status !== BUSY) break;
      await pause(RETRY_MS);
    }
    this.given_up.push(phase);
    return null;
  }

  #ask(method, path, body, headers) {
    return new Promise((resolve, reject) => {
      const all = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
      const sent = request({ host: '127.0.0.1', port: this.port, method, path, agent: this.#agent, headers: all }, (got) => {
        const parts = [];
        got.on('data', (part) => parts.push(part));
        got.on('end', () =>
          resolve({
            status: got.statusCode,
            answer: Buffer.concat(parts).toString(),
            cookie: got.headers['set-cookie']?.[0].split(';')[0],
          }),
        );
        got.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/// What a kiosk sends when an operator answers.
const saving = (lease, item) => ({ submission_key: submission_key(), lease, response: some_response(item), flagged: false });

export class Kiosk extends Client {
  #headers = {};
  #attempt = null;
  #next = 0;

  #watching;

  constructor({ badge, assignment_id, ...box }) {
    super(box);
    Object.assign(this, { badge, assignment_id });
  }

  async sign_in() {
    const session = await this.timed('sign_in', 'POST', '/api/v1/session', { badge: this.badge, pin: PIN, kiosk: this.badge });
    if (session) this.#headers = { cookie: session.cookie, 'x-millrace-csrf': session.csrf };
  }

  async open() {
    const opening = { submission_key: submission_key(), assignment_id: this.assignment_id, language: 'en' };
    this.#attempt = await this.timed('open', 'POST', '/api/v1/attempts', opening, this.#headers);
  }

  async answer(phase) {
    if (!this.#attempt) return;
    const { attempt_id, lease, items } = this.#attempt;
    const item = items[this.#next++ % items.length];
    const path = `/api/v1/attempts/${attempt_id}/answers/${item.item_id}`;
    await this.timed(phase, 'PUT', path, saving(lease, item), this.#headers);
  }

  /// Looks after the box and its seat, until the end.
  watch() {
    const look = async () => {
      await this.timed('watch', 'GET', '/api/v1/status');
      await this.timed('watch', 'GET', '/api/v1/session', undefined, this.#headers);
    };
    void look();
    this.#watching = setInterval(look, WATCH_MS);
  }

  stop_watching() {
    clearInterval(this.#watching);
  }

  async submit() {
    if (!this.#attempt) return;
    const { attempt_id, lease } = this.#attempt;
    const signing = { submission_key: submission_key(), lease, badge: this.badge, pin: PIN };
    await this.timed('submit', 'POST', `/api/v1/attempts/${attempt_id}/submit`, signing, this.#headers);
  }
}

/// Sends the same bodies to the rival, which only keeps them.
export class RivalKiosk extends Client {
  #next = 0;

  async answer(phase) {
    const item = ITEMS[this.#next++ % ITEMS.length];
    await this.timed(phase, 'PUT', `/answers/${item.id}`, saving(1, item));
  }
}

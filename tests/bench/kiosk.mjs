// Kiosks without a screen for the benchmark: one connection each, that stays; every answer is timed.
import { Agent, request } from 'node:http';
import { some_response } from '../support/answers.mjs';
import { submission_key } from '../support/operator_client.mjs';
import { ITEMS, PIN } from './package.mjs';

class Client {
  /// Name of what was timed → milliseconds, in order.
  times = new Map();
  /// What was not answered with success: "phase: status code".
  refused = [];
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port) {
    this.port = port;
  }

  /// Times one request; its JSON, or null when it was refused.
  async timed(phase, method, path, body, headers = {}) {
    const text = JSON.stringify(body);
    const began = performance.now();
    const { status, answer, cookie } = await this.#ask(method, path, text, headers).catch((error) => ({ status: error.code }));
    if (!this.times.has(phase)) this.times.set(phase, []);
    if (status !== 200 && status !== 201) {
      this.refused.push(`${phase}: ${status}`);
      return null;
    }
    this.times.get(phase).push(performance.now() - began);
    return { ...JSON.parse(answer), cookie };
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

  constructor({ port, badge, assignment_id }) {
    super(port);
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

  constructor({ port }) {
    super(port);
  }

  async answer(phase) {
    const item = ITEMS[this.#next++ % ITEMS.length];
    await this.timed(phase, 'PUT', `/answers/${item.id}`, saving(1, item));
  }
}

// An operator at a kiosk without the screen: signs in, takes tests, and asks again under the same submission key
// until there is an answer.
import { randomBytes } from 'node:crypto';
import { pause } from './process.mjs';

const RETRY_MS = 50;
const REQUEST_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 120_000;

/// A UUIDv7, as kiosks make them.
export function submission_key() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

class StaleLease extends Error {}

export class OperatorClient {
  #cookie = '';
  #csrf = '';
  /// How many requests had no answer and were made again.
  retries = 0;

  /// `watch` hears of every request that is sent, and of every answer: {method, path, body} and {…, status, type,
  /// text}.
  constructor({ url, badge, pin, kiosk = 'kiosk-1', language = 'en', watch = {} }) {
    Object.assign(this, { url, badge, pin, kiosk, language, watch });
  }

  /// Takes the assigned test and returns the box's Result. `respond(item, position)` gives the response to an item.
  async complete(assignment_id, respond) {
    const keys = { start: submission_key(), submit: submission_key() };
    for (;;) {
      try {
        return await this.#attempt(assignment_id, respond, keys);
      } catch (error) {
        // The box came back, or another screen took over: take the attempt up again.
        if (!(error instanceof StaleLease)) throw error;
      }
    }
  }

  async #attempt(assignment_id, respond, keys) {
    const attempt = await this.#write('POST', '/api/v1/attempts', {
      submission_key: keys.start,
      assignment_id,
      language: this.language,
    });
    const path = `/api/v1/attempts/${attempt.attempt_id}`;
    if (attempt.state === 'in_progress') {
      for (const item of attempt.items) {
        keys[item.item_id] ??= { submission_key: submission_key(), response: respond(item, item.position) };
        await this.#write('PUT', `${path}/answers/${item.item_id}`, {
          ...keys[item.item_id],
          lease: attempt.lease,
          flagged: false,
        });
      }
    }
    const { badge, pin } = this;
    this.last = { path: `${path}/submit`, body: { submission_key: keys.submit, lease: attempt.lease, badge, pin } };
    return this.#write('POST', this.last.path, this.last.body);
  }

  /// Hands in again what was handed in last, as a kiosk does that never saw the answer.
  hand_in_again() {
    return this.#write('POST', this.last.path, this.last.body);
  }

  /// Asks for something else under the key of what was handed in last; returns the refusal.
  async reuse_key(assignment_id) {
    const body = { submission_key: this.last.body.submission_key, assignment_id, language: this.language };
    for (;;) {
      const answer = await this.#answered('POST', '/api/v1/attempts', body);
      if (answer.status !== 401) return answer;
      await this.sign_in();
    }
  }

  /// Anything else that the box is asked or told, signed in; returns its answer.
  get(path) {
    return this.#write('GET', path);
  }

  post(path, body) {
    return this.#write('POST', path, body);
  }

  async sign_in() {
    const answer = await this.#answered('POST', '/api/v1/session', {
      badge: this.badge,
      pin: this.pin,
      kiosk: this.kiosk,
    });
    if (answer.status !== 201) throw new Error(`sign-in of ${this.badge}: ${answer.status} ${answer.text}`);
    this.#cookie = answer.cookie;
    this.#csrf = JSON.parse(answer.text).csrf;
  }

  async #write(method, path, body) {
    if (this.#cookie === '') await this.sign_in();
    for (;;) {
      const answer = await this.#answered(method, path, body);
      if (answer.status === 200 || answer.status === 201) return JSON.parse(answer.text);
      if (answer.status === 401 && answer.text.includes('not-signed-in')) {
        await this.sign_in();
        continue;
      }
      if (answer.status === 409 && answer.text.includes('stale-lease')) throw new StaleLease();
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    }
  }

  /// One request, made again while nobody answers or the box is not able to.
  async #answered(method, path, body) {
    const deadline = Date.now() + ANSWER_WITHIN_MS;
    for (;;) {
      this.watch.asked?.({ method, path, body });
      try {
        const answer = await fetch(this.url + path, {
          method,
          headers: { 'content-type': 'application/json', cookie: this.#cookie, 'x-millrace-csrf': this.#csrf },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(REQUEST_WITHIN_MS),
        });
        const text = await answer.text();
        const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
        const type = answer.headers.get('content-type');
        this.watch.answered?.({ method, path, body, status: answer.status, type, text });
        if (answer.status < 500) return { status: answer.status, text, cookie };
      } catch (error) {
        if (Date.now() > deadline) throw new Error(`${method} ${path}: no answer`, { cause: error });
      }
      this.retries += 1;
      await pause(RETRY_MS);
    }
  }
}

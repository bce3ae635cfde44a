// The history of a run with what operators asked and were told.
import { createHash } from 'node:crypto';
import { History } from '../system/ledger.mjs';

const sha256_hex = (text) => createHash('sha256').update(text).digest('hex');

/// What makes two requests equal to the box: everything but PIN and lease.
function body_hash({ method, path, body }) {
  const { pin: _pin, lease: _lease, ...rest } = body;
  return sha256_hex(JSON.stringify([method, path, rest]));
}

/// What must be the same each time that a result is told; the way of its record is not.
function answer_hash({ steps: _steps, ...rest }) {
  return sha256_hex(JSON.stringify(rest));
}

export class Account extends History {
  #stream = null;
  told_saved = new Set();
  refusals = 0;
  /// Asked once, when the first place is told: the box's stream.
  stream_of = () => null;

  /// For an OperatorClient.
  watch(session) {
    return {
      asked: (request) => {
        const submission = request.body.submission_key;
        if (submission !== undefined) this.tell('invoked', { submission, session, body_hash: body_hash(request) });
      },
      answered: (answer) => this.#answered(answer),
    };
  }

  #answered(answer) {
    const submission = answer.body.submission_key;
    if (answer.status >= 500) this.refusals += 1;
    if (submission === undefined) return;
    const saved = answer.status === 200 || answer.status === 201;
    const told = JSON.parse(answer.text);
    const members = { submission, body_hash: body_hash(answer), status: answer.status, saved };
    if (saved && told.event_id !== undefined) {
      this.told_saved.add(told.event_id);
      this.#stream ??= this.stream_of();
      Object.assign(members, {
        event_id: told.event_id,
        stream: this.#stream,
        sequence: told.sequence,
        answer_hash: answer_hash(told),
      });
    }
    if (!saved) members.reason = told.type.split(':').at(-1);
    this.tell('answered', members);
  }
}

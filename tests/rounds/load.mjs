// Operators at kiosks who take tests all the time, while the line suffers.
import { OperatorClient } from '../support/operator_client.mjs';
import { pause, until } from '../support/process.mjs';

export const CLIENTS = 8;
export const OPERATORS = 24;
// Between two tests of one client: some tens of completions a second, so that a long run stays within its disks.
const BREATH_MS = 250;
// Of so many completions, one is handed in twice, and one's key is used for something else.
const AGAIN_ONE_IN = 12;
const REUSED_ONE_IN = 40;
const SILENT_WITHIN_MS = 90_000;

export const assignment_id = (i) => `as-${3000 + i}`;
export const operator_id = (i) => `op-${3000 + i}`;
export const session_of = (i) => `operator:${operator_id(i)}`;

const RIGHT = { one: { choice: 'a' }, many: { choices: ['a', 'c'] }, truth: { value: true }, number: { number: '6.1' } };
const WRONG = { one: { choice: 'b' }, many: { choices: ['b'] }, truth: { value: false }, number: { number: '9' } };

export class Load {
  #clients;
  #gate = null;
  #waiting = 0;
  #stopped = false;
  #workers = [];
  completed = 0;
  /// What an operator should never have been told.
  errors = [];

  /// `people`: [{badge, pin}]
  constructor({ url, people, history }) {
    this.#clients = people.map(
      ({ badge, pin }, i) => new OperatorClient({ url, badge, pin, kiosk: `kiosk-${i % CLIENTS}`, watch: history.watch(session_of(i)) }),
    );
    this.#close_gate();
    this.#workers = Array.from({ length: CLIENTS }, (_, c) => this.#work(c));
  }

  get retries() {
    return this.#clients.reduce((sum, { retries }) => sum + retries, 0);
  }

  /// How many are in the middle of a test.
  get under_way() {
    return CLIENTS - this.#waiting;
  }

  resume() {
    const { open } = this.#gate;
    this.#gate = null;
    open();
  }

  /// Everybody ends the test that he is in, and waits.
  async silence() {
    this.#close_gate();
    await until('every client has its answers', () => this.#waiting === CLIENTS, SILENT_WITHIN_MS);
  }

  async stop() {
    this.#stopped = true;
    if (this.#gate !== null) this.resume();
    await Promise.all(this.#workers);
  }

  #close_gate() {
    let open;
    const opened = new Promise((resolve) => {
      open = resolve;
    });
    this.#gate = { opened, open };
  }

  async #work(c) {
    for (let turn = 0; ; turn += 1) {
      if (this.#gate !== null) {
        this.#waiting += 1;
        await this.#gate.opened;
        this.#waiting -= 1;
      }
      if (this.#stopped) return;
      try {
        await this.#test(c, turn);
      } catch (error) {
        this.errors.push(`${error.message}${error.cause ? ` (${error.cause.message})` : ''}`);
      }
      await pause(BREATH_MS);
    }
  }

  async #test(c, turn) {
    // Each client serves its own operators by turns, so that each operator's tests are in order.
    const i = c + CLIENTS * (turn % (OPERATORS / CLIENTS));
    const client = this.#clients[i];
    await client.complete(assignment_id(i), (item, position) => ((turn + position) % 3 === 0 ? WRONG : RIGHT)[item.item_id]);
    this.completed += 1;
    if (turn % AGAIN_ONE_IN === c) await client.hand_in_again();
    if (turn % REUSED_ONE_IN === c) {
      const { status, text } = await client.reuse_key(assignment_id(i));
      if (status !== 409) throw new Error(`another request under the same key: ${status} ${text}`);
    }
  }
}

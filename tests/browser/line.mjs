// The whole line with kiosks in front of it, what its parts hold, and the demo's people: for the journeys in the browser.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { decode_event } from '../support/events.mjs';
import { parse_attribute_bytes } from '../support/evidence.mjs';
import { root, Stack } from '../support/stack.mjs';
import { findings } from './access.mjs';
import { launch, open_page } from './browser.mjs';
import { HOST } from './fault_box.mjs';

const demo = (name) => join(root, 'demo', name);
export const read_demo = (name) => JSON.parse(readFileSync(demo(name), 'utf8'));
const { operators } = read_demo('roster.source.json');
const { assignments } = read_demo('assignments.json');
/// The demo's content, as Line.for_this_file takes it.
export const DEMO = {
  operators,
  assignments,
  packages: demo('packages'),
  catalogue: demo('catalogue.json'),
  workflows: demo('workflows.json'),
};
export const person = (id) => operators.find((one) => one.id === id);
export const LEADER = operators.find(({ roles }) => roles.includes('team_leader'));
export const WITNESS = operators.find(({ roles }) => roles.includes('witness') && !roles.includes('team_leader'));
export const WITNESSED = assignments.find(({ witness_required }) => witness_required);
export const TAKES_WITNESSED = person(WITNESSED.operator_id);
/// Of a workflow, for the leader to decide.
export const [STEP] = read_demo('workflows.json').steps;

const bytes_of = (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex');
export const uuid_of = (bytes) =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/// A line for the tests of one file, which starts before them and ends after them. `name` is that of its folder.
export class Line {
  #failed = false;

  /// `content` as Stack.create takes it.
  static for_this_file(name, content) {
    const line = new Line();
    line.pictures = join(root, '.artefacts', 'screens', name);
    before(async () => {
      rmSync(line.pictures, { recursive: true, force: true });
      line.folder = mkdtempSync(join(tmpdir(), `millrace-${name}-`));
      line.stack = await Stack.create({ folder: line.folder, kiosk: join(root, 'kiosk', 'dist'), host: HOST, ...content });
      await line.stack.start();
      line.browser = await launch(line.stack);
    });
    after(() => line.#end());
    return line;
  }

  /// A test whose failure keeps the logs and the data.
  test(title, run) {
    test(title, async (t) => {
      try {
        await run(t);
      } catch (error) {
        this.#failed = true;
        throw error;
      }
    });
  }

  open_page(options) {
    return open_page(this.browser, options);
  }

  picture(page, name) {
    return page.screenshot({ path: join(this.pictures, `${name}.png`) });
  }

  /// Whether the screen is as it has to be, and a picture of it.
  async look(page, name) {
    assert.deepEqual(await findings(page), [], name);
    await this.picture(page, name);
  }

  /// Rows of the box's database, while the box runs.
  rows(sql, ...values) {
    const db = new DatabaseSync(this.stack.database, { readOnly: true });
    try {
      return db.prepare(sql).all(...values);
    } finally {
      db.close();
    }
  }

  /// What the box recorded under the event's id: {attributes, message}.
  recorded(event_id) {
    const [row] = this.rows(
      `SELECT record.attributes, payload.data FROM record JOIN payload ON payload.id = record.payload
        WHERE record.event_id = ?`,
      bytes_of(event_id),
    );
    if (row === undefined) throw new Error(`the box has no record ${event_id}`);
    const attributes = parse_attribute_bytes(Buffer.from(row.attributes));
    return { attributes, message: decode_event({ attributes, data: Buffer.from(row.data) }) };
  }

  async #end() {
    await this.browser?.close();
    const troubles = (await this.stack?.stop()) ?? [];
    if (this.#failed || troubles.length > 0) console.log(`Logs and data are kept in ${this.folder}`, ...troubles);
    else if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}

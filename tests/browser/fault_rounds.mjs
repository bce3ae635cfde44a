// The tests of one file that strike a box and its browsers: the box and its folder, and a browser for each test.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FaultBox, HOST } from './fault_box.mjs';
import { KioskBrowser } from './kiosk_browser.mjs';

// Longer than an operator needs to the moment at which the box is to stand still.
const STANDS_WITHIN_MS = 60_000;

export class FaultRounds {
  #failed = false;

  /// The box starts before the tests of the file and ends after them; it has what FaultBox.create takes.
  static for_this_file(name, wanted) {
    const rounds = new FaultRounds();
    before(async () => {
      rounds.folder = mkdtempSync(join(tmpdir(), `millrace-${name}-`));
      rounds.box = await FaultBox.create({ folder: rounds.folder, ...wanted });
      await rounds.box.start();
    });
    after(async () => {
      await rounds.box?.stop();
      if (rounds.#failed) console.log(`Logs and data are kept in ${rounds.folder}`);
      else rmSync(rounds.folder, { recursive: true, force: true });
    });
    return rounds;
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

  /// A browser of its own, for the length of `run`. `more`: what else KioskBrowser takes.
  async with_browser(name, run, more = {}) {
    const { folder, box } = this;
    const browser = new KioskBrowser({ profile: join(folder, name), url: box.url, host: HOST, trust: box.trust, ...more });
    await browser.start();
    try {
      return await run(browser);
    } catch (error) {
      await browser.page?.screenshot({ path: join(folder, `${name}.png`) }).catch(() => null);
      throw error;
    } finally {
      await browser.stop();
      await box.link.accept();
    }
  }

  /// The box dies at the strike, in the words of edge_with_points, while `act` runs, and comes back by itself.
  async box_dies(strike, act) {
    const { box } = this;
    const { deaths } = box;
    await box.kill();
    await box.start(strike);
    const result = await act();
    if (box.deaths !== deaths + 1) throw new Error(`the box was to die once, at ${strike.at}, and died ${box.deaths - deaths} times`);
    return result;
  }

  /// The browser dies while the box stands still at the strike, and `act` runs.
  async browser_dies(browser, strike, act) {
    const { box } = this;
    await box.kill();
    await box.start({ ...strike, signal: 'STOP' });
    const killed = box
      .stands_still(STANDS_WITHIN_MS)
      .then(() => browser.kill())
      .finally(() => box.go_on());
    const [result, is_dead] = await Promise.all([act(), killed]);
    if (!is_dead) throw new Error('there was no browser to kill');
    return result;
  }
}

// An operator who wants to get a test done, whatever happens to the box or the screen: looks at what is shown, and does
// what a person would do next.
import { tap_keys } from './journey.mjs';
import { pause } from '../support/process.mjs';

const DONE_WITHIN_MS = 90_000;
const LOOK_MS = 40;
/// What a tap may wait for; the screen may have changed under the finger.
const TAP_WITHIN_MS = 2_000;

export class Operator {
  results = [];
  attentions = 0;
  /// The screens in the order in which they were seen.
  seen = [];
  /// Whether an answer may have been cut short.
  unsure = false;

  /// `answers`: the response to each item. `rushes`: does not wait until an answer is saved.
  constructor({ browser, badge, pin, test_id, answers, rushes = false }) {
    Object.assign(this, { browser, badge, pin, test_id, answers, rushes });
  }

  /// The result, once it stands on the screen.
  take_test() {
    return this.#go_on('result');
  }

  /// Stops before the screen, with nothing done on it.
  async go_to(screen) {
    await this.#go_on(screen);
  }

  async #go_on(to) {
    const deadline = Date.now() + DONE_WITHIN_MS;
    let trouble = null;
    for (;;) {
      if (Date.now() > deadline) {
        throw new Error(`${to} never came; the last screens were ${this.seen.slice(-12).join(', ')}`, { cause: trouble });
      }
      try {
        if (!this.browser.runs) {
          await this.browser.start();
          this.unsure = true;
        }
        const screen = await this.#screen();
        if (this.seen.at(-1) !== screen) this.seen.push(screen);
        if (screen === to) return to === 'result' ? await this.#result(this.page.getByTestId('result-score')) : null;
        if (screen === 'work' && to === 'result' && (await this.#is_done())) return await this.#result(this.#past_result());
        await this.act(screen);
      } catch (error) {
        // A screen that changes under the finger, a browser that is gone: one looks again.
        trouble = error;
      }
      await pause(LOOK_MS);
    }
  }

  get page() {
    return this.browser.page;
  }

  #screen() {
    this.page.setDefaultTimeout(TAP_WITHIN_MS);
    return this.page.evaluate(() => {
      const dialog = document.querySelector('dialog[open]')?.dataset.dialog;
      return dialog ?? document.querySelector('[data-screen]')?.dataset.screen ?? '';
    });
  }

  /// The result may have come, and the screen have gone dark before anybody saw it: then it is in the list.
  async #is_done() {
    return (await this.page.getByTestId(`open-${this.test_id}`).count()) === 0 && (await this.#past_result().count()) > 0;
  }

  #past_result() {
    return this.page.locator('[aria-labelledby="done"] [data-event-id]').first();
  }

  async #result(score) {
    return { event_id: await score.getAttribute('data-event-id'), score_bp: Number(await score.getAttribute('data-score-bp')) };
  }

  /// What one does there on the way to the test's result.
  async act(screen) {
    const { page } = this;
    switch (screen) {
      case 'attract':
        if ((await page.getByTestId('type-badge').count()) > 0) await page.getByTestId('type-badge').tap();
        return;
      case 'identify':
        return this.#badge_and_pin('identify');
      case 'confirm':
        return this.#tap_and_wait('confirm-me', 'confirm');
      case 'work':
        // The list may still be on its way.
        if ((await page.getByTestId(`open-${this.test_id}`).count()) > 0) await page.getByTestId(`open-${this.test_id}`).tap();
        return;
      case 'brief':
        return this.#tap_and_wait('start-attempt', 'brief');
      case 'resume':
        return this.#tap_and_wait('resume-attempt', 'resume');
      case 'question':
        return this.#answer();
      case 'review':
        if (this.unsure) {
          // Something happened on the way: a person goes through the questions once more.
          this.unsure = false;
          await page.locator('.tile').first().tap();
          return;
        }
        await page.getByTestId('to-sign').tap();
        return;
      case 'sign':
        return this.#badge_and_pin('sign');
      case 'attention':
        this.attentions += 1;
        await page.getByTestId('attention-go-on').tap();
        return;
      case 'idle':
        await page.locator('[data-dialog="idle"] .button-primary').tap();
        return;
      case 'elsewhere':
        await page.locator('[data-dialog="elsewhere"] .button-primary').tap();
        return;
      default:
        return;
    }
  }

  /// As on the first screen and under a test: what is shown of the two is given.
  async #badge_and_pin(screen) {
    const { page } = this;
    const stage = await page.locator('[data-stage]').getAttribute('data-stage');
    if (!stage.endsWith('badge')) return this.give_pin(screen);
    await page.tap('.key[data-key="clear"]');
    await tap_keys(page, this.badge);
    await page.getByTestId('badge-enter').tap();
  }

  async give_pin(screen) {
    const { page } = this;
    await page.tap('.key[data-key="clear"]');
    await tap_keys(page, this.pin);
    await page.getByTestId('pin-enter').tap();
    await this.#left(screen);
    return;
  }

  async #tap_and_wait(testid, screen) {
    await this.page.getByTestId(testid).tap();
    await this.#left(screen);
    return;
  }

  /// A moment for the box to answer; without an answer one tries again.
  async #left(screen) {
    await this.page.waitForFunction((name) => document.querySelector('[data-screen]')?.dataset.screen !== name, screen).catch(() => null);
  }

  async #answer() {
    const { page } = this;
    const question = page.locator('[data-item]');
    const item = await question.getAttribute('data-item');
    const type = await question.getAttribute('data-type');
    await this.#give(item, type, this.answers[item]);
    await page.waitForSelector('[data-item]:is([data-mark="here"], [data-mark="saved"], [data-mark="refused"])');
    await this.browser.look_at_outbox();
    if (!this.rushes) await page.waitForSelector('[data-item][data-mark="saved"]');
    await page.getByTestId('next').tap();
    await page.waitForFunction((id) => document.querySelector('[data-item]')?.dataset.item !== id, item);
    return;
  }

  /// Only what is not given yet: who comes back does not answer twice.
  async #give(item, type, response) {
    const { page } = this;
    if (type === 'numeric') {
      const field = page.getByTestId('number');
      if ((await field.inputValue()) === response.number) return;
      await field.fill(response.number);
      return;
    }
    const wanted = response.choices ?? [String(response.choice ?? response.value)];
    for (const option of wanted) {
      const place = page.locator(`[data-option="${option}"]`);
      if (!(await place.locator('input').isChecked())) await place.tap();
    }
  }
}

// Somebody who wants a request or a decision to get through, whatever happens to the box or the screen.
import { Operator } from './operator.mjs';

export class DeskPerson extends Operator {
  /// `asks_for`: for whom a leader asks, {id, name} each; `decides`: the step to which a leader says yes. Without either
  /// somebody asks for themselves.
  constructor({ asks_for = null, decides = null, ...person }) {
    super(person);
    Object.assign(this, { asks_for, decides });
  }

  /// The events that the screen calls saved, once it does.
  async get_it_through() {
    const last = this.asks_for === null ? 'tracker' : 'batch';
    await this.go_to(last);
    if (last === 'tracker') return [await this.page.locator('.record code').textContent()];
    return this.page.locator('[data-event]').evaluateAll((cards) => cards.map(({ dataset }) => dataset.event));
  }

  async act(screen) {
    const { page } = this;
    switch (screen) {
      case 'work':
        return page.getByTestId(this.asks_for === null && this.decides === null ? 'to-request' : 'to-leader').tap();
      case 'leader':
        return page.getByTestId(this.asks_for === null ? `decide-${this.decides}` : 'to-request-for').tap();
      case 'request':
        return this.#fill_in(await page.locator('[data-part]').getAttribute('data-part'));
      case 'decide':
        return this.#decide();
      default:
        return super.act(screen);
    }
  }

  async #fill_in(part) {
    const { page } = this;
    if (part === 'check') return this.#sign('request');
    if (part === 'people') for (const person of this.asks_for) await this.#find(person);
    for (const option of { kind: ['training'], skill: ['line-check'], reason: ['new-task'] }[part] ?? []) {
      await this.#choose(option);
    }
    await page.getByTestId('request-next').tap();
    await page.waitForSelector(`[data-part]:not([data-part="${part}"])`);
  }

  async #decide() {
    const { page } = this;
    if ((await page.locator('[data-stage="sign"]').count()) > 0) return this.#sign('decide');
    // Nobody has to say why to a yes.
    if ((await page.locator('[data-stage="choose"]').count()) > 0) await this.#choose('approve');
    await page.getByTestId('decide-next').tap();
  }

  /// There are so many that none is shown before a letter is given.
  async #find({ id, name }) {
    const { page } = this;
    if ((await page.locator(`[data-chosen="${id}"]`).count()) > 0) return;
    const place = page.locator(`[data-option="${id}"]`);
    if ((await place.count()) === 0) await page.locator(`.letter-keys [data-letter="${name[0]}" i]`).tap();
    await place.tap();
    await page.waitForSelector(`[data-chosen="${id}"]`);
  }

  async #choose(option) {
    const place = this.page.locator(`[data-option="${option}"]`);
    if (!(await place.locator('input').isChecked())) await place.tap();
  }

  /// Looks at what the browser has on its disk where the screen says that it kept something.
  async #sign(screen) {
    if ((await this.page.getByTestId('kept').count()) > 0) await this.browser.look_at_outbox();
    await this.give_pin(screen);
  }
}

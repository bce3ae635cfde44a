// A kiosk's Chromium with a profile on disk, so that it can be ended with -9 and started again where it was.
import { mkdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { chromium_path, FLAGS, watch_complaints } from './browser.mjs';
import { trust_authority } from './trust.mjs';

/// What the browser itself says when it looks for a new release and the box is away.
const NO_NEW_RELEASE = 'An unknown error occurred when fetching the script.';

/// The processes that this one has started, by id.
const children = () =>
  readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number);

/// In the page: tells each answer that the screen calls saved, as the screen shows it.
function tell_what_is_acknowledged() {
  const given = (question) => {
    const number = question.querySelector('[data-testid="number"]');
    if (number !== null) return { number: number.value };
    const chosen = [...question.querySelectorAll('[data-option]')]
      .filter((option) => option.querySelector('input').checked)
      .map((option) => option.dataset.option);
    if (question.dataset.type === 'multiple_choice') return { choices: chosen.sort() };
    return question.dataset.type === 'true_false' ? { value: chosen[0] === 'true' } : { choice: chosen[0] };
  };
  let told = '';
  const look = () => {
    const question = document.querySelector('[data-item][data-mark="saved"]');
    if (question === null) return;
    const line = JSON.stringify({ item: question.dataset.item, response: given(question) });
    if (line !== told) globalThis.millrace_acknowledged(line);
    told = line;
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
}

/// In the page: what waits and what is kept in the outbox, and the signed papers without an answer. Never makes a database where there is none.
async function read_outbox() {
  const name = 'millrace-kiosk';
  const answer = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  if (!(await indexedDB.databases()).some((database) => database.name === name)) return { waiting: [], kept: [], papers: [] };
  const database = await answer(indexedDB.open(name));
  try {
    const stores = ['waiting', 'kept', 'papers'];
    const reading = database.transaction(stores, 'readonly');
    const [waiting, kept, papers] = stores.map((store) => answer(reading.objectStore(store).getAll()));
    return { waiting: await waiting, kept: await kept, papers: await papers };
  } finally {
    database.close();
  }
}

export class KioskBrowser {
  acknowledged = [];
  complaints = [];
  /// Every key that was ever seen to wait on the browser's disk.
  seen_waiting = new Set();
  /// And of every paper.
  seen_papers = new Set();
  /// What the page writes at the box, as it is asked: {method, path, body}.
  on_write = () => {};
  #context = null;
  #pid = null;

  /// `url`: where it begins, or null for an empty page. `trust`: what the box prints about its authority, or null for a kiosk that was told nothing; `host`: the name under which it is reached on loopback.
  /// `watched`: false where the page is to have nothing to do but its own. `as_plant`: flags of a plant's command line, which then decides how large the page is.
  constructor({ profile, url, host, trust, scripts = [], env = {}, watched = true, as_plant = null }) {
    Object.assign(this, { profile, url, host, trust, scripts, env, watched, as_plant });
  }

  get page() {
    return this.#context.pages()[0];
  }

  get runs() {
    return this.#context !== null;
  }

  async start() {
    const before = new Set(children());
    const home = `${this.profile}-home`;
    mkdirSync(home, { recursive: true });
    if (this.trust !== null) trust_authority(home, this.trust);
    const context = await chromium.launchPersistentContext(this.profile, {
      executablePath: chromium_path(),
      args: [...FLAGS, `--host-resolver-rules=MAP ${this.host} 127.0.0.1`, ...(this.as_plant ?? [])],
      // Else nobody could see whether there are any.
      ignoreDefaultArgs: this.as_plant === null ? [] : ['--hide-scrollbars'],
      env: { ...process.env, HOME: home, ...this.env },
      viewport: this.as_plant === null ? { width: 1280, height: 800 } : null,
      hasTouch: true,
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    this.#pid = children().find((pid) => !before.has(pid));
    this.#context = context;
    context.once('close', () => {
      if (this.#context === context) this.#context = null;
    });
    if (this.watched) {
      await context.exposeBinding('millrace_acknowledged', (_source, line) => this.acknowledged.push(JSON.parse(line)));
      await context.addInitScript(tell_what_is_acknowledged);
    }
    context.on('request', (request) => {
      if (request.method() === 'GET') return;
      this.on_write({ method: request.method(), path: new URL(request.url()).pathname, body: request.postDataJSON() });
    });
    for (const script of this.scripts) await context.addInitScript(...script);
    watch_complaints(this.page, this.complaints, [NO_NEW_RELEASE]);
    if (this.url === null) return;
    await this.page.goto(this.url);
    await this.look_at_outbox();
  }

  /// The tab alone, as when its renderer runs out of memory; a new one is opened in its place.
  async crash_tab() {
    const debugging = await this.#context.newCDPSession(this.page);
    const crashed = this.page.waitForEvent('crash');
    // Never answered: whoever would answer is gone.
    debugging.send('Page.crash').catch(() => null);
    await crashed;
    const [dead] = this.#context.pages();
    const page = await this.#context.newPage();
    await dead.close();
    watch_complaints(page, this.complaints, [NO_NEW_RELEASE]);
    await page.goto(this.url);
  }

  /// The whole browser, renderers and storage included, as when somebody pulls the plug. False when none runs.
  kill() {
    const context = this.#context;
    this.#context = null;
    // It leads a process group of its own.
    return context !== null && process.kill(-this.#pid, 'SIGKILL');
  }

  async stop() {
    await this.#context?.close();
  }

  async outbox() {
    return this.page.evaluate(read_outbox);
  }

  async look_at_outbox() {
    const outbox = await this.outbox();
    for (const { submission_key } of outbox.waiting) this.seen_waiting.add(submission_key);
    for (const { draft } of outbox.papers) this.seen_papers.add(draft.submission_key);
    return outbox;
  }
}

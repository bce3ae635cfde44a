// The whole line on this machine, for a person to try. `--once`: a headless browser takes a test instead, and the
// exit code says whether its completion came out of the bus with the score that the screen showed.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { COMPLETED, Consumer, envelope_of } from '../tests/support/consumer.mjs';
import { decode_event } from '../tests/support/events.mjs';
import { Verifier } from '../tests/support/evidence.mjs';
import { until } from '../tests/support/process.mjs';
import { root, Stack } from '../tests/support/stack.mjs';

const RECEIVED_WITHIN_MS = 30_000;
const once = process.argv.includes('--once');
const read_json = (...path) => JSON.parse(readFileSync(join(root, 'demo', ...path), 'utf8'));

const operators = read_json('roster.source.json').operators;
const assignments = read_json('assignments.json').assignments;

mkdirSync(join(root, '.demo'), { recursive: true });
const folder = mkdtempSync(join(root, '.demo', 'run-'));
let stack;
let consumer;
let ending = false;

/// Stops everything that was started here, and only that.
async function end(code) {
  if (ending) return;
  ending = true;
  await Promise.race([consumer?.stop(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
  const troubles = (await stack?.stop()) ?? [];
  for (const trouble of troubles) console.error(trouble);
  if (code === 0 && troubles.length === 0) rmSync(folder, { recursive: true, force: true });
  else console.error(`Logs and data are kept in ${folder}`);
  process.exit(troubles.length === 0 ? code : 1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!ending) console.log('\nStopping …');
    end(0);
  });
}

const percent = (bp) => `${(bp / 100).toFixed(bp % 100 === 0 ? 0 : 1)} %`;
const columns = [18, 8, 28, 16, 9, 18, 8];
const row = (...cells) => console.log(cells.map((cell, i) => String(cell).padEnd(columns[i])).join('  ').trimEnd());

const received = new Map();

function show(verifier, message, received_at) {
  const { event, ...envelope } = envelope_of(message);
  const proof = verifier.check(message);
  const completion = envelope.type === COMPLETED ? decode_event(event) : null;
  received.set(envelope.id, { completion, proof });
  row(
    envelope.session,
    envelope.sequence,
    envelope.type,
    completion?.operator_id ?? '',
    completion ? percent(completion.score_bp) : '',
    `${received_at - envelope.recorded} ms`,
    proof.ok ? 'verified' : `NOT VERIFIED: ${proof.why}`,
  );
}

/// The right answers of a package but for one, so that the score is neither nothing nor everything.
function answers_of(test_id) {
  const items = read_json('packages', `${test_id}.json`).items;
  const answers = Object.fromEntries(items.map((item) => [item.id, item.answer]));
  const wrong = items.find((item) => item.type === 'true_false' && !item.critical);
  if (wrong) answers[wrong.id] = { value: !wrong.answer.value };
  return answers;
}

async function one_test() {
  const { launch, open_page } = await import('../tests/browser/browser.mjs');
  const { takeTest } = await import('../tests/browser/journey.mjs');
  const [{ badge, pin }] = operators;
  const browser = await launch();
  let shown;
  try {
    const page = await open_page(browser);
    shown = await takeTest(page, {
      url: stack.url,
      badge,
      pin,
      answers: answers_of('loto-basics'),
      screenshotsDir: join(root, '.artefacts', 'demo'),
      onScreen: (name) => console.log(`  kiosk: ${name}`),
    });
  } finally {
    await browser.close();
  }
  console.log(`The screen shows ${percent(shown.score_bp)}, ${shown.outcome}.`);
  const { completion, proof } = await until(
    'the completion is received',
    () => received.get(shown.event_id),
    RECEIVED_WITHIN_MS,
  );
  const outcome = completion.outcome.replace('OUTCOME_', '').toLowerCase();
  if (completion.score_bp !== shown.score_bp || outcome !== shown.outcome) {
    throw new Error(`the bus delivered ${percent(completion.score_bp)}, ${outcome}: not what the screen showed`);
  }
  if (!proof.ok) throw new Error(`the completion does not verify: ${proof.why}`);
  console.log(`Received from the bus with the same score: ${percent(completion.score_bp)}, ${outcome}.`);
}

try {
  stack = await Stack.create({
    folder,
    operators,
    assignments,
    packages: join(root, 'demo', 'packages'),
    catalogue: join(root, 'demo', 'catalogue.json'),
    workflows: join(root, 'demo', 'workflows.json'),
    screens: { help: 'Plant IT, extension 4711', roster_sign_in: true },
    kiosk: join(root, 'kiosk', 'dist'),
    on_death: (part, { code, signal }) => {
      if (ending) return;
      console.error(`${part.name} ended by itself (${signal ?? code}):\n${part.log_tail()}`);
      end(1);
    },
  });
  await stack.start();
  const verifier = new Verifier(stack.boxes);
  consumer = new Consumer({
    connection_string: stack.connection_string,
    subscription: 'training',
    on_message: (message, received_at) => show(verifier, message, received_at),
  });
  consumer.start();

  console.log(`
The line is up: mosquitto, millrace-bus, millrace-relay, millrace-edge (logs in ${join(folder, 'logs')}).

  Kiosk   ${stack.url}/`);
  for (const { badge, pin, name, roles } of operators) {
    console.log(`  Badge   ${badge}   PIN ${pin}   ${name} (${roles.join(', ').replace('_', ' ')})`);
  }
  console.log(`
What a consumer of the subscription "training" receives${once ? '' : ' (Ctrl-C stops everything)'}:
`);
  row('session', 'sequence', 'type', 'operator', 'score', 'saved → received', 'evidence');

  if (once) {
    await one_test();
    await end(0);
  }
} catch (error) {
  console.error(`\n${error.message}`);
  await end(1);
}

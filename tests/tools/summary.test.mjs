// The summary of a test run says what was left out, and why.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const program = join(import.meta.dirname, '..', '..', 'tools', 'summary.mjs');
const folder = mkdtempSync(join(tmpdir(), 'millrace-summary-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const passed = (name, output) =>
  `<testcase name="${name}" classname="${name}" time="1.5" status="run"><system-out>${output}</system-out></testcase>`;

function summary(...cases) {
  const file = join(folder, 'dev.xml');
  writeFileSync(file, `<testsuite>${cases.join('\n')}</testsuite>`);
  const { status, stdout } = spawnSync(process.execPath, [program, file], { encoding: 'utf8' });
  return { status, stdout };
}

const NODE = `▶ each language
  ﹣ Python (0.883267ms) # python3 &lt; 3.9: see ./dev test --sdks
  ✔ Go (12.1ms)
﹣ the box’s disk (0.1ms) # SKIP
ℹ tests 3
ℹ pass 1
ℹ fail 0
ℹ skipped 2
`;
const GOOGLE = `[ RUN      ] Rabbit.restart
/a/rabbitmq_test.cpp:28: Skipped
RabbitMQ is not installed; ./dev test --peers does it

[  SKIPPED ] Rabbit.restart (0 ms)
[ RUN      ] Rabbit.other
[       OK ] Rabbit.other (0 ms)
[  PASSED  ] 1 test.
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] Rabbit.restart
`;

test('each skipped case is named with its reason', () => {
  const { status, stdout } = summary(passed('sdks', NODE), passed('peers', GOOGLE));
  assert.equal(status, 0);
  const skipped = stdout.slice(stdout.indexOf('skipped:\n')).split('\n').slice(1, 4);
  assert.deepEqual(skipped, [
    '  dev: sdks: Python: python3 < 3.9: see ./dev test --sdks',
    '  dev: sdks: the box’s disk: no reason given',
    '  dev: peers: Rabbit.restart: RabbitMQ is not installed; ./dev test --peers does it',
  ]);
  assert.match(stdout, /^2 passed, 0 failed, 3 skipped$/m);
});

test('a test that ctest itself did not run is named, too', () => {
  const { stdout } = summary(
    passed('one', '[  PASSED  ] 1 test.'),
    '<testcase name="two" time="0" status="notrun"><skipped message="Disabled"/></testcase>',
  );
  assert.match(stdout, /^ {2}dev: two: all of it: Disabled$/m);
});

test('where nothing was skipped nothing is said of it', () => {
  assert.doesNotMatch(summary(passed('one', '[  PASSED  ] 1 test.')).stdout, /^skipped:/m);
});

// The benchmark itself, small: a run of it leaves a report whose figures belong together.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { numbers, percentile, spread } from './measure.mjs';

const here = import.meta.dirname;
const out = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
const out_of_bus = mkdtempSync(join(tmpdir(), 'millrace-bench-bus-'));

after(() => [out, out_of_bus].forEach((folder) => rmSync(folder, { recursive: true, force: true })));

test('a small run counts every request, gives none up and writes its report', () => {
  const args = [join(here, 'kiosks.mjs'), '--kiosks', '3', '--answers', '1', '--fast', '5', '--out', out];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });
  assert.equal(status, 0, stdout + stderr);
  const run = JSON.parse(readFileSync(join(out, 'kiosks.json'), 'utf8'));
  const counts = (times) => Object.fromEntries(Object.entries(times).map(([name, { count }]) => [name, count]));
  // How often they looked after the box depends on how long it took.
  const { watch, ...once } = counts(run.box.times);
  assert.ok(watch > 0);
  assert.deepEqual(once, { sign_in: 3, open: 3, human: 3, fast: 15, submit: 3 });
  assert.deepEqual(counts(run.rival.times), { human: 3, fast: 15 });
  assert.deepEqual([...run.box.given_up, ...run.rival.given_up], []);
  assert.ok(run.box.memory_kib > 1024 && run.box.phases.submit.cpu_seconds > 0);
  assert.match(readFileSync(join(out, 'kiosks.md'), 'utf8'), /Against a rival/);
  assert.match(readFileSync(join(out, 'kiosks.svg'), 'utf8'), /<polyline points="[\d., ]+"/);
  // The databases of the run are gone.
  assert.deepEqual(readdirSync(out).sort(), ['kiosks.json', 'kiosks.md', 'kiosks.svg']);
});

test('a small run of the bus sends and takes everything, and writes its report', () => {
  const args = [join(here, 'bus.mjs'), '--messages', '300', '--rounds', '1', '--stored', '300', '--alone', '--out', out_of_bus];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });
  assert.equal(status, 0, stdout + stderr);
  const report = readFileSync(join(out_of_bus, 'bus.md'), 'utf8');
  const rows = [...report.matchAll(/^\| (disk|memory) \| (1|16|256) \| (accepted sends|received and completed) \| ([\d,]+) \| – \| – \|$/gm)];
  assert.equal(rows.length, 12, report);
  for (const [row, , , , rate] of rows) assert.ok(Number(rate.replaceAll(',', '')) > 0, row);
  assert.match(report, /^Memory: \d+ MiB before, \d+ MiB with 300 messages/m);
  assert.match(report, /RabbitMQ was left out/);
  assert.match(readFileSync(join(out_of_bus, 'bus.svg'), 'utf8'), /<rect /);
});

test('more kiosks than one address may have are refused with the bound', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(here, 'kiosks.mjs'), '--kiosks', '300'], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /--kiosks is 1 to 250/);
});

test('percentiles are values that were measured', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1);
  assert.deepEqual([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share)), [50, 95, 99, 100]);
  assert.deepEqual(spread([3, 1, 2]), { count: 3, p50: 2, p95: 3, p99: 3, most: 3 });
  assert.equal(spread([]).p50, null);
});

test('the pauses are the same for the same seed', () => {
  const some = (seed) => Array.from({ length: 3 }, numbers(seed));
  assert.deepEqual(some(7), some(7));
  assert.notDeepEqual(some(7), some(8));
});

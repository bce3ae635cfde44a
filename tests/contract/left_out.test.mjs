// The suite notices when a Service Bus leaves one of its behaviours out: each is left out in turn, and the cases
// that are about it must fail.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { certificate, run_suite, suite_process } from './local_bus.mjs';
import { SHOWN_BY, SHOWS_NONE } from './shown_by.mjs';

/// These cases wait for what does not come.
const PATIENCE_MS = 10_000;
/// Buses that run at a time; their cases wait most of the time.
const AT_ONCE = 12;

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(process.env.MILLRACE_BIN, 'millrace_bus_with_gaps');
const tls = certificate();
after(() => tls.remove());

test('every behaviour that can be left out has its case', () => {
  const header = readFileSync(join(root, 'emulator', 'broker', 'behaviour.hpp'), 'utf8');
  const list = /enum class Behaviour : uint8_t \{([^}]*)\}/.exec(header)[1];
  const names = [...list.matchAll(/^ {2}(\w+),/gm)].map(([, name]) => name).filter((name) => name !== 'all');
  assert.deepEqual(Object.keys(SHOWN_BY).sort(), names.sort());
});

test('every case of the suite shows one of them, or says why it does not', async () => {
  const { out } = await suite_process({ MILLRACE_CONTRACT_CONNECTION: '' }, ['--dry-run']);
  const cases = [...out.matchAll(/^(\S+) §\d+ \[/gm)].map(([, id]) => id);
  const named = new Set(Object.values(SHOWN_BY).flat());
  const excused = Object.values(SHOWS_NONE).flat();
  assert.deepEqual([...named, ...excused].sort(), cases.sort());
});

test('with nothing left out these cases hold', async () => {
  const { code, out } = await run_suite({ tls, program, only: [...new Set(Object.values(SHOWN_BY).flat())] });
  assert.equal(code, 0, out);
});

test('leaving one out fails its cases', { concurrency: AT_ONCE }, async (t) => {
  await Promise.all(
    Object.entries(SHOWN_BY).map(([behaviour, shown_by]) =>
      t.test(behaviour, async () => {
        const cases = [shown_by].flat();
        const { code, out } = await run_suite({
          tls,
          program,
          environment: { MILLRACE_BUS_WITHOUT: behaviour },
          only: cases,
          patience_ms: PATIENCE_MS,
        });
        assert.equal(code, 1, `without ${behaviour}, ${cases} must fail:\n${out}`);
        const failed = /^failed: (.*)$/m.exec(out)[1].split(' ');
        assert.deepEqual(failed.sort(), cases.toSorted(), out);
      }),
    ),
  );
});

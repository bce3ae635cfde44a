// The model and the code are one protocol: what the real Sender, Receiver and Lanes do in the simulator, step by step, the
// model can do as well; what they do with a bug planted in them, it cannot.
//
// MILLRACE_TRACES: how many seeds (default 200; a fourth of that for each bug).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { model, verifier } from './spin.mjs';

const TRACES = Number(process.env.MILLRACE_TRACES ?? 200);
const TRACES_OF_A_BUG = Math.ceil(TRACES / 4);
// As tests/simulation/schedule.hpp has them.
const SMALL = ['-DTRACE', '-DRECORDS=6', '-DWINDOW=3'];
const simulation = join(process.env.MILLRACE_BIN, 'millrace_simulation');

/// Spin numbers the names of an mtype from the last one on.
const [, names] = model.match(/mtype = \{([^}]*)\}/);
const NUMBERS = new Map(
  names
    .split(',')
    .map((name) => name.trim())
    .toReversed()
    .map((name, at) => [name, at + 1]),
);

function trace_of(seed, bug) {
  const { status, stdout, stderr } = spawnSync(simulation, ['--trace', '--seed', seed, '--bug', bug], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n');
}

/// Which traces the model accepts; another `text` is a changed model.
class Model {
  constructor(text) {
    this.program = verifier(SMALL, { text, options: ['-DSAFETY', '-DNOREDUCE', '-DVECTORSZ=4096'] });
  }

  dispose() {
    rmSync(dirname(this.program), { recursive: true });
  }

  accepts(trace) {
    const bytes = [...trace, 'end 0 0'].flatMap((line) => {
      const [action, first, second] = line.split(' ');
      return [NUMBERS.get(action) ?? assert.fail(`the model knows no ${action}`), Number(first), Number(second)];
    });
    const file = join(dirname(this.program), 'trace');
    writeFileSync(file, Buffer.from(bytes));
    const { status, stdout } = spawnSync(this.program, ['-E', '-m100000', '-w18'], {
      cwd: dirname(this.program),
      encoding: 'utf8',
      env: { ...process.env, MILLRACE_TRACE: file },
    });
    assert.equal(status, 0, stdout);
    assert.doesNotMatch(stdout, /max search depth too small|out of memory/);
    const found = /errors: 1/.test(stdout);
    // The end, and no assertion on the way to it.
    if (found) assert.match(stdout, /assertion violated 0/);
    return found;
  }
}

let real;
before(() => {
  real = new Model(model);
});
after(() => real.dispose());

test(`the model accepts ${TRACES} traces of the real code`, () => {
  let steps = 0;
  let faults = 0;
  for (let seed = 1; seed <= TRACES; seed += 1) {
    const trace = trace_of(seed, 'none');
    steps += trace.length;
    faults += trace.filter((line) => /dies|forgets|in_doubt/.test(line)).length;
    assert.ok(real.accepts(trace), `seed ${seed}:\n${trace.join('\n')}`);
  }
  console.log(`${TRACES} traces, ${steps} steps, ${faults} deaths and doubts`);
  assert.ok(faults > TRACES, 'the traces hold hardly any fault');
});

test('it accepts no trace whose end is another', () => {
  const trace = trace_of(1, 'none');
  assert.ok(real.accepts(trace));
  assert.equal(real.accepts([...trace, 'settle 7 0']), false);
  for (const left_out of ['capture 1 0', 'keep 2 0', 'commit 3 0']) {
    const at = trace.indexOf(left_out);
    assert.ok(at >= 0, left_out);
    assert.equal(real.accepts(trace.toSpliced(at, 1)), false, `without ${left_out}`);
  }
});

for (const bug of [
  'deletes on PUBACK',
  'no sync',
  'answers before commit',
  'I/O error ignored',
  'receipt before cursor',
  'two in flight',
  'retry overtakes',
  'doubt is success',
  'starts anywhere',
]) {
  test(`it rejects what the code does with the bug "${bug}"`, () => {
    let rejected = 0;
    for (let seed = 1; seed <= TRACES_OF_A_BUG; seed += 1) if (!real.accepts(trace_of(seed, bug))) rejected += 1;
    console.log(`${rejected} of ${TRACES_OF_A_BUG} rejected`);
    assert.ok(rejected > 0);
  });
}

for (const [what, from, to] of [
  ['a smaller window', 'next < base + WINDOW', 'next + 1 < base + WINDOW'],
  ['no buffer for what comes early', ':: else -> ahead[sequence] = base', ':: else'],
  ['a relay that forgets its cursor when it dies', 'expected = cursor + 1', 'expected = 1'],
  ['a receipt that is not said again', '(say || in_trace)', 'say'],
]) {
  test(`a model with ${what} no longer accepts the code`, () => {
    assert.ok(model.includes(from), from);
    const changed = new Model(model.replace(from, to));
    let rejected = 0;
    for (let seed = 1; seed <= TRACES_OF_A_BUG; seed += 1) if (!changed.accepts(trace_of(seed, 'none'))) rejected += 1;
    changed.dispose();
    console.log(`${rejected} of ${TRACES_OF_A_BUG} rejected`);
    assert.ok(rejected > 0);
  });
}

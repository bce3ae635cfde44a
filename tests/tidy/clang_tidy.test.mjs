// clang-tidy finds nothing in the product; `./dev lint` looks at the tests' own sources as well, which the sanitizers and the
// compiler's warnings watch every time. A file whose text, headers and command have not changed since it was found clean is not
// looked at again: the verdicts are kept in the user's cache folder, as ccache keeps objects.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute, join, normalize, relative } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { root } from './tree.mjs';

const build = process.env.MILLRACE_BUILD;
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'millrace', 'clang-tidy');
const OUTPUT_MOST_BYTES = 16 * 1024 * 1024;
const run = promisify(execFile);

/// Object file → the project's own files that went into it, as ninja remembers from the last build.
function inputs_by_object() {
  const text = execFileSync('ninja', ['-C', build, '-t', 'deps'], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  const inputs = new Map();
  let object = null;
  for (const line of text.split('\n')) {
    const head = line.match(/^(\S+): #deps/);
    if (head) {
      object = head[1];
      inputs.set(object, []);
    } else if (object && line.startsWith('    ')) {
      const path = line.trim();
      const full = normalize(isAbsolute(path) ? path : join(build, path));
      if (full.startsWith(`${root}/`) && !full.endsWith('.pch')) inputs.get(object).push(full);
    }
  }
  return inputs;
}

const digests = new Map();
function digest_of(file) {
  if (!digests.has(file)) {
    digests.set(file, existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'absent');
  }
  return digests.get(file);
}

const version = execFileSync('clang-tidy-19', ['--version'], { encoding: 'utf8' });
const portable = (text) => text.replaceAll(build, 'BUILD').replaceAll(root, 'ROOT');

const object_of = ({ command }) => command.match(/ -o (\S+)/)[1];

function key_of({ file, command }, inputs) {
  assert.ok(inputs, `${file} is not built yet: ./dev build`);
  const key = createHash('sha256').update(version).update(digest_of(join(root, '.clang-tidy'))).update(portable(command));
  for (const input of [file, ...inputs].sort()) key.update(portable(input)).update(digest_of(input));
  return key.digest('hex');
}

test('clang-tidy finds nothing in any source', async () => {
  const tests_too = process.env.MILLRACE_TIDY === 'all';
  const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')).filter(
    ({ file }) =>
      file.startsWith(`${root}/`) && !file.startsWith(`${build}/`) && file.endsWith('.cpp') &&
      (tests_too || !file.startsWith(`${root}/tests/`)),
  );
  assert.ok(commands.length > 0);
  // A file that a test compiles a second time, with other definitions, is looked at once: as the product compiles it.
  const once = new Map(commands.toReversed().map((entry) => [entry.file, entry]));
  const database = join(build, 'clang-tidy');
  mkdirSync(database, { recursive: true });
  writeFileSync(join(database, 'compile_commands.json'), JSON.stringify([...once.values()]));
  mkdirSync(cache, { recursive: true });
  const inputs = inputs_by_object();
  const waiting = [...once.values()]
    .filter(({ file }) => !file.includes('/cmake/'))
    .map((entry) => ({ ...entry, verdict: join(cache, key_of(entry, inputs.get(object_of(entry)))) }))
    .filter(({ verdict }) => !existsSync(verdict));
  console.log(`clang-tidy: ${waiting.length} of ${once.size} files to look at`);

  const found = [];
  const worker = async () => {
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      try {
        await run('clang-tidy-19', ['-p', database, '--quiet', entry.file], { maxBuffer: OUTPUT_MOST_BYTES });
        writeFileSync(entry.verdict, '');
      } catch (error) {
        found.push(`${relative(root, entry.file)}:\n${error.stdout}`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  assert.equal(found.length, 0, found.join('\n'));
});

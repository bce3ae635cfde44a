// clang-tidy finds nothing in the product; `./dev lint` looks at the tests' own sources as well, which the sanitizers and the
// compiler's warnings watch every time. A file whose text, headers and command have not changed since it was found clean is not
// looked at again: the verdicts are kept in the user's cache folder, as ccache keeps objects.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute, join, normalize } from 'node:path';
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

/// Sources of one target are looked at together, one behind the other in one file: what takes the time is the headers. Not by
/// #include, for the analyzer looks at the main file alone.
const TOGETHER = 8;

/// One command for each handful of a target's sources, and those sources with the line at which each begins, less one.
function together(entries, folder) {
  const targets = Map.groupBy(entries, (entry) => object_of(entry).split('.dir/')[0]);
  return [...targets].flatMap(([target, members]) =>
    Array.from({ length: Math.ceil(members.length / TOGETHER) }, (_, at) => {
      const [first, ...more] = members.slice(at * TOGETHER, (at + 1) * TOGETHER);
      const file = join(folder, `${target.replaceAll('/', '_')}_${at}.cpp`);
      let text = '';
      const sources = [first, ...more].map((source) => {
        const before = text.split('\n').length - 1;
        text += readFileSync(source.file, 'utf8');
        return { ...source, before };
      });
      writeFileSync(file, text);
      const command = first.command.replaceAll(first.file, file).replace(' -o ', ' -Wno-shadow -o ');
      return { ...first, file, command, sources };
    }),
  );
}

/// What clang-tidy said of such a file, with the places in the sources.
function said_of(look, output) {
  return output.replaceAll(new RegExp(`${look.file}:(\\d+):`, 'g'), (_, line) => {
    const source = look.sources.findLast(({ before }) => before < Number(line));
    return `${source.file}:${line - source.before}:`;
  });
}

test('clang-tidy finds nothing in any source', async () => {
  const tests_too = process.env.MILLRACE_TIDY === 'all';
  const commands = JSON.parse(readFileSync(join(build, 'compile_commands.json'), 'utf8')).filter(
    ({ file }) =>
      file.startsWith(`${root}/`) && !file.startsWith(`${build}/`) && file.endsWith('.cpp') &&
      !file.includes('/cmake/') && (tests_too || !file.startsWith(`${root}/tests/`)),
  );
  assert.ok(commands.length > 0);
  // A file that a test compiles a second time, with other definitions, is looked at once: as the product compiles it.
  const once = [...new Map(commands.toReversed().map((entry) => [entry.file, entry])).values()];
  const folder = join(build, 'clang-tidy');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [of_tests, of_product] = [true, false].map((is) => once.filter(({ file }) => file.startsWith(`${root}/tests/`) === is));
  const looks = [...together(of_product, folder), ...of_tests.map((entry) => ({ ...entry, sources: [{ ...entry, before: 0 }] }))];
  const entries = looks.map(({ directory, command, file }) => ({ directory, command, file }));
  writeFileSync(join(folder, 'compile_commands.json'), JSON.stringify(entries));
  mkdirSync(cache, { recursive: true });
  const inputs = inputs_by_object();
  const key_of_all = ({ sources }) => {
    const key = createHash('sha256');
    for (const source of sources) key.update(key_of(source, inputs.get(object_of(source))));
    return key.digest('hex');
  };
  const waiting = looks
    .map((look) => ({ ...look, verdict: join(cache, key_of_all(look)) }))
    .filter(({ verdict }) => !existsSync(verdict));
  const sources = (list) => list.reduce((sum, look) => sum + look.sources.length, 0);
  console.log(`clang-tidy: ${sources(waiting)} of ${once.length} files to look at`);

  const found = [];
  const worker = async () => {
    for (let look = waiting.pop(); look; look = waiting.pop()) {
      try {
        await run('clang-tidy-19', ['-p', folder, '--quiet', look.file], { maxBuffer: OUTPUT_MOST_BYTES });
        writeFileSync(look.verdict, '');
      } catch (error) {
        found.push(said_of(look, error.stdout));
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  assert.equal(found.length, 0, found.join('\n'));
});

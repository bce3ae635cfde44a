// Adds up what ctest's JUnit files say, case by case, names what was skipped and why, and closes with
// "N passed, N failed, N skipped".
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const sum = (matches) => [...matches].reduce((total, [, n]) => total + Number(n ?? 0), 0);

/// How many cases a runner says it ran; null when the output is no runner's.
function cases_in(output) {
  const runners = [
    // GoogleTest
    { passed: /\[ {2}PASSED {2}\] (\d+) tests?/g, failed: /\[ {2}FAILED {2}\] (\d+) tests?,/g, skipped: /\[ {2}SKIPPED \] (\d+) tests?,/g },
    // Node
    { passed: /^ℹ pass (\d+)$/gm, failed: /^ℹ fail (\d+)$/gm, skipped: /^ℹ skipped (\d+)$/gm },
    // Vitest
    { passed: /^ *Tests .*?(\d+) passed/gm, failed: /^ *Tests .*?(\d+) failed/gm, skipped: /^ *Tests .*?(\d+) skipped/gm },
  ];
  for (const { passed, failed, skipped } of runners) {
    const counts = { passed: sum(output.matchAll(passed)), failed: sum(output.matchAll(failed)), skipped: sum(output.matchAll(skipped)) };
    if (counts.passed + counts.failed + counts.skipped > 0) return counts;
  }
  return null;
}

/// What a runner says it left out, each with its reason: ctest shows the output of failed tests only.
function skips_in(output) {
  const google = [...output.matchAll(/: Skipped\n([\s\S]*?)\n\[ {2}SKIPPED \] (\S+) \(/g)].map(([, reason, name]) => ({ name, reason }));
  const node = [...output.matchAll(/^ *﹣ (.+) \([\d.]+ms\) # (.+)$/gm)].map(([, name, reason]) => ({ name, reason }));
  return [...google, ...node].map(({ name, reason }) => {
    const said = reason.replace(/\s+/g, ' ').trim();
    return { name, reason: said === '' || said === 'SKIP' ? 'no reason given' : said };
  });
}

const unescaped = (text) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

function tests_of(file) {
  const xml = readFileSync(file, 'utf8');
  return [...xml.matchAll(/<testcase ([^>]*)>([\s\S]*?)<\/testcase>/g)].map(([, head, body]) => {
    const attribute = (name) => unescaped(head.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? '');
    const output = unescaped(body.match(/<system-out>([\s\S]*?)<\/system-out>/)?.[1] ?? '');
    const status = attribute('status');
    const one = { passed: 0, failed: 0, skipped: 0 };
    if (status === 'run') one.passed = 1;
    else if (status === 'fail') one.failed = 1;
    else one.skipped = 1;
    const counts = cases_in(output) ?? one;
    // A crash or a timeout is a failure, whatever the cases before it said.
    if (status === 'fail' && counts.failed === 0) counts.failed = 1;
    const skips = skips_in(output);
    if (one.skipped > 0 && skips.length === 0) {
      const reason = unescaped(body.match(/<skipped message="([^"]*)"/)?.[1] ?? 'no reason given');
      skips.push({ name: 'all of it', reason });
    }
    return { name: attribute('name'), seconds: Number(attribute('time')), skips, ...counts };
  });
}

const left_out = [];
const total = { passed: 0, failed: 0, skipped: 0 };
const line = (name, seconds, { passed, failed, skipped }) =>
  console.log(
    `${name.padEnd(34)} ${String(passed).padStart(6)} ${String(failed).padStart(6)} ${String(skipped).padStart(7)} ${seconds.toFixed(1).padStart(8)}`,
  );

console.log(`\n${'test'.padEnd(34)} passed failed skipped  seconds`);
for (const file of process.argv.slice(2)) {
  const preset = basename(file, '.xml');
  for (const { name, seconds, skips, ...counts } of tests_of(file)) {
    line(`${preset}: ${name}`, seconds, counts);
    left_out.push(...skips.map((skip) => `  ${preset}: ${name}: ${skip.name}: ${skip.reason}`));
    for (const key of Object.keys(total)) total[key] += counts[key];
  }
}
if (left_out.length > 0) console.log(`\nskipped:\n${left_out.join('\n')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

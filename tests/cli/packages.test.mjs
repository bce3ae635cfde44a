// `millrace packages` as plant IT calls it: what it prints, what it writes and how it exits.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bin, root } from '../support/stack.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const line = join(here, '..', 'edge', 'data', 'line');
const IDENTITY = ['--test-id', 'new', '--version', '1', '--skill', 'pumps', '--language', 'en'];

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';

let folder;
const folders = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-packages-'));
  folders.push(folder);
  cpSync(line, folder, { recursive: true });
});
after(() => folders.forEach((one) => rmSync(one, { recursive: true })));

const file = () => join(folder, 'line.json');
function packages(...args) {
  const { status, stdout, stderr } = spawnSync(join(bin, 'millrace'), ['packages', ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}
function change(from, to) {
  const text = readFileSync(file(), 'utf8');
  assert.ok(text.includes(from), from);
  writeFileSync(file(), text.replace(from, to));
}

test('a good package is good, and what to look at is said', () => {
  const { status, stdout } = packages('check', folder);
  assert.equal(status, 0);
  assert.match(stdout, /line\.json: \/languages\/2\/approved_by: warning: nobody approved 'fr'/);
  assert.match(stdout, /line\.json: \/items\/0\/options: warning: their ids stand in the right order/);
  assert.match(stdout, /1 packages, 0 problems, 2 warnings/, 'an ordering of two may stand so by chance');
  assert.equal(packages('check', '--strict', folder).status, 1);
});

test('the demo packages have nothing that a plant would have to look at, but that one is a layout sample in nine languages', () => {
  const demo = join(root, 'demo', 'packages');
  const { status, stdout } = packages('check', '--strict', demo);
  assert.equal(status, 1);
  const all = [...stdout.matchAll(/([\w-]+)\.json: (.*)$/gm)].map(([, name, said]) => `${name} ${said}`);
  assert.deepEqual(all, [
    'esd-handling /layout_sample: warning: the package is for looking at only: it must certify nobody',
    ...['fr', 'es', 'pt', 'pl', 'tr', 'ar', 'zh'].map(
      (language, i) => `esd-handling /languages/${i + 2}/approved_by: warning: nobody approved '${language}'`,
    ),
  ]);
  assert.match(stdout, /5 packages, 0 problems, 8 warnings/);
});

test('every problem is named by file and place', () => {
  change('"pass_mark_bp": 5000', '"pass_mark_bp": -1');
  change('"region": "red"', '"region": "blue"');
  const { status, stdout } = packages('check', folder);
  assert.equal(status, 2);
  assert.ok(stdout.includes(`${file()}: /pass_mark_bp: must be`), stdout);
  assert.ok(stdout.includes(`${file()}: /items/3/answer: 'blue' is no region`), stdout);
  const json = JSON.parse(packages('check', '--json', file()).stdout);
  assert.deepEqual(json.packages[0].problems.map(({ place }) => place).sort(), ['/items/3/answer', '/pass_mark_bp']);
});

test('a missing picture, a missing text for it and a layout sample are found', () => {
  rmSync(join(folder, 'media', 'line', 'panel.svg'));
  change('"layout_sample": false', '"layout_sample": true');
  change('"image_alt": { "en"', '"image_alt": null, "approved_by": { "en"');
  const { status, stdout } = packages('check', file());
  assert.equal(status, 2);
  assert.match(stdout, /\/items\/3\/image: .*panel\.svg.*put the file there/);
  assert.match(stdout, /\/items\/3\/image_alt: warning: is missing/);
  assert.match(stdout, /\/layout_sample: warning/);
});

test('two files of one version are one too many', () => {
  cpSync(file(), join(folder, 'other.json'));
  const { status, stdout } = packages('check', folder);
  assert.equal(status, 2);
  assert.match(stdout, /other\.json: \/test_id: version 1 of 'line' is in .*line\.json as well/);
});

test('hashes are written, and nothing else changes', () => {
  const before = readFileSync(file(), 'utf8');
  assert.equal(packages('check', '--write-hashes', file()).status, 0);
  assert.equal(readFileSync(file(), 'utf8'), before, 'they were right');
  writeFileSync(join(folder, 'media', 'line', 'panel.svg'), SVG);
  assert.equal(packages('check', file()).status, 2);
  assert.equal(packages('check', '--write-hashes', file()).status, 0);
  const changed = readFileSync(file(), 'utf8').split('\n');
  const differ = before.split('\n').filter((text, at) => text !== changed[at]);
  assert.equal(differ.length, 1);
  assert.match(differ[0], /"panel\.svg"/);

  writeFileSync(file(), before.replace(/ {2}"media": \{[^}]*\},\n/, ''));
  assert.match(packages('check', file()).stdout, /\/media: is missing/);
  assert.equal(packages('check', '--write-hashes', file()).status, 0);
  assert.equal(readFileSync(file(), 'utf8'), changed.join('\n'), 'the list stands where it stood');
});

test('a picture that no kiosk could show is found, whatever its hash', () => {
  const panel = join(folder, 'media', 'line', 'panel.svg');
  const checked = (content) => {
    writeFileSync(panel, content);
    const { status, stdout } = packages('check', '--write-hashes', file());
    assert.equal(status, 2);
    return stdout;
  };
  assert.match(checked(''), /line\.json: \/items\/3\/image: .*panel\.svg: it is empty; put the right file there/);
  assert.match(checked('<html>Not found</html>'), /\/items\/3\/image: .*panel\.svg: it does not begin as an SVG does/);
  assert.match(
    checked(SVG.replace('/>', '><image href="photo.png"/></svg>')),
    /\/items\/3\/image: .*panel\.svg: it loads 'photo\.png', and the kiosk loads nothing that a picture names/,
  );
  writeFileSync(join(folder, 'panel.svg'), SVG);
  rmSync(panel);
  symlinkSync(join(folder, 'panel.svg'), panel);
  assert.match(packages('check', file()).stdout, /panel\.svg: it is a link, and links are not followed; put the file there/);
});

test('a list says what there is', () => {
  const { status, stdout } = packages('list', folder);
  assert.equal(status, 0);
  assert.match(stdout, /^line +1 +line-operation +3 questions {2}en de \(fr\) {2}The line$/m);
  const [first] = JSON.parse(packages('list', '--json', folder).stdout).packages;
  assert.deepEqual(first.languages[2], { code: 'fr', approved: false });
});

test('what cannot be read is an error of its own', () => {
  assert.equal(packages('check', join(folder, 'missing.json')).status, 2);
  assert.equal(packages('check', join(folder, 'media')).status, 2);
  assert.equal(packages('check').status, 2);
});

test('an import is written, reported and good', () => {
  const out = join(folder, 'imported');
  const report = join(folder, 'report.json');
  const source = join(here, 'data', 'qti');
  const { status, stdout, stderr } = packages('import', source, '--out', out, ...IDENTITY, '--report', report);
  assert.equal(status, 1, stderr);
  assert.match(stdout, /poly: left out: a place of the shape 'poly'/);
  assert.match(stdout, /9 items carried over, 4 left out, 16 parts left out/);
  const { left_out } = JSON.parse(readFileSync(report, 'utf8'));
  assert.equal(left_out.filter((one) => one.left_out === 'item').length, 4);
  assert.match(readdirSync(join(out, 'media', 'new')).join(), /hotspot\.[0-9a-f]{8}\.svg/);
  assert.equal(statSync(join(out, 'new.json')).mode & 0o777, 0o644, 'the box can read it');
  assert.equal(packages('check', out).status, 0);
  assert.equal(packages('import', source, '--out', out, ...IDENTITY).status, 2, 'nothing is written over');
});

test('an import warns of what came over as the check does, and is no worse for it', () => {
  const right = '<responseDeclaration identifier="R" cardinality="single" baseType="identifier"><correctResponse><value>a</value></correctResponse></responseDeclaration>';
  const place = (id, coords) => `<hotspotChoice identifier="${id}" shape="rect" coords="${coords}" hotspotLabel="Button ${id}"/>`;
  const source = join(folder, 'item.xml');
  cpSync(join(folder, 'media', 'line', 'panel.svg'), join(folder, 'panel.svg'));
  writeFileSync(
    source,
    `<assessmentItem identifier="q">${right}<itemBody><p>Tap.</p><hotspotInteraction responseIdentifier="R"><object data="panel.svg" type="image/svg+xml" width="200" height="100">A panel</object>${place('a', '0,0,5,5')}${place('b', '100,0,200,50')}</hotspotInteraction></itemBody></assessmentItem>`,
  );
  const { status, stderr } = packages('import', source, '--out', join(folder, 'small'), ...IDENTITY, '--approved-by', 'E. Sample');
  assert.equal(status, 0, stderr);
  assert.match(stderr, /\/items\/0\/regions\/0: warning: 'r1' is drawn 3\.5 mm wide and 3\.6 mm high at most/);
  assert.match(stderr, /0 problems, 1 warnings/);
});

test('an archive that is damaged is refused', () => {
  const archive = join(folder, 'quiz.zip');
  writeFileSync(archive, 'PK\x03\x04');
  const { status, stderr } = packages('import', archive, '--out', folder, ...IDENTITY);
  assert.equal(status, 2);
  assert.match(stderr, /quiz\.zip: the ZIP archive cannot be read/);
});

// `cmake --install` puts everything where it belongs, and the units confine their daemons.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const build = process.env.MILLRACE_BUILD;
// In tenths, as systemd-analyze wants it.
const EXPOSURE_MOST = 15;
const PARTS = ['edge', 'relay', 'bus'];
let folder;

function install(prefix, dest) {
  execFileSync('cmake', ['--install', build, '--prefix', prefix], {
    stdio: 'pipe',
    env: { ...process.env, DESTDIR: dest },
  });
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-install-'));
  install('/usr', join(folder, 'dest'));
  // systemd-analyze looks the programs up, so once more to where they can be found.
  install(join(folder, 'here'), '');
});
after(() => rmSync(folder, { recursive: true, force: true }));

const units = () => join(folder, 'here', 'lib', 'systemd', 'system');

test('every program that a unit starts is installed and can be run', () => {
  const dest = join(folder, 'dest');
  for (const part of PARTS) {
    const unit = readFileSync(join(dest, `usr/lib/systemd/system/millrace-${part}.service`), 'utf8');
    const [, program] = unit.match(/^ExecStart=(\S+)/m);
    assert.equal(program, `/usr/bin/millrace-${part}`);
    accessSync(join(dest, program), constants.X_OK);
    const version = execFileSync(join(dest, program), ['--version'], { encoding: 'utf8' });
    assert.match(version, /\d+\.\d+\.\d+/);
    assert.doesNotMatch(unit, /@[A-Z_]+@/);
  }
});

test('users, folders, examples, pages and contracts are installed', () => {
  const dest = join(folder, 'dest', 'usr');
  for (const file of [
    'lib/systemd/system/millrace.target',
    'lib/sysusers.d/millrace.conf',
    'lib/tmpfiles.d/millrace.conf',
    'share/millrace/mosquitto.d/millrace.conf',
    'share/millrace/mosquitto.d/millrace.acl',
    'share/millrace/examples/edge.toml',
    'share/millrace/examples/relay.toml',
    'share/millrace/examples/bus.toml',
    'share/millrace/examples/roster.json',
    'share/millrace/examples/assignments.json',
    'share/millrace/examples/packages/loto-basics.json',
    'share/millrace/entities.json',
    'share/millrace/package.schema.json',
    'share/millrace/kiosk/index.html',
    'share/millrace/proto/millrace/events/v1/test.proto',
  ]) {
    assert.ok(existsSync(join(dest, file)), `${file} is missing`);
  }
});

test('nothing is installed outside the prefix', () => {
  assert.deepEqual(readdirSync(join(folder, 'dest')), ['usr']);
});

for (const part of PARTS) {
  test(`millrace-${part} is exposed at most ${EXPOSURE_MOST / 10}`, () => {
    const unit = join(units(), `millrace-${part}.service`);
    const rating = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', `--threshold=${EXPOSURE_MOST}`, '--no-pager', unit],
      { encoding: 'utf8' },
    );
    assert.equal(rating.status, 0, rating.stdout + rating.stderr);
    assert.match(rating.stdout, /Overall exposure level/);
  });
}

test('systemd finds nothing wrong with the units', () => {
  const files = readdirSync(units()).map((name) => join(units(), name));
  const verdict = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { encoding: 'utf8' });
  assert.equal(verdict.status, 0, verdict.stderr);
  assert.equal(verdict.stderr.trim(), '');
});

test('a unit owes what the daemons promise', () => {
  for (const part of PARTS) {
    const unit = readFileSync(join(units(), `millrace-${part}.service`), 'utf8');
    for (const line of ['Type=notify', 'Restart=on-failure', `User=millrace-${part}`, `StateDirectory=millrace-${part}`]) {
      assert.ok(unit.split('\n').includes(line), `millrace-${part}: ${line}`);
    }
    assert.match(unit, /^WatchdogSec=\d+s$/m);
  }
});

test('the edge may read what its records say of clock and boot', () => {
  const unit = readFileSync(join(units(), 'millrace-edge.service'), 'utf8');
  assert.match(unit, /^SystemCallFilter=.*\badjtimex\b.*\bclock_adjtime\b/m);
  // Either would take it away again: the first by its own filter, the second by hiding /proc/sys.
  assert.doesNotMatch(unit, /^ProtectClock=yes/m);
  assert.doesNotMatch(unit, /^ProcSubset=pid/m);
});

test('the users and folders files are good', () => {
  const root = join(folder, 'root');
  execFileSync('mkdir', ['-p', join(root, 'etc')]);
  execFileSync('systemd-sysusers', [`--root=${root}`, join(folder, 'here/lib/sysusers.d/millrace.conf')], {
    stdio: 'pipe',
  });
  const users = readFileSync(join(root, 'etc/passwd'), 'utf8');
  for (const part of PARTS) assert.match(users, new RegExp(`^millrace-${part}:`, 'm'));
});

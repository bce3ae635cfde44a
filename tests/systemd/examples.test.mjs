// The commented example of each configuration names every key that its daemon reads, and no other.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bin, hash_pin, root } from '../support/stack.mjs';

let folder;

/// Every file that the examples name, below a folder of our own.
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-examples-'));
  const at = (...path) => join(folder, ...path);
  for (const part of ['etc/boxes.d', 'share/kiosk', 'edge', 'relay', 'bus', 'credentials']) {
    mkdirSync(at(part), { recursive: true });
  }
  writeFileSync(at('etc/roster.json'), roster(hash_pin('2468')), { mode: 0o640 });
  for (const file of ['assignments.json', 'catalogue.json', 'workflows.json']) {
    cpSync(join(root, 'systemd/examples', file), at('etc', file));
  }
  cpSync(join(root, 'demo/packages'), at('etc/packages'), { recursive: true });
  cpSync(join(root, 'emulator/config.json'), at('share/entities.json'));
  writeFileSync(at('share/kiosk/index.html'), '<!doctype html>');
  writeFileSync(at('etc/bus-access.json'), '[{"KeyName": "root", "PrimaryKey": "secret", "Rights": ["Manage"]}]', { mode: 0o640 });
  writeFileSync(at('etc/bus-faults.json'), '[{"fault": "throttle", "times": 3}]');
  writeFileSync(
    at('credentials/millrace-relay-servicebus'),
    'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;\n',
  );
  for (const file of ['credentials/millrace-relay-entra', 'credentials/millrace-relay-proxy', 'credentials/millrace-relay-amqp', 'etc/servicebus-token']) {
    writeFileSync(at(file), 'secret\n');
  }
  for (const [key, certificate] of [
    ['credentials/millrace-edge-tls-key', 'etc/edge-https.pem'],
    ['credentials/millrace-edge-broker-key', 'etc/edge.pem'],
    ['credentials/millrace-relay-broker-key', 'etc/relay.pem'],
    ['credentials/millrace-relay-amqp-key', 'etc/relay-amqp.pem'],
    ['etc/bus.key', 'etc/bus.pem'],
  ]) {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost']
        .concat(['-keyout', at(key), '-out', at(certificate)]),
      { stdio: 'pipe' },
    );
  }
  cpSync(at('etc/edge.pem'), at('etc/plant-ca.pem'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/// The example roster with a PIN in it.
function roster(hash) {
  const text = readFileSync(join(root, 'systemd/examples/roster.json'), 'utf8');
  return text.replace(/"pin_hash": ".*"/, () => `"pin_hash": "${hash}"`);
}

/// The example with its paths moved into our folder.
function example(part) {
  return readFileSync(join(root, 'systemd/examples', `${part}.toml`), 'utf8')
    .replaceAll('/etc/millrace', join(folder, 'etc'))
    .replaceAll(`/var/lib/millrace-${part}`, join(folder, part))
    .replaceAll('/usr/share/millrace', join(folder, 'share'))
    .replaceAll(`/run/credentials/millrace-${part}.service`, join(folder, 'credentials'));
}

/// "#key = value" is a setting at its default, "# text" is a comment.
const uncommented = (text) => text.replace(/^#(?=\S)/gm, '');

/// Of these a configuration has one, and the example shows all: what each leaves out, by table.
const KEYS_OF_ENTRA = ['entra', 'tenant', 'client_id', 'secret_file', 'token_service'];
const ALL = Symbol('the whole table');
const ALTERNATIVES = {
  relay: [
    { amqp: ALL, servicebus: ['namespace', 'sas_token_file', ...KEYS_OF_ENTRA] },
    { amqp: ALL, servicebus: ['connection_string_file', ...KEYS_OF_ENTRA] },
    { amqp: ALL, servicebus: ['connection_string_file', 'sas_token_file'] },
    { servicebus: ALL, amqp: ['user', 'password_file'] },
    { servicebus: ALL, amqp: ['certificate', 'key'] },
  ],
};
/// The example with everything uncommented, once for each of its alternatives.
function variants(part) {
  return (ALTERNATIVES[part] ?? [{}]).map((without) => {
    let table = '';
    return uncommented(example(part))
      .split('\n')
      .filter((line) => {
        table = line.match(/^\[+(\w+)\]+$/)?.[1] ?? table;
        return without[table] !== ALL && !without[table]?.includes(line.match(/^(\w+) = /)?.[1]);
      })
      .join('\n')
      .replace('sink = "servicebus"', `sink = "${without.servicebus === ALL ? 'amqp' : 'servicebus'}"`);
  });
}

function check(part, text) {
  const file = join(folder, `${part}.toml`);
  writeFileSync(file, text);
  const run = spawnSync(join(bin, `millrace-${part}`), ['--config', file, '--check-config'], { encoding: 'utf8' });
  return { code: run.status, said: run.stdout + run.stderr };
}

/// The last part of every key that the daemon's configuration reader names.
function keys_read(part) {
  const sources = {
    edge: ['edge/edge_config.cpp'],
    relay: ['relay/relay_config.cpp', 'relay/sink_config.cpp', 'relay/servicebus_config.cpp', 'relay/amqp_config.cpp'],
    bus: ['emulator/bus_config.cpp'],
  };
  const text = sources[part].map((file) => readFileSync(join(root, file), 'utf8')).join('\n');
  const calls = /\b\w+\(\s*(?:\*?\w+,\s*)?(?:\w+ \+ )?"\.?([a-z_.]+)"/g;
  return [...new Set([...text.matchAll(calls)].map(([, key]) => key.split('.').at(-1)))];
}

test('the example of a roster lets nobody in before a PIN is chosen', () => {
  const file = join(folder, 'etc/roster.json');
  const good = readFileSync(file);
  cpSync(join(root, 'systemd/examples/roster.json'), file);
  const { code, said } = check('edge', example('edge'));
  writeFileSync(file, good);
  assert.equal(code, 2, said);
  assert.match(said, /roster\.json.*pin_hash.*--hash-pin/);
});

test('a roster that everyone can read is pointed out', () => {
  const file = join(folder, 'etc/roster.json');
  chmodSync(file, 0o644);
  const { code, said } = check('edge', example('edge'));
  chmodSync(file, 0o640);
  assert.equal(code, 0, said);
  assert.match(said, /roster\.json: every user of this machine can read/);
  assert.doesNotMatch(check('edge', example('edge')).said, /every user/);
});

test('a key that does not belong to the certificate is found before the start', () => {
  const text = uncommented(example('edge')).replace('millrace-edge-tls-key', 'millrace-edge-broker-key');
  const { code, said } = check('edge', text);
  assert.equal(code, 2, said);
  assert.match(said, /millrace-edge-broker-key: not the PEM private key of .*edge-https\.pem/);
});

for (const part of ['edge', 'relay', 'bus']) {
  test(`the ${part}'s example is accepted as it stands`, () => {
    const { code, said } = check(part, example(part));
    assert.equal(code, 0, said);
  });

  test(`the ${part}'s example is accepted with every setting uncommented`, () => {
    for (const text of variants(part)) {
      const { code, said } = check(part, text);
      assert.equal(code, 0, said);
    }
  });

  test(`the ${part}'s example documents every key that is read`, () => {
    const read = keys_read(part);
    assert.ok(read.length >= 6, `only ${read.length} keys found in the reader: did its form change?`);
    const documented = new Set([...example(part).matchAll(/^#?\[*([a-z_.]+)(?:\]| =)/gm)].map(([, key]) => key));
    assert.deepEqual(read.filter((key) => !documented.has(key)), []);
  });

  test(`the ${part} refuses a key that it does not know, with its place, and changes nothing`, () => {
    const before_check = readdirSync(join(folder, part));
    const { code, said } = check(part, `no_such_key = 1\n${example(part)}`);
    assert.equal(code, 2, said);
    assert.match(said, new RegExp(`${part}\\.toml:1: .*no_such_key`));
    assert.deepEqual(readdirSync(join(folder, part)), before_check);
  });
}

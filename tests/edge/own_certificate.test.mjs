// HTTPS with a certificate of the box's own making: a real millrace-edge, Node's TLS as the kiosk that trusts what
// --print-trust printed.
import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { ask_socket } from '../support/admin_socket.mjs';
import { Box, program } from '../support/box.mjs';
import { listens } from '../support/process.mjs';
import { root } from '../support/stack.mjs';

const NAME = 'box-1.plant.example';
const HTTP = ['address = "0.0.0.0"', `names = ["${NAME}", "192.0.2.7"]`, `kiosk_dir = "${join(root, 'kiosk', 'public')}"`];
const WITHIN_MS = 20_000;

let folder;
let box;
let ca;

const run = (...args) => spawnSync(program, ['--config', box.config, ...args], { encoding: 'utf8', timeout: WITHIN_MS });

/// The PEM block at the end of what is printed.
function print_trust() {
  const { status, stdout, stderr } = run('--print-trust');
  assert.equal(status, 0, stderr);
  return stdout;
}

/// A kiosk that trusts `trusted` alone, and calls the box `servername`: what it is shown, or why it refuses.
function greet(servername, trusted = ca, more = {}) {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port: box.port, ca: trusted, servername, timeout: WITHIN_MS, ...more };
    const socket = connect(options, () => {
      resolve({ certificate: socket.getPeerX509Certificate(), authorized: socket.authorized });
      socket.destroy();
    });
    socket.on('timeout', () => socket.destroy(new Error('no answer')));
    socket.on('error', (error) => resolve({ refused: error.code ?? error.message }));
  });
}

/// The roots of a browser's policy are checked against the host's address, which is no server name.
const greet_address = (address, trusted = ca) => greet('', trusted, { checkServerIdentity: (_, shown) =>
  shown.subjectaltname.includes(`IP Address:${address}`) ? undefined : new Error('another address') });

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-own-'));
  box = await Box.create({
    folder,
    operators: [{ id: 'op-1', badge: '10001', pin: '4711' }],
    packages: join(root, 'demo', 'packages'),
    http: HTTP,
    ready: () => listens(box.port),
  });
  ca = print_trust();
  await box.start();
});

after(async () => {
  await box?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a kiosk that trusts what was printed accepts the box under each of its names', async () => {
  const { certificate, authorized } = await greet(NAME);
  assert.equal(authorized, true);
  for (const name of [NAME, 'localhost']) assert.equal(certificate.checkHost(name), name);
  for (const address of ['192.0.2.7', '127.0.0.1', '::1']) assert.equal(certificate.checkIP(address), address);
  assert.equal((await greet_address('192.0.2.7')).authorized, true);
});

test('a kiosk refuses the box under another name, and without the authority', async () => {
  assert.equal((await greet('box-2.plant.example')).refused, 'ERR_TLS_CERT_ALTNAME_INVALID');
  assert.equal((await greet(NAME, [])).refused, 'SELF_SIGNED_CERT_IN_CHAIN');
});

test('the authority can vouch for this box alone', () => {
  const pem = join(folder, 'ca.pem');
  writeFileSync(pem, ca);
  const text = execFileSync('openssl', ['x509', '-in', pem, '-noout', '-text'], { encoding: 'utf8' });
  assert.match(text, /CA:TRUE, pathlen:0/);
  assert.match(text, /Name Constraints: critical\s+Permitted:/);
  assert.match(text, /ASN1 OID: prime256v1/);
  // Somebody with its key makes a certificate for another host: nobody believes it.
  const [key, request, forged] = ['forged.key', 'forged.csr', 'forged.pem'].map((name) => join(folder, name));
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', request,
    '-subj', '/O=forged', '-addext', 'subjectAltName=DNS:mail.plant.example');
  const stolen = join(box.data, 'https-ca.pem');
  openssl('x509', '-req', '-in', request, '-CA', stolen, '-CAkey', stolen, '-CAcreateserial', '-CAserial', join(folder, 'serial'),
    '-days', '2', '-copy_extensions', 'copy', '-out', forged);
  const { status, stderr } = spawnSync('openssl', ['verify', '-CAfile', pem, forged], { encoding: 'utf8' });
  assert.notEqual(status, 0);
  assert.match(stderr, /permitted subtree violation/);
});

test('what is printed holds the fingerprint, the names, a policy for Chromium, and no key', () => {
  const der = new X509Certificate(ca).raw;
  const fingerprint = createHash('sha256').update(der).digest('hex').toUpperCase().match(/../g).join(':');
  assert.ok(ca.includes(fingerprint), ca);
  assert.doesNotMatch(ca, /PRIVATE/);
  assert.ok(ca.includes(`127.0.0.1, 192.0.2.7, ::1, ${NAME}, localhost`), ca);
  const policy = JSON.parse(ca.match(/^ *(\{"CACertificates".*\})$/m)[1]);
  assert.equal(policy.CACertificates[0], der.toString('base64'));
  for (const words of ['certutil -d sql:', 'policies/managed', 'certutil -addstore']) assert.ok(ca.includes(words), words);
});

test('plant IT sees how long both are good, and opens the console by the names that kiosks have for the box', async () => {
  const { certificates } = (await ask_socket(box.data, 'GET', '/admin/v1/box')).json;
  const [shown, authority] = certificates;
  assert.deepEqual(certificates.map(({ of }) => of), ['kiosks', 'authority']);
  const { certificate } = await greet(NAME);
  assert.equal(Date.parse(shown.until), certificate.validToDate.getTime());
  assert.ok(Date.parse(authority.until) > Date.parse(shown.until));
  assert.ok(shown.names.includes(NAME));
  const { addresses } = (await ask_socket(box.data, 'POST', '/admin/v1/passes', {})).json;
  assert.deepEqual(addresses, [NAME, '192.0.2.7'].map((name) => `https://${name}:${box.port}/console.html`));
});

test('both files are for the daemon alone', () => {
  for (const name of ['https-ca.pem', 'https-server.pem']) {
    assert.equal(statSync(join(box.data, name)).mode & 0o777, 0o600, name);
  }
});

test('a restart keeps the authority and the certificate', async () => {
  const before = (await greet(NAME)).certificate.fingerprint256;
  assert.equal(await box.stop(), 0);
  await box.start();
  assert.equal((await greet(NAME)).certificate.fingerprint256, before);
  assert.equal(print_trust(), ca);
});

test('a certificate that is gone is made anew by the same authority', async () => {
  const before = (await greet(NAME)).certificate.fingerprint256;
  assert.equal(await box.stop(), 0);
  rmSync(join(box.data, 'https-server.pem'));
  await box.start();
  const { certificate, authorized } = await greet(NAME);
  assert.equal(authorized, true);
  assert.notEqual(certificate.fingerprint256, before);
});

test('other names get another certificate; those that the authority cannot vouch for raise an alarm', async () => {
  assert.equal(await box.stop(), 0);
  box.write_config({ http: ['address = "0.0.0.0"', `names = ["${NAME}", "new.plant.example"]`] });
  await box.start();
  const { certificate, authorized } = await greet(NAME);
  assert.equal(authorized, true);
  assert.equal(certificate.checkIP('192.0.2.7'), undefined);
  assert.match(box.edge.log_tail(), /certificate-names.*new\.plant\.example/);
  assert.equal(await box.stop(), 0);
  box.write_config({ http: HTTP });
  await box.start();
});

test('what cannot be read is never replaced, and named at the start', async () => {
  assert.equal(await box.stop(), 0);
  for (const name of ['https-ca.pem', 'https-server.pem']) {
    const file = join(box.data, name);
    const good = readFileSync(file);
    for (const damaged of [good.subarray(0, good.length - 100), Buffer.from('nothing')]) {
      writeFileSync(file, damaged);
      for (const args of [['--check-config'], []]) {
        const { status, stderr } = run(...args);
        assert.equal(status, 2, stderr);
        assert.match(stderr, new RegExp(`${name}.*move it away`, 'i'));
      }
      assert.deepEqual(readFileSync(file), damaged);
    }
    writeFileSync(file, good);
  }
  await box.start();
  assert.equal(print_trust(), ca);
});

test('half of a configuration is refused with the missing half', async () => {
  writeFileSync(join(folder, 'one.pem'), '');
  for (const [one, other] of [['tls_certificate', 'tls_key'], ['tls_key', 'tls_certificate']]) {
    box.write_config({ http: ['address = "0.0.0.0"', `${one} = "one.pem"`] });
    const { status, stderr } = run('--check-config');
    assert.equal(status, 2, stderr);
    assert.ok(stderr.includes(`http.${one}: needs ${other} as well`), stderr);
  }
  box.write_config({ http: ['address = "0.0.0.0"', 'names = ["not a name"]'] });
  assert.match(run('--check-config').stderr, /'not a name' is neither a host name nor an address/);
  box.write_config({ http: [] });
  assert.match(run('--print-trust').stderr, /loopback/);
  box.write_config({ http: HTTP });
});

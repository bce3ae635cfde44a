// A bus for the conformance suite, and the suite as a process of its own: it learns the namespace, and whose
// certificate to trust, from its environment.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bus, entities } from '../emulator/bus_process.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const suite = join(here, 'suite.mjs');
const KEY_NAME = 'RootManageSharedAccessKey';
const KEY = 'SAS_KEY_VALUE';

/// A key and a certificate for localhost, and access rules as a namespace has them, in a folder of their own.
export function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-contract-'));
  const [key, file] = [join(folder, 'bus.key'), join(folder, 'bus.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=bus']
      .concat(['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', file]),
    { stdio: 'pipe' },
  );
  const rules = join(folder, 'access.json');
  writeFileSync(rules, JSON.stringify([{ KeyName: KEY_NAME, PrimaryKey: KEY, Rights: ['Manage'] }]));
  return {
    file,
    table: `[tls]\ncertificate = "${file}"\nkey = "${key}"\n`,
    access: `[access]\nrules = "${rules}"\n`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const start_bus = (tls, options = {}, has = {}) => Bus.start(entities(has), { more: tls.table + tls.access, ...options });

/// Runs the suite over this bus. `watch` sees the process and what it has said so far.
export function run_over(bus, tls, options = [], environment = {}, watch = undefined) {
  const port = bus.amqp.split(':')[1];
  return suite_process(
    {
      NODE_EXTRA_CA_CERTS: tls.file,
      MILLRACE_CONTRACT_CONNECTION: `Endpoint=sb://localhost:${port}/;SharedAccessKeyName=${KEY_NAME};SharedAccessKey=${KEY}`,
      ...environment,
    },
    options,
    watch,
  );
}

/// Runs the suite over a bus of its own. `environment` is the bus's, `patience_ms` how long the suite waits for what should come.
export async function run_suite({ tls, program, environment, only, patience_ms }) {
  const bus = await start_bus(tls, { program, environment });
  const patience = patience_ms === undefined ? {} : { MILLRACE_CONTRACT_PATIENCE_MS: String(patience_ms) };
  try {
    return await run_over(bus, tls, only === undefined ? [] : ['--only', only.join(',')], patience);
  } finally {
    await bus.close();
  }
}

export function suite_process(environment, options = [], watch = () => {}) {
  const child = spawn(process.execPath, [suite, ...options], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
    watch(child, out);
  });
  child.stderr.on('data', (text) => (out += text));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out })));
}

// Microsoft's SDKs for Python, Go and Java, unmodified, do with the bus what the conformance suite has the one for
// JavaScript do in depth. A language whose tools or packages are not to be had is skipped, and says so.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { certificate } from '../contract/local_bus.mjs';
import { Bus, entities } from '../emulator/bus_process.mjs';

const CHECKS = 'administration send batch complete abandon defer dead-letter sessions schedule peek rules'.split(' ');
const GO_LEAST = 25; // go.mod's, of 1.x
const FETCH_MOST_MS = 180_000;
const RUN_MOST_MS = 240_000;

const here = dirname(fileURLToPath(import.meta.url));
const build = process.env.MILLRACE_BUILD;
assert.ok(build, 'MILLRACE_BUILD is not set: run it with ./dev test --sdks');
const scratch = (language) => join(build, 'sdks', language);

function run(program, args, options = {}) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

/// Why a step of the preparation failed, in the last line that it said; or null.
function failure(program, args, options) {
  try {
    run(program, args, { timeout: FETCH_MOST_MS, ...options });
    return null;
  } catch (error) {
    const said = `${error.stderr ?? ''}${error.stdout ?? ''}`.trim().split('\n').at(-1);
    return `${program} ${args[0]}: ${said || error.message}`;
  }
}

function version(program, args, pattern) {
  try {
    return Number(pattern.exec(run(program, args))?.[1] ?? 0);
  } catch {
    return null;
  }
}

/// Each: `missing` gives the reason why it cannot be run here, `command` builds what there is to build and says how to
/// run it.
const languages = {
  python: {
    missing() {
      const venv = scratch('python');
      const complete = join(venv, 'complete.txt');
      if (version('python3', ['--version'], /3\.(\d+)/) === null) return 'there is no python3';
      const pip = join(venv, 'bin', 'pip');
      const requirements = join(here, 'python', 'requirements.txt');
      if (existsSync(complete) && readFileSync(complete, 'utf8') === readFileSync(requirements, 'utf8')) return null;
      const wanted = ['install', '--quiet', '--require-hashes', '--only-binary=:all:', '-r', requirements];
      const why = failure('python3', ['-m', 'venv', '--clear', venv]) ?? failure(pip, wanted);
      if (!why) copyFileSync(requirements, complete);
      return why;
    },
    command: () => [join(scratch('python'), 'bin', 'python'), ['-B', join(here, 'python', 'suite.py')]],
  },
  go: {
    missing() {
      const minor = version('go', ['version'], /go1\.(\d+)/);
      if (minor === null) return 'there is no go';
      if (minor < GO_LEAST) return `this go is 1.${minor}; the SDK wants 1.${GO_LEAST}`;
      return failure('go', ['mod', 'download'], { cwd: join(here, 'go') });
    },
    command() {
      const program = join(scratch('go'), 'suite');
      run('go', ['build', '-mod=readonly', '-o', program, '.'], { cwd: join(here, 'go') });
      return [program, []];
    },
  },
  java: {
    missing() {
      if (!(version('javac', ['-version'], /(\d+)/) >= 17)) return 'there is no javac, or none of 17 or newer';
      const copy = ['--quiet', '--batch-mode', 'dependency:copy-dependencies', `-DoutputDirectory=${scratch('java')}/jars`];
      return failure('mvn', copy, { cwd: join(here, 'java') });
    },
    command(tls) {
      const source = join(here, 'java', 'src', 'main', 'java', 'millrace', 'Suite.java');
      const path = `${scratch('java')}/jars/*:${scratch('java')}/classes`;
      run('javac', ['-d', `${scratch('java')}/classes`, '-cp', path, '-encoding', 'UTF-8', source]);
      const trust = `${tls.file}.p12`;
      const store = ['-keystore', trust, '-storetype', 'PKCS12', '-storepass', 'changeit'];
      run('keytool', ['-importcert', '-noprompt', '-alias', 'bus', '-file', tls.file, ...store]);
      const trusted = [`-Djavax.net.ssl.trustStore=${trust}`, '-Djavax.net.ssl.trustStorePassword=changeit'];
      return ['java', [...trusted, '-cp', path, 'millrace.Suite']];
    },
  },
};

function output_of(program, args, environment) {
  const child = spawn(program, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_MOST_MS,
    killSignal: 'SIGKILL',
  });
  let out = '';
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (out += text));
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code: code ?? signal, out })));
}

const tls = certificate();
after(() => tls.remove());

for (const [language, { missing, command }] of Object.entries(languages)) {
  test(language, async (t) => {
    mkdirSync(scratch(language), { recursive: true });
    const reason = missing();
    if (reason) return t.skip(reason);
    const [program, args] = command(tls);
    const bus = await Bus.start(entities({}), { more: tls.table });
    try {
      const port = bus.amqp.split(':')[1];
      const key = 'SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE';
      const { code, out } = await output_of(program, args, {
        MILLRACE_SDK_CONNECTION: `Endpoint=sb://localhost:${port};${key};UseDevelopmentEmulator=true;`,
        MILLRACE_SDK_TLS_CONNECTION: `Endpoint=sb://localhost:${port}/;${key}`,
        MILLRACE_SDK_TLS_PORT: port,
        MILLRACE_SDK_CA: tls.file,
        SSL_CERT_FILE: tls.file,
      });
      assert.deepEqual([...out.matchAll(/^ok (\S+)$/gm)].map(([, name]) => name), CHECKS, out);
      assert.equal(code, 0, out);
    } finally {
      await bus.close();
    }
  });
}

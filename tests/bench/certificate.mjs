// A certificate for the loopback address, as a plant would have one for the box's name.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';

/// {certificate, key}: files in the folder; `ca`: what trusts them.
export function make_certificate(folder) {
  const [certificate, key] = ['bench.pem', 'bench.key'].map((name) => join(folder, name));
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=bench']
      .concat(['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate]),
    { stdio: 'pipe' },
  );
  return { certificate, key, ca: readFileSync(certificate) };
}

/// The status of an answer over TLS, or 0 without one.
export function tls_status_of(port, path, ca) {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, ca, agent: new Agent() }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    asked.on('error', () => resolve(0));
    asked.end();
  });
}

// A kiosk that trusts a box's own authority, as plant IT is told to see to it, or the plant's.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/// The commands for one user of Chromium on Linux, in what `millrace-edge --print-trust` prints.
function commands_in(printed) {
  const [, lines] = printed.match(/^Chromium on Linux, for one user.*\n((?: {2}\S.*\n)+)/m) ?? [];
  if (!lines) throw new Error(`no commands for Chromium on Linux:\n${printed}`);
  return lines.replaceAll(/^ {2}/gm, '');
}

/// The plant's authority, as an organisation hands it out to its machines.
function trust_plant(home, certificate) {
  const store = join(home, '.pki', 'nssdb');
  mkdirSync(store, { recursive: true });
  writeFileSync(join(home, 'plant.pem'), certificate);
  for (const args of [['-N', '--empty-password'], ['-A', '-t', 'C,,', '-n', 'plant', '-i', join(home, 'plant.pem')]]) {
    execFileSync('certutil', ['-d', `sql:${store}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

/// `home`: the folder of a user; `printed`: all that the box printed, saved as it says, or the plant's certificate alone.
export function trust_authority(home, printed) {
  if (existsSync(join(home, '.pki'))) return;
  if (printed.startsWith('-----BEGIN')) return trust_plant(home, printed);
  const [, file] = printed.match(/^Save all of this as (\S+)/m);
  writeFileSync(join(home, file), printed);
  execFileSync('sh', ['-ec', commands_in(printed)], { cwd: home, env: { PATH: process.env.PATH, HOME: home }, stdio: ['ignore', 'ignore', 'inherit'] });
}

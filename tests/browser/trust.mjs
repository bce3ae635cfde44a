// A kiosk that trusts a box's own authority, as plant IT is told to see to it.
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/// The commands for one user of Chromium on Linux, in what `millrace-edge --print-trust` prints.
function commands_in(printed) {
  const [, lines] = printed.match(/^Chromium on Linux, for one user.*\n((?: {2}\S.*\n)+)/m) ?? [];
  if (!lines) throw new Error(`no commands for Chromium on Linux:\n${printed}`);
  return lines.replaceAll(/^ {2}/gm, '');
}

/// `home`: the folder of a user; `printed`: all that was printed, saved as it says.
export function trust_authority(home, printed) {
  if (existsSync(join(home, '.pki'))) return;
  const [, file] = printed.match(/^Save all of this as (\S+)/m);
  writeFileSync(join(home, file), printed);
  execFileSync('sh', ['-ec', commands_in(printed)], { cwd: home, env: { PATH: process.env.PATH, HOME: home }, stdio: ['ignore', 'ignore', 'inherit'] });
}

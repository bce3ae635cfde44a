// Looks at the plant: what its processes take, whether a secret stands where none may be, and at the end what the box's
// disk and the bus hold.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Verifier } from '../support/evidence.mjs';
import { held_by_sessions, stored_outcomes, stored_records, tell_received, tell_stored } from '../system/ledger.mjs';
import { PARTS } from './plan.mjs';

const SUBSCRIPTION = 'analytics';
const MIB_KIB = 1024;

/// What no part may exceed at the end of a round: some times what it takes. A run's records fill the disks of box and
/// bus, and the bus's memory too: nobody takes its messages before the end.
export const bounds = (rounds) => ({
  edge: { rss_kib: 96 * MIB_KIB, descriptors: 96, disk_bytes: (64 + rounds) * MIB_KIB * 1024 },
  broker: { rss_kib: 32 * MIB_KIB, descriptors: 48, disk_bytes: 4 * MIB_KIB * 1024 },
  relay: { rss_kib: 64 * MIB_KIB, descriptors: 48, disk_bytes: 8 * MIB_KIB * 1024 },
  bus: { rss_kib: (64 + 2 * rounds) * MIB_KIB, descriptors: 48, disk_bytes: (32 + 2 * rounds) * MIB_KIB * 1024 },
});

function files_below(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'somebody-elses-file')
    .map((entry) => join(entry.parentPath, entry.name));
}

/// One `resources` line for each part that runs; returns them.
export function measure(plant, history) {
  const looks = [];
  for (const name of PARTS) {
    const part = plant.part(name);
    if (!part.runs) continue;
    const disk_bytes = files_below(plant.data_of(name)).reduce((sum, file) => {
      // Mosquitto replaces its file, SQLite removes its log.
      const found = statSync(file, { throwIfNoEntry: false });
      return sum + (found?.size ?? 0);
    }, 0);
    const descriptors = readdirSync(`/proc/${part.pid}/fd`).length;
    looks.push({ part: name, rss_kib: part.memory_kib().now, descriptors, disk_bytes });
  }
  for (const look of looks) history.tell('resources', look);
  return looks;
}

const holds = (bytes, { forms }) => forms.some((form) => bytes.includes(form));

function scan(places, secrets, history) {
  for (const { where, bytes } of places) {
    for (const secret of secrets) {
      if (where !== secret.home && holds(bytes, secret)) history.tell('leak', { where, canary: secret.name });
    }
  }
  history.tell('scanned', { canaries: secrets.length });
}

/// Command lines and environments, which every user of the machine, or the service manager's log, may show.
export function scan_processes(plant, history) {
  const places = PARTS.filter((name) => plant.part(name).runs).flatMap((name) =>
    ['cmdline', 'environ'].map((what) => ({
      where: `${what} of ${name}`,
      bytes: readFileSync(`/proc/${plant.part(name).pid}/${what}`),
    })),
  );
  scan(places, plant.secrets(), history);
}

/// Logs, databases and whatever else the parts wrote.
function scan_files(plant, history) {
  const secrets = plant.secrets();
  for (const secret of secrets.filter(({ home }) => home !== undefined)) {
    if (!holds(readFileSync(secret.home), secret)) throw new Error(`${secret.name} would not be found: not even at ${secret.home}`);
  }
  const places = files_below(plant.folder).map((file) => ({ where: file, bytes: readFileSync(file) }));
  scan(places, secrets, history);
}

function integrity(file, history) {
  const db = new DatabaseSync(file, { readOnly: true });
  const said = db.prepare('PRAGMA integrity_check').all().map((row) => row.integrity_check).join('; ');
  db.close();
  if (said !== 'ok') history.tell('unhealthy', { what: `${file}: ${said}` });
}

/// How many messages the bus says that the subscription keeps.
async function kept(plant) {
  const metrics = await (await fetch(`http://127.0.0.1:${plant.stack.ports.bus}/metrics`)).text();
  const [, count] = metrics.match(new RegExp(`^millrace_bus_messages\\{entity="[^"]*${SUBSCRIPTION}"\\} (\\d+)`, 'm'));
  return Number(count);
}

/// The last look, at what the box and the bus hold. Stops the plant.
export async function final_survey(plant, history) {
  await plant.part('edge').stop();
  const stored = stored_records(plant.stack.database);
  tell_stored(history, stored);
  const received_distinct = await kept(plant);
  const sessions = [...new Set([...stored.values()].map(({ session }) => session))];
  const held = await held_by_sessions(plant.stack.connection_string, SUBSCRIPTION, sessions);
  const left = await kept(plant);
  if (left > 0) history.tell('unhealthy', { what: `${left} messages of the bus are of sessions that the box does not know` });
  const verifier = new Verifier(plant.stack.boxes);
  for (const one of [...held.values()].flat()) {
    const { ok, why, hash } = verifier.check(one.message);
    if (!ok) history.tell('unhealthy', { what: `the message ${one.id} does not verify: ${why}` });
    tell_received(history, one, hash ?? Buffer.alloc(32), stored.get(one.id));
  }
  const outcomes = stored_outcomes(plant.stack.database);
  history.tell('counts', { answered: history.told_saved.size, outcomes, records: stored.size, received_distinct });
  for (const what of await plant.stop()) history.tell('unhealthy', { what });
  for (const part of ['edge', 'relay', 'bus']) integrity(join(plant.data_of(part), `${part}.db`), history);
  scan_files(plant, history);
  return { records: stored.size, received: received_distinct };
}

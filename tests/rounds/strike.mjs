// Does to the plant what the plan says: each fault strikes, lasts, and is healed.
import { pause } from '../support/process.mjs';

const REFUSED_WITHIN_MS = 10_000;
const SPRUNG_WITHIN_MS = 10_000;
const FILL_EVERY_MS = 50;
// Slow enough to be felt, fast enough to get through within a round.
const WEATHER = {
  slices: { slice_bytes: 7 },
  delay: { delay_ms: 40 },
  bandwidth: { bytes_per_s: 16_384 },
};
const TRAPS = {
  reset: 'reset',
  'half open': 'hold',
  'half open, never healed': 'hold_for_good',
  'black hole': 'hold_both',
};

/// Each strikes before it first waits, lasts, and returns what heals it. What it met is added to the fault.
const STRIKES = {
  async kill({ plant }, { parts, down_ms }) {
    await Promise.all(parts.map((name) => plant.part(name).kill()));
    await pause(down_ms);
    return () => Promise.all(parts.map((name) => plant.part(name).start()));
  },

  async stop({ plant }, { parts, lasts_ms }) {
    for (const name of parts) plant.part(name).signal('SIGSTOP');
    await pause(lasts_ms);
    return () => {
      for (const name of parts) plant.part(name).signal('SIGCONT');
    };
  },

  async wipe({ plant }, { parts: [name], down_ms }) {
    await plant.part(name).kill();
    plant.wipe(name);
    await pause(down_ms);
    return () => plant.part(name).start();
  },

  async tcp({ plant }, fault) {
    const { link, direction, after, action, lasts_ms, healed_by_reset } = fault;
    const proxy = plant.proxies.get(link);
    if (action === 'refused') {
      proxy.refuse();
      // Who is connected has to come again.
      for (const connection of [...proxy.connections]) connection.reset();
    } else if (action in WEATHER) {
      proxy.change(direction, WEATHER[action]);
    } else {
      const sprung = proxy.trap({ direction, after, action: TRAPS[action] });
      const connection = await Promise.race([sprung, pause(SPRUNG_WITHIN_MS).then(() => null)]);
      fault.sprung = connection !== null;
      if (fault.sprung && action === 'black hole') proxy.change('both', { hold: true });
    }
    await pause(lasts_ms);
    return () => proxy.heal({ reset: healed_by_reset });
  },

  async 'full disk'({ plant, history }, fault) {
    const before = history.refusals;
    const deadline = Date.now() + REFUSED_WITHIN_MS;
    // What the box sets free meanwhile is taken too, until a kiosk was refused.
    do {
      plant.disk.fill(fault.spare_bytes);
      await pause(FILL_EVERY_MS);
    } while (history.refusals === before && Date.now() < deadline);
    fault.refused = history.refusals - before;
    return () => plant.disk.free();
  },

  async clock({ plant }, fault) {
    const { parts, step, lasts_ms } = fault;
    for (const name of parts) plant.set_clock(name, step);
    await pause(lasts_ms);
    // Who is killed meanwhile says nothing.
    if (parts.includes('edge')) fault.seen = await plant.stack.status().then(({ time }) => time).catch(() => null);
    return () => {
      for (const name of parts) plant.set_clock(name, null);
    };
  },
};
STRIKES['kill two'] = STRIKES.kill;
const STARTED_AGAIN = new Set(['kill', 'kill two', 'wipe']);

/// Lets all faults of a round strike, at once and before it returns. The promise it returns is of what heals them,
/// those parts last that must be started again.
export function strike(run, faults) {
  const struck = faults.map((fault) => STRIKES[fault.what](run, fault));
  return Promise.all(struck).then((healers) => async () => {
    const last = healers.filter((_, i) => STARTED_AGAIN.has(faults[i].what));
    for (const heal of healers.filter((each) => !last.includes(each))) await heal();
    for (const heal of last) await heal();
  });
}

// What a run is going to suffer: every choice is drawn here, from one seed, before the run begins.

export const PARTS = ['edge', 'broker', 'relay', 'bus'];
export const LINKS = ['kiosk-edge', 'edge-broker', 'relay-broker', 'relay-bus'];
const HOUR_S = 3_600;
const YEAR_S = 365 * 24 * HOUR_S;
/// Seconds to add to the wall clock; `1970` is worked out when it strikes.
export const STEPS = { '+1 h': HOUR_S, '-1 h': -HOUR_S, '+10 y': 10 * YEAR_S, '-10 y': -10 * YEAR_S, 'to 1970': null };
/// Nothing rests on what these have on disk.
const FORGETFUL = ['broker', 'relay'];
// The bus stands for Azure Service Bus, whose clock is taken for right: it decides what duplicate detection forgets.
const CLOCKS = [['edge'], ['relay'], ['broker'], ['edge', 'relay'], ['edge', 'relay', 'broker']];

/// What the fault is to meet: who is held back with SIGSTOP so that unsettled records pile up, and where they are then.
const STATES = [
  { state: 'on the way', hold: null },
  { state: 'at the broker', hold: 'relay' },
  { state: 'sends in doubt', hold: 'bus' },
  { state: 'catching up', hold: 'relay', release_first: true },
];
// What is dealt before a kind comes again more often than this. Ten, so that ten rounds have met everything.
const DECK = ['kill', 'kill two', 'stop', 'wipe', 'wipe', 'tcp', 'tcp', 'tcp', 'full disk', 'clock'];
const SECOND_FAULT_ONE_IN = 4;
const RECORDS = [8, 40];
const DOWN_MS = [0, 1_500];
// The last outlasts the resend timeout of 5 s.
const LASTS_MS = [
  [300, 1_500],
  [300, 1_500],
  [1_500, 3_000],
  [5_500, 8_000],
];
const TCP_ACTIONS = ['reset', 'half open', 'half open, never healed', 'black hole', 'slices', 'delay', 'bandwidth', 'refused'];
// A packet's head, a record, many of them; and what a link carries within a round where only acknowledgements go.
const OFFSETS_MOST = [64, 2_048, 16_384];
const OFFSETS_MOST_OF_ANSWERS = [64, 256, 1_024];
const ANSWERS_GO = { 'kiosk-edge': 'down', 'edge-broker': 'down', 'relay-broker': 'up', 'relay-bus': 'down' };

/// Mulberry32: 32 bits of state are enough for choices.
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /// 0 ≤ result < bound.
  below(bound) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  between([least, most]) {
    return least + this.below(most - least + 1);
  }

  one_of(list) {
    return list[this.below(list.length)];
  }

  shuffled(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }
}

const DRAWN = {
  kill: (random) => ({ parts: [random.one_of(PARTS)], down_ms: random.between(DOWN_MS) }),
  'kill two': (random) => ({ parts: random.shuffled(PARTS).slice(0, 2), down_ms: random.between(DOWN_MS) }),
  stop: (random) => ({ parts: [random.one_of(PARTS)], lasts_ms: random.between(random.one_of(LASTS_MS)) }),
  wipe: (random) => ({ parts: [random.one_of(FORGETFUL)], down_ms: random.between(DOWN_MS) }),
  tcp(random) {
    const link = random.one_of(LINKS);
    const direction = random.one_of(['up', 'down']);
    const most = random.one_of(ANSWERS_GO[link] === direction ? OFFSETS_MOST_OF_ANSWERS : OFFSETS_MOST);
    return {
      link,
      direction,
      after: 1 + random.below(most),
      action: random.one_of(TCP_ACTIONS),
      lasts_ms: random.between(random.one_of(LASTS_MS)),
      healed_by_reset: random.below(2) === 0,
    };
  },
  'full disk': (random) => ({ parts: ['edge'], spare_bytes: random.below(2) * random.below(65_536) }),
  clock: (random) => ({
    parts: random.one_of(CLOCKS),
    step: random.one_of(Object.keys(STEPS)),
    lasts_ms: random.between(random.one_of(LASTS_MS)),
  }),
};

/// Two faults of one round must not undo one another.
const touched = ({ what, link, parts }) => (what === 'tcp' ? [link] : what === 'clock' ? [] : parts);

function draw(random, what) {
  return { what, ...DRAWN[what](random) };
}

/// [{number, state, hold, release_first, records, faults: [{what, …}]}]: the same for the same seed, whatever the machine can do.
export function plan({ seed, rounds }) {
  const random = new Random(seed);
  let deck = [];
  return Array.from({ length: rounds }, (_, i) => {
    if (deck.length === 0) deck = random.shuffled(DECK);
    const faults = [draw(random, deck.pop())];
    if (random.below(SECOND_FAULT_ONE_IN) === 0) {
      const second = draw(random, random.one_of(DECK));
      const taken = touched(faults[0]);
      if (second.what !== faults[0].what && !touched(second).some((part) => taken.includes(part))) faults.push(second);
    }
    return { number: i + 1, ...random.one_of(STATES), records: random.between(RECORDS), faults };
  });
}

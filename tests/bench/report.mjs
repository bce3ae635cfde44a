// The benchmark's report: a page with tables, and a picture that needs nothing else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from './measure.mjs';

const ms = (value) => (value === null || value === undefined ? '–' : `${value.toFixed(value < 10 ? 2 : 1)} ms`);
const ratio = (box, rival) => (box && rival ? `${(box / rival).toFixed(2)}` : '–');
const per_s = (count, seconds) => `${Math.round(count / seconds)}/s`;

const row = (...cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');

const line_of = (name, { count = 0, p50, p95, p99, most } = {}) => [name, count, ms(p50), ms(p95), ms(p99), ms(most)];

function counted(list) {
  if (list.length === 0) return 'none';
  const counts = Map.groupBy(list, (one) => one);
  return [...counts].map(([what, all]) => `${what} × ${all.length}`).join(', ');
}

function page({ at, size, machine, target_ms, box, rival }) {
  const { human, fast } = box.times;
  const compare = ['human', 'fast'].map((name) => {
    const [a, b] = [box.times[name], rival.times[name]];
    return [name, ...['p50', 'p95', 'p99'].map((key) => ratio(a[key], b[key])),
      per_s(a.count, box.phases[name].seconds), per_s(b.count, rival.phases[name].seconds)];
  });
  const cost = Object.entries(box.phases).map(([name, { seconds, cpu_seconds }]) =>
    [`box, ${name}`, seconds.toFixed(1), cpu_seconds.toFixed(2)]);
  for (const [name, { seconds, cpu_seconds }] of Object.entries(rival.phases)) {
    cost.push([`rival, ${name}`, seconds.toFixed(1), cpu_seconds.toFixed(2)]);
  }
  return `# ${size.kiosks} kiosks at one box

${at}, on loopback, over TLS, the box from ${machine.programs}. ${machine.cores} cores for box, rival and kiosks together (${machine.processor}), Node ${machine.node};
appending 4 KiB and syncing takes this disk ${ms(machine.fsync_p50_ms)} at the median. Seed ${size.seed}.

*Saved* as people answer, at the median: **${ms(human.p50)}**; the target of ${target_ms} ms is ${human.p50 < target_ms ? 'met' : 'missed'}.

![How long saving takes](kiosks.svg)

## The box

${table(['', 'count', 'p50', 'p95', 'p99', 'most'], [
    line_of('sign in (hashes a PIN)', box.times.sign_in),
    line_of('begin', box.times.open),
    line_of('saved, as people answer', human),
    line_of('saved, as fast as allowed', fast),
    line_of('hand in (hashes a PIN)', box.times.submit),
    line_of('how is the box, is the seat still mine', box.times.watch),
  ])}

Refused: ${counted(box.refused)}; given up: ${counted(box.given_up)}. Peak memory: ${(box.memory_kib / 1024).toFixed(0)} MiB.

## Against a rival that only saves

Node's HTTPS server and its built-in SQLite (WAL, synchronous=FULL), one transaction a request, the same bodies at the same
times: no session, no lease, no key, no scoring. Below 1 the box is faster.

${table(['saved', 'p50 box : rival', 'p95', 'p99', 'box', 'rival'], compare)}

${table(['rival', 'count', 'p50', 'p95', 'p99', 'most'], [
    line_of('saved, as people answer', rival.times.human),
    line_of('saved, as fast as allowed', rival.times.fast),
  ])}

Refused: ${counted(rival.refused)}; given up: ${counted(rival.given_up)}. Peak memory: ${(rival.memory_kib / 1024).toFixed(0)} MiB.

## What it cost

${table(['phase', 'seconds', 'seconds of a core'], cost)}
`;
}

const WIDTH = 760;
const HEIGHT = 380;
const EDGE = { left: 60, right: 40, top: 30, bottom: 70 };
const LEGEND_WIDTH = 175;
const CURVES = [
  ['box, as people answer', 'box', 'human', '#0b5394', ''],
  ['rival, as people answer', 'rival', 'human', '#b45f06', ''],
  ['box, as fast as allowed', 'box', 'fast', '#0b5394', '6 4'],
  ['rival, as fast as allowed', 'rival', 'fast', '#b45f06', '6 4'],
];

/// For each share of all saves, how long it took at most; time on a logarithmic scale.
function picture(run) {
  const all = CURVES.flatMap(([, who, phase]) => run[who].raw[phase]);
  const low = Math.floor(Math.log10(percentile([...all].sort((a, b) => a - b), 0)));
  const high = Math.ceil(Math.log10(all.reduce((most, one) => Math.max(most, one), 1)));
  const x = (time) => EDGE.left + ((Math.log10(time) - low) / (high - low)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (share) => HEIGHT - EDGE.bottom - share * (HEIGHT - EDGE.top - EDGE.bottom);
  const shares = Array.from({ length: 200 }, (_, i) => (i + 1) / 200);
  const curve = ([, who, phase, colour, dash]) => {
    const sorted = [...run[who].raw[phase]].sort((a, b) => a - b);
    const points = shares.map((share) => `${x(percentile(sorted, share)).toFixed(1)},${y(share).toFixed(1)}`);
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>`;
  };
  const decades = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  const grid = decades.map((time) =>
    `<line x1="${x(time)}" x2="${x(time)}" y1="${EDGE.top}" y2="${HEIGHT - EDGE.bottom}" stroke="#ddd"/>` +
    `<text x="${x(time)}" y="${HEIGHT - EDGE.bottom + 18}" text-anchor="middle">${time} ms</text>`);
  const marks = [0.5, 0.95, 1].map((share) =>
    `<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/>` +
    `<text x="${EDGE.left - 8}" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text>`);
  const target = `<line x1="${x(run.target_ms)}" x2="${x(run.target_ms)}" y1="${EDGE.top}" y2="${HEIGHT - EDGE.bottom}" stroke="#a00"/>` +
    `<text x="${x(run.target_ms) + 5}" y="${HEIGHT - EDGE.bottom - 8}" fill="#a00">target ${run.target_ms} ms</text>`;
  const legend = CURVES.map(([name, , , colour, dash], i) => {
    const at = HEIGHT - 20;
    const from = EDGE.left + i * LEGEND_WIDTH;
    return `<line x1="${from}" x2="${from + 24}" y1="${at - 4}" y2="${at - 4}" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/>` +
      `<text x="${from + 30}" y="${at}" font-size="11">${name}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="12">
<title>How long saving an answer takes: the share of saves that were done within a time</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${EDGE.left}" y="18" font-weight="bold">Saved within, ${run.size.kiosks} kiosks</text>
${[...grid, ...marks, target, ...CURVES.map(curve), ...legend].join('\n')}
</svg>
`;
}

/// Writes kiosks.md, kiosks.svg and kiosks.json; returns the page.
export function write_report(folder, run) {
  const text = page(run);
  writeFileSync(join(folder, 'kiosks.md'), text);
  writeFileSync(join(folder, 'kiosks.svg'), picture(run));
  const { raw: _box, ...box } = run.box;
  const { raw: _rival, ...rival } = run.rival;
  writeFileSync(join(folder, 'kiosks.json'), `${JSON.stringify({ ...run, box, rival }, null, 2)}\n`);
  return text;
}

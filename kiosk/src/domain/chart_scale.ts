// Where a value stands on a drawing, and where its axes have marks: round numbers, and hours that a clock shows.

/** Maps the values from `low` to `high` on the places from `start` to `end`. */
export function scale(
  [low, high]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const share = high === low ? 0 : (end - start) / (high - low);
  return (value) => start + (value - low) * share;
}

/** Round marks for counts from 0 to `most`, at most `marks` above zero: 0, 50, 100. Never parts of one. */
export function countTicks(most: number, marks: number): readonly number[] {
  const least = Math.max(most, 1) / marks;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((by) => by * power).find((one) => one >= Math.max(1, least - 1e-9));
  return upTo(Math.max(most, 1), step ?? 1);
}

/** Spans that people count in, in seconds: up to a month. */
const kSpans = [
  ...[10, 30],
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * 60),
  ...[1, 2, 4, 6, 12].map((hours) => hours * 3_600),
  ...[1, 2, 4, 7, 14, 30].map((days) => days * 86_400),
];

/** The same for ages in seconds: 0, 10 min, 20 min. */
export function ageTicks(most_s: number, marks: number): readonly number[] {
  const most = Math.max(most_s, kSpans[0] ?? 1);
  const least = most / marks;
  const month = kSpans.at(-1) ?? 1;
  return upTo(most, kSpans.find((one) => one >= least) ?? Math.ceil(least / month) * month);
}

const upTo = (most: number, step: number) =>
  Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);

const kHourMs = 3_600_000;

/** Full hours of the browser's clock within [from, to], as dense as `most` of them allow; days at their beginning. */
export function clockTicks(from_ms: number, to_ms: number, most: number): readonly number[] {
  const hours = (to_ms - from_ms) / kHourMs;
  const every_h = [1, 2, 3, 4, 6, 12].find((one) => hours / one <= most) ?? 24;
  const first = new Date(from_ms);
  const ticks: number[] = [];
  // By the calendar, not by adding up: a day may have 23 hours or 25.
  for (let hour = 0; ; hour += every_h) {
    const at = new Date(first.getFullYear(), first.getMonth(), first.getDate(), hour).getTime();
    if (!(at <= to_ms)) break; // also of a time that cannot be read
    if (at >= from_ms && at !== ticks.at(-1)) ticks.push(at);
  }
  const each = Math.max(1, Math.ceil(ticks.length / Math.max(1, most)));
  return ticks.filter((_, i) => i % each === 0);
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Stretches of values without a gap; what is null is not known. */
export function stretches<T>(
  values: readonly (T | null)[],
): readonly (readonly { at: number; value: T }[])[] {
  const all: { at: number; value: T }[][] = [[]];
  values.forEach((value, at) => {
    if (value === null) all.push([]);
    else all.at(-1)?.push({ at, value });
  });
  return all.filter((one) => one.length > 0);
}

/** An SVG path from point to point. */
export function linePath(points: readonly Point[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${short(x)} ${short(y)}`).join("");
}

/** The same, closed along the line at `base`. */
export function areaPath(points: readonly Point[], base: number): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "";
  return `${linePath([{ x: first.x, y: base }, ...points, { x: last.x, y: base }])}Z`;
}

export interface Box extends Point {
  readonly width: number;
  /** Below zero: it hangs from `y`. */
  readonly height: number;
}

/** Many boxes as one path, which a browser draws much faster. */
export function boxesPath(boxes: readonly Box[]): string {
  return boxes
    .map(
      (one) =>
        `M${short(one.x)} ${short(one.y)}h${short(one.width)}v${short(-one.height)}h${short(-one.width)}z`,
    )
    .join("");
}

const short = (value: number) => String(Math.round(value * 10) / 10);

// The three drawings of the history, each over the same time.

import { ageWords, groupedWords } from "../domain/ages.ts";
import { ageTicks, areaPath, boxesPath, countTicks, linePath, stretches } from "../domain/chart_scale.ts";
import { type HistoryStep, kNotKnown, mostOf, sumWords } from "../domain/history_steps.ts";
import { Chart, type ChartProps } from "./chart.tsx";
import { timeAt } from "./times.ts";

type Drawn = Pick<ChartProps, "steps" | "measure" | "shown" | "onHover">;

/** In seconds: what is younger looks like nothing. */
const kAgeLeast = 60;
/** The highest value keeps clear of what is above. */
const kHeadroom = 1.06;
/** Of a step's width. */
const kBarShare = 0.72;

const stepOf = (steps: readonly HistoryStep[], i: number) => steps[i] as HistoryStep;
const countMarks = (ticks: readonly number[]) =>
  ticks.map((at) => ({ at, label: groupedWords(Math.abs(at)) }));

/** "at most 1 204, 03:10" */
function mostWords(
  steps: readonly HistoryStep[],
  value: (step: HistoryStep) => number | null,
  words: (value: number) => string,
): string {
  const most = mostOf(steps, value);
  const at = steps.find((step) => value(step) === most);
  const said = most === 0 || at === undefined ? "never any" : `at most ${words(most)}, ${timeAt(at.to_ms)}`;
  return steps.some((step) => value(step) === null) ? `${said}, as far as is known` : said;
}

export function WaitingChart(drawn: Drawn) {
  const { steps } = drawn;
  const of = (step: HistoryStep) => step.waiting;
  const last = steps.at(-1)?.waiting ?? null;
  const high = Math.max(1, mostOf(steps, of));
  const most = mostWords(steps, of, groupedWords);
  return (
    <Chart
      {...drawn}
      name="waiting"
      title={
        <>
          <strong>Records waiting</strong> <span class="soft">{most}</span>
        </>
      }
      summary={`Records waiting over time: ${last === null ? kNotKnown : groupedWords(last)} at the end, ${most}.`}
      height_em={8.5}
      values={[0, high * kHeadroom]}
      marks={countMarks(countTicks(high, 4))}
      draw={({ x, y }) =>
        stretches(steps.map(of)).map((stretch) => {
          // Flat over each step, for it is counted at its end.
          const points = stretch.flatMap(({ at, value }) => [
            { x: x(stepOf(steps, at).from_ms), y: y(value) },
            { x: x(stepOf(steps, at).to_ms), y: y(value) },
          ]);
          return (
            <g key={stretch[0]?.at}>
              <path class="chart-area" d={areaPath(points, y(0))} />
              <path class="chart-line" d={linePath(points)} />
            </g>
          );
        })
      }
    />
  );
}

export function OldestChart(drawn: Drawn) {
  const { steps } = drawn;
  const of = (step: HistoryStep) => step.oldest_s;
  const last = steps.at(-1)?.oldest_s ?? null;
  const high = Math.max(kAgeLeast, mostOf(steps, of));
  const most = mostWords(steps, of, ageWords);
  return (
    <Chart
      {...drawn}
      name="oldest"
      title={
        <>
          <strong>Age of the oldest that waits</strong> <span class="soft">{most}</span>
        </>
      }
      summary={`Age of the oldest waiting record over time: ${last === null ? kNotKnown : ageWords(last)} at the end, ${most}.`}
      height_em={5.5}
      values={[0, high * kHeadroom]}
      marks={ageTicks(high, 3).map((at) => ({ at, label: at === 0 ? "0" : ageWords(at) }))}
      draw={({ x, y }) =>
        stretches(steps.map(of)).map((stretch) => (
          <path
            key={stretch[0]?.at}
            class="chart-line chart-line-oldest"
            d={linePath(stretch.map(({ at, value }) => ({ x: x(stepOf(steps, at).to_ms), y: y(value) })))}
          />
        ))
      }
    />
  );
}

export function ThroughputChart(drawn: Drawn) {
  const { steps } = drawn;
  const recorded = (step: HistoryStep) => step.recorded;
  const received = (step: HistoryStep) => step.received;
  const high = Math.max(1, mostOf(steps, recorded), mostOf(steps, received));
  const ticks = countTicks(high, 3);
  const sum = (of: typeof recorded) => sumWords(steps, of);
  const boxes = (of: typeof recorded, { x, y }: Parameters<ChartProps["draw"]>[0], sign: 1 | -1) =>
    boxesPath(
      steps.flatMap((step) => {
        const [value, left] = [of(step) ?? 0, x(step.from_ms)];
        const width = x(step.to_ms) - left;
        if (value === 0) return [];
        return [
          {
            x: left + (width * (1 - kBarShare)) / 2,
            y: y(0),
            width: width * kBarShare,
            height: y(0) - y(sign * value),
          },
        ];
      }),
    );
  return (
    <Chart
      {...drawn}
      name="throughput"
      title={
        <>
          <strong>
            <span class="key key-recorded" aria-hidden="true" />
            Recorded, upwards
          </strong>{" "}
          <span class="soft">{sum(recorded)}</span>
          <strong>
            <span class="key key-received" aria-hidden="true" />
            Received, downwards
          </strong>{" "}
          <span class="soft">{sum(received)}</span>
        </>
      }
      summary={`Throughput over time: recorded ${sum(recorded)}, received ${sum(received)}.`}
      height_em={8.5}
      axis
      values={[-high * kHeadroom, high * kHeadroom]}
      marks={countMarks([...ticks.slice(1).map((at) => -at), ...ticks])}
      draw={(plot) => (
        <>
          <path class="chart-recorded" d={boxes(recorded, plot, 1)} />
          <path class="chart-received" d={boxes(received, plot, -1)} />
        </>
      )}
    />
  );
}

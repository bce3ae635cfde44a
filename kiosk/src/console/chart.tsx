// The frame that the charts of the history share: one axis of time, round marks, the step that is read out.

import type { ComponentChildren } from "preact";
import { clockTicks, scale } from "../domain/chart_scale.ts";
import type { HistoryStep } from "../domain/history_steps.ts";
import { dayAt, hourAt } from "./times.ts";
import type { Measure } from "./use_measure.ts";

/** In em of the labels. */
const kLeft = 4.4;
const kRight = 1.2;
const kTop = 0.7;
const kAxis = 1.7;
const kBottom = 0.5;
/** A label of the time has this much room at the least. */
const kTimeLabel = 5.2;

export interface Plot {
  readonly x: (ms: number) => number;
  readonly y: (value: number) => number;
}

export interface ChartProps {
  readonly name: string;
  readonly title: ComponentChildren;
  /** What the drawing says, for those who do not see it. */
  readonly summary: string;
  readonly steps: readonly HistoryStep[];
  readonly measure: Measure;
  readonly height_em: number;
  /** From the bottom to the top. */
  readonly values: readonly [number, number];
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  /** Whether the times stand below it. */
  readonly axis?: boolean;
  /** The step that is read out. */
  readonly shown: number;
  readonly onHover: (step: number | null) => void;
  readonly draw: (plot: Plot) => ComponentChildren;
}

export function Chart(props: ChartProps) {
  const { steps, measure, marks } = props;
  const { width, em } = measure;
  const [first, last] = [steps[0], steps.at(-1)];
  if (width === 0 || first === undefined || last === undefined) return null;
  const height = (props.height_em + (props.axis ? kAxis : kBottom)) * em;
  const [left, right] = [kLeft * em, width - kRight * em];
  const [top, bottom] = [kTop * em, props.height_em * em];
  const plot: Plot = {
    x: scale([first.from_ms, last.to_ms], [left, right]),
    y: scale(props.values, [bottom, top]),
  };
  const shown = steps[props.shown];
  const known = steps.find(({ waiting }) => waiting !== null);
  const known_from = plot.x(known?.from_ms ?? last.to_ms);
  const stepAt = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const step = Math.floor(scale([left, right], [0, steps.length])(x));
    return step >= 0 && step < steps.length ? step : null;
  };
  return (
    <figure class="chart" data-chart={props.name}>
      <figcaption class="chart-title">{props.title}</figcaption>
      <svg
        class="chart-drawing"
        role="img"
        aria-label={props.summary}
        viewBox={`0 0 ${width} ${height}`}
        height={height}
        onPointerMove={(event) => props.onHover(stepAt(event))}
        onPointerLeave={() => props.onHover(null)}
      >
        {known_from > left ? (
          <rect class="chart-unknown" x={left} y={top} width={known_from - left} height={bottom - top} />
        ) : null}
        {shown ? (
          <rect
            class="chart-shown"
            x={plot.x(shown.from_ms)}
            y={top}
            width={Math.max(1, plot.x(shown.to_ms) - plot.x(shown.from_ms))}
            height={bottom - top}
          />
        ) : null}
        {clockTicks(first.from_ms, last.to_ms, (right - left) / (kTimeLabel * em)).map((ms) => (
          <g key={ms}>
            <line class="chart-grid" x1={plot.x(ms)} x2={plot.x(ms)} y1={top} y2={bottom} />
            {props.axis ? (
              <text class="chart-label" x={plot.x(ms)} y={height - 0.4 * em} text-anchor="middle">
                {isMidnight(ms) ? dayAt(ms) : hourAt(ms)}
              </text>
            ) : null}
          </g>
        ))}
        {marks.map(({ at, label }) => (
          <g key={at}>
            <line
              class={at === 0 ? "chart-base" : "chart-grid"}
              x1={left}
              x2={right}
              y1={plot.y(at)}
              y2={plot.y(at)}
            />
            <text class="chart-label" x={left - 0.5 * em} y={plot.y(at) + 0.35 * em} text-anchor="end">
              {label}
            </text>
          </g>
        ))}
        {props.draw(plot)}
        {known_from - left > 12 * em && props.axis !== true ? (
          <text class="chart-label" x={(left + known_from) / 2} y={(top + bottom) / 2} text-anchor="middle">
            not known
          </text>
        ) : null}
      </svg>
    </figure>
  );
}

const isMidnight = (ms: number) => new Date(ms).getHours() === 0;

import { useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import type { HistoryHours } from "../domain/box_report.ts";
import { kHistoryHours } from "../domain/box_report.ts";
import { type HistoryStep, stepsOf, stepWords } from "../domain/history_steps.ts";
import type { Console } from "./console.ts";
import { OldestChart, ThroughputChart, WaitingChart } from "./history_charts.tsx";
import { HistoryTable } from "./history_table.tsx";
import { Empty, Panel } from "./panel.tsx";
import { clockOf, spanOf } from "./times.ts";
import { useMeasure } from "./use_measure.ts";

const kHoursNames: Readonly<Record<HistoryHours, string>> = { 24: "24 h", 168: "7 days" };

/** How the outbox filled and emptied: three charts over one time, of which one step is read out. */
export function HistoryPanel({ view }: { view: Console }) {
  const part = view.history.value;
  const hours = view.hours.value;
  return (
    <Panel
      name="history"
      title="Over time"
      part={view.silent.value ? null : part}
      aside={
        <fieldset class="switch">
          <legend class="visually-hidden">How far back</legend>
          {part.heard === null ? null : <span class="soft">as of {clockOf(part.heard.at_ms)}</span>}
          {kHistoryHours.map((one) => (
            <Button
              key={one}
              pressed={one === hours}
              testid={`hours-${one}`}
              onPress={() => view.setHours(one)}
            >
              {kHoursNames[one]}
            </Button>
          ))}
        </fieldset>
      }
    >
      {part.heard === null ? (
        <Empty>{part.trouble === null ? "Asking the box…" : "Not known."}</Empty>
      ) : (
        <Charts steps={stepsOf(part.heard.value)} />
      )}
    </Panel>
  );
}

function Charts({ steps }: { steps: readonly HistoryStep[] }) {
  const [place, measure] = useMeasure();
  const [hovered, setHovered] = useState<number | null>(null);
  // From the newest one back, so that it stays the newest while time goes on.
  const [back, setBack] = useState(0);
  const last = steps.length - 1;
  const shown = Math.min(last, Math.max(0, hovered ?? last - back));
  const step = steps[shown];
  if (step === undefined) return <Empty>The box told of no time.</Empty>;
  const drawn = { steps, measure, shown, onHover: setHovered };
  const words = stepWords(step);
  const span = spanOf(step);
  return (
    <>
      <dl class="readout" data-testid="readout">
        <div class="readout-time">
          <dt class="visually-hidden">Time</dt>
          <dd>{span}</dd>
        </div>
        <Reading name="Waiting" value={words.waiting} />
        <Reading name="Oldest" value={words.oldest} />
        <Reading name="Recorded" value={words.recorded} series="recorded" />
        <Reading name="Received" value={words.received} series="received" />
      </dl>
      <div class="charts" ref={place}>
        <WaitingChart {...drawn} />
        <OldestChart {...drawn} />
        <ThroughputChart {...drawn} />
      </div>
      <label class="scrub">
        <span class="visually-hidden">Step that is read out</span>
        <input
          class="scrub-range"
          type="range"
          min={0}
          max={last}
          step={1}
          value={shown}
          aria-valuetext={`${span}: ${words.waiting} waiting, oldest ${words.oldest}, ${words.recorded} recorded, ${words.received} received`}
          data-testid="scrub"
          onInput={(event) => {
            setHovered(null);
            setBack(last - Number(event.currentTarget.value));
          }}
        />
      </label>
      <HistoryTable steps={steps} />
    </>
  );
}

function Reading(props: { name: string; value: string; series?: string }) {
  return (
    <div class={`reading ${props.series ? `reading-${props.series}` : ""}`}>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}

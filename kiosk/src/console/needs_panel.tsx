import { Icon } from "../components/icon.tsx";
import { ageOf, countWords } from "../domain/ages.ts";
import type { BoxReport } from "../domain/box_report.ts";
import { type Need, needsOf } from "../domain/console_view.ts";
import { timeOf } from "./times.ts";

/** What wants somebody. Of a silent box no more is said than what it last said. */
export function NeedsPanel({ report, silent }: { report: BoxReport; silent: boolean }) {
  const needs = needsOf(report);
  const mark = needs.some((one) => one.mark === "bad")
    ? "bad"
    : needs.length > 0
      ? "warn"
      : silent
        ? "unknown"
        : "good";
  return (
    <section class={`panel panel-needs panel-${mark}`} aria-labelledby="panel-needs" data-panel="needs">
      <div class="panel-head" role="status">
        <h2 id="panel-needs" class="needs-title">
          <Icon name={needs.length > 0 ? "warning" : silent ? "question" : "check"} />
          <span>{titleOf(needs.length, silent)}</span>
        </h2>
      </div>
      {needs.length === 0 ? (
        <p>No alarm stands, nothing is parked, no certificate ends within 30 days, and there is room.</p>
      ) : (
        <ul class="needs" aria-label="Alarms">
          {needs.map((need) => (
            <NeedRow key={`${need.name} ${need.reason}`} need={need} now={report.now} />
          ))}
        </ul>
      )}
    </section>
  );
}

function titleOf(count: number, silent: boolean): string {
  if (count === 0) return silent ? "Nothing needed you when the box last answered" : "Nothing needs you";
  return `${countWords(count, "thing needs", "things need")} you`;
}

function NeedRow({ need, now }: { need: Need; now: string }) {
  return (
    <li class="need" data-need={need.name}>
      <strong>{need.name}</strong>
      <span>{need.reason}</span>
      {need.since === null ? null : (
        <span class="soft">
          since {timeOf(need.since)}, {ageOf(need.since, now)}
        </span>
      )}
    </li>
  );
}

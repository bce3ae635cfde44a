import { useState } from "preact/hooks";
import { type HistoryStep, stepWords } from "../domain/history_steps.ts";
import { spanOf } from "./times.ts";

/** The numbers of the charts, the newest first; made when somebody wants them. */
export function HistoryTable({ steps }: { steps: readonly HistoryStep[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="numbers" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The numbers as a table</summary>
      {open ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        <section class="numbers-scroll" tabIndex={0} aria-label="The numbers of the charts">
          <table>
            <thead>
              <tr>
                {["Time", "Waiting", "Oldest", "Recorded", "Received"].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {steps.toReversed().map((step) => (
                <StepRow key={step.from_ms} step={step} />
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}

function StepRow({ step }: { step: HistoryStep }) {
  const words = stepWords(step);
  return (
    <tr>
      <th scope="row">{spanOf(step)}</th>
      <td>{words.waiting}</td>
      <td>{words.oldest}</td>
      <td>{words.recorded}</td>
      <td>{words.received}</td>
    </tr>
  );
}

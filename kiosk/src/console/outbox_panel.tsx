import { ageOf, groupedWords } from "../domain/ages.ts";
import type { BoxReport } from "../domain/box_report.ts";
import { Panel } from "./panel.tsx";
import { agoOf, timeOf } from "./times.ts";

/** What has not left the box, in figures. */
export function OutboxPanel({ report }: { report: BoxReport }) {
  const { outbox, now } = report;
  return (
    <Panel name="outbox" title="Records">
      <dl class="figures">
        <div class="figure figure-lead" data-testid="depth">
          <dt>Waiting</dt>
          <dd class="figure-value">{groupedWords(outbox.depth)}</dd>
          <dd class="soft">{outbox.depth === 0 ? "nothing waits" : "have no receipt yet"}</dd>
        </div>
        <div class="figure figure-lead">
          <dt>Oldest</dt>
          <dd class="figure-value">{outbox.oldest === null ? "–" : ageOf(outbox.oldest, now)}</dd>
          <dd class="soft">
            {outbox.oldest === null
              ? outbox.depth === 0
                ? "there is none"
                : "not known"
              : `recorded ${timeOf(outbox.oldest)}`}
          </dd>
        </div>
        <div class="figure" data-testid="parked-count">
          <dt>Parked</dt>
          <dd class="figure-value">{groupedWords(outbox.parked)}</dd>
          <dd class="soft">{outbox.parked === 0 ? "none was refused" : "wait for a decision"}</dd>
        </div>
        <div class="figure">
          <dt>Conflicts</dt>
          <dd class="figure-value">{groupedWords(outbox.conflicts)}</dd>
          <dd class="soft">of submissions, ever</dd>
        </div>
      </dl>
      <p class="soft">
        Last receipt: {outbox.last_receipt === null ? "none yet" : agoOf(outbox.last_receipt, now)}
      </p>
    </Panel>
  );
}

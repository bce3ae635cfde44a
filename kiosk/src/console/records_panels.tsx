// What people decided on parked records, and which submissions came twice.

import type { Conflict, ParkedAction, ParkedDecision } from "../domain/box_report.ts";
import type { Console } from "./console.ts";
import { Empty, Panel, Rows } from "./panel.tsx";
import { stepOf, timeOf } from "./times.ts";

const kDecisionsFirst = 5;
const kConflictsFirst = 4;
const kDone: Readonly<Record<ParkedAction, string>> = { replay: "replayed", discard: "discarded" };

export function DecisionsPanel({ view }: { view: Console }) {
  const part = view.parked.value;
  const decisions = part.heard?.value.decisions;
  return (
    <Panel name="decisions" title="Decisions on parked records" part={view.silent.value ? null : part}>
      {decisions === undefined ? (
        <Empty>{part.trouble === null ? "Asking the box…" : "Not known."}</Empty>
      ) : decisions.length === 0 ? (
        <Empty>Nobody has decided on any yet.</Empty>
      ) : (
        <Rows
          name="Decisions"
          rows={decisions}
          first={kDecisionsFirst}
          row={(one) => <DecisionRow key={`${one.at} ${one.stream_id} ${one.sequence}`} decision={one} />}
        />
      )}
    </Panel>
  );
}

function DecisionRow({ decision }: { decision: ParkedDecision }) {
  return (
    <li class="row" data-decision={decision.event_id}>
      <p>
        <strong>{decision.actor}</strong> {kDone[decision.action] ?? decision.action} record{" "}
        {decision.sequence}
      </p>
      <p>{decision.reason}</p>
      <p class="soft">
        {stepOf(decision.at)} · event {decision.event_id}
      </p>
    </li>
  );
}

export function ConflictsPanel({ view }: { view: Console }) {
  const part = view.conflicts.value;
  const conflicts = part.heard?.value.conflicts;
  return (
    <Panel name="conflicts" title="Submission conflicts" part={view.silent.value ? null : part}>
      {conflicts === undefined ? (
        <Empty>{part.trouble === null ? "Asking the box…" : "Not known."}</Empty>
      ) : conflicts.length === 0 ? (
        <Empty>None. What comes again with other content than the box has saved would stand here.</Empty>
      ) : (
        <>
          <p class="soft">
            These came again with other content than the box has saved. The operator’s screen shows the same
            reference. <code>sudo millrace conflicts show</code> with it, at the box, prints both.
          </p>
          <Rows
            name="Submission conflicts"
            rows={conflicts}
            first={kConflictsFirst}
            row={(one) => <ConflictRow key={one.reference} conflict={one} />}
          />
        </>
      )}
    </Panel>
  );
}

function ConflictRow({ conflict }: { conflict: Conflict }) {
  const { reference, operator_id, kiosk, came_at, first_saved_at, same_operator } = conflict;
  return (
    <li class="row row-side" data-conflict={reference}>
      <strong class="reference">{reference}</strong>
      <p>
        {operator_id} at {kiosk}, {timeOf(came_at)}
        <span class="soft">
          {first_saved_at === null
            ? "what was first saved is gone: removed after its time, or lost with a damaged database"
            : `first saved ${timeOf(first_saved_at)}, by ${same_operator ? "the same" : "another"} operator`}
        </span>
      </p>
    </li>
  );
}

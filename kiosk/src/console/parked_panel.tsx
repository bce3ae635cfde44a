import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { groupedWords } from "../domain/ages.ts";
import type { ParkedAction, ParkedRecord } from "../domain/box_report.ts";
import type { Console } from "./console.ts";
import { DecisionDialog } from "./decision_dialog.tsx";
import { Empty, Marked, Panel, Rows } from "./panel.tsx";
import { agoOf, timeOf } from "./times.ts";

const kShownFirst = 5;

interface Chosen {
  readonly record: ParkedRecord;
  readonly action: ParkedAction;
}

/** What Service Bus refused for good, each with its reason, until a person decides. */
export function ParkedPanel({ view, actor }: { view: Console; actor: string }) {
  const part = view.parked.value;
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const now = view.box.value.heard?.value.now;
  const parked = part.heard?.value;
  const has_asked = useRef(false);
  // The dialog gives the focus back to the button that opened it, which goes with the record that was decided.
  useEffect(() => {
    if (chosen === null) return;
    return () => {
      if (has_asked.current) document.getElementById("panel-parked")?.focus();
    };
  }, [chosen]);
  const close = (asked: boolean) => {
    has_asked.current = asked;
    setChosen(null);
  };
  return (
    <Panel
      name="parked"
      title="Parked records"
      part={view.silent.value ? null : part}
      aside={parked && parked.records.length > 0 ? <span class="count">{countOf(parked)}</span> : null}
    >
      {parked === undefined ? (
        <Empty>{part.trouble === null ? "Asking the box…" : "Not known."}</Empty>
      ) : parked.records.length === 0 ? (
        <Empty>None. What Service Bus refuses for good waits here for a decision.</Empty>
      ) : (
        <Rows
          name="Parked records"
          class="parked"
          rows={parked.records}
          first={kShownFirst}
          row={(record) => (
            <ParkedRow
              key={`${record.stream_id}/${record.sequence}`}
              record={record}
              now={now ?? null}
              onChoose={(action) => setChosen({ record, action })}
            />
          )}
        />
      )}
      {parked?.more ? <p class="soft">There are more; they show once these are decided.</p> : null}
      {chosen === null ? null : <DecisionDialog view={view} actor={actor} {...chosen} onClose={close} />}
    </Panel>
  );
}

const countOf = ({ records, more }: { records: readonly unknown[]; more: boolean }) =>
  `${groupedWords(records.length)}${more ? " and more" : ""}`;

function ParkedRow(props: {
  record: ParkedRecord;
  now: string | null;
  onChoose: (action: ParkedAction) => void;
}) {
  const { record, now } = props;
  const time = (at: string) => (now === null ? timeOf(at) : agoOf(at, now));
  return (
    <li class="parked-row" data-record={record.event_id}>
      <div class="row">
        <p class="parked-reason">{record.reason}</p>
        <p>
          Record {record.sequence}{" "}
          <span class="soft">
            {record.type}, {record.partition}
          </span>
        </p>
        <p class="soft">
          Recorded {timeOf(record.recorded_at)}; parked{" "}
          {record.parked_at === null ? "when is not known" : time(record.parked_at)}
        </p>
        {record.maybe_delivered ? <Marked mark="warn">It may have arrived all the same</Marked> : null}
        {record.damaged ? <Marked mark="warn">Damaged: it can only be discarded</Marked> : null}
      </div>
      <div class="parked-acts">
        {record.damaged ? null : (
          <Button
            icon="again"
            testid="replay"
            label={`Replay record ${record.sequence}`}
            onPress={() => props.onChoose("replay")}
          >
            Replay
          </Button>
        )}
        <Button
          icon="cross"
          testid="discard"
          label={`Discard record ${record.sequence}`}
          onPress={() => props.onChoose("discard")}
        >
          Discard
        </Button>
      </div>
    </li>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Icon, type IconName } from "../components/icon.tsx";
import { utf8Bytes } from "../domain/ages.ts";
import type { ParkedAction, ParkedRecord } from "../domain/box_report.ts";
import { kReasonBytesMost, reasonTrouble } from "../domain/decision_reason.ts";
import type { Console, Decided } from "./console.ts";

interface Words {
  readonly icon: IconName;
  readonly verb: string;
  readonly does: string;
}
const kWords: Readonly<Record<ParkedAction, Words>> = {
  replay: {
    icon: "again",
    verb: "Replay",
    does: "It is recorded again at the end of the log and goes out once more, under its old id: whoever had it already knows it by that.",
  },
  discard: {
    icon: "cross",
    verb: "Discard",
    does: "It is given up for good: it never goes out, and cannot be replayed any more.",
  },
};

const kOutcomeIcons: Readonly<Record<Decided["kind"], IconName>> = {
  done: "check",
  refused: "warning",
  unknown: "question",
};

export interface DecisionDialogProps {
  readonly view: Console;
  readonly actor: string;
  readonly action: ParkedAction;
  readonly record: ParkedRecord;
  /** `asked`: the record may be gone from the list, also where another was faster. */
  readonly onClose: (asked: boolean) => void;
}

/** Says what is about to be done to which record and in whose name, wants a reason, and tells what came of it. */
export function DecisionDialog({ view, actor, action, record, onClose }: DecisionDialogProps) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [decided, setDecided] = useState<Decided | null>(null);
  const { icon, verb, does } = kWords[action];
  const over = decided !== null && decided.kind !== "refused";
  // While an answer is awaited nobody is to lose it.
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !busy) onClose(decided !== null);
    };
    document.addEventListener("keydown", close);
    return () => document.removeEventListener("keydown", close);
  }, [busy, decided, onClose]);
  // The button that was pressed is gone, or was not to be pressed for a while.
  const acts = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (decided !== null) acts.current?.querySelector("button")?.focus();
  }, [decided]);
  const send = async () => {
    setBusy(true);
    setDecided(await view.decide(action, record, oneLine(reason)));
    setBusy(false);
  };
  const trouble = reasonTrouble(oneLine(reason));
  return (
    <Dialog name="decision" icon={icon} title={`${verb} record ${record.sequence}?`}>
      <p>{does}</p>
      <dl class="facts">
        <Fact name="Record" value={`${record.stream_id}/${record.sequence}`} />
        <Fact name="Event" value={`${record.type}, ${record.event_id}`} />
        <Fact name="Whose" value={record.partition} />
        <Fact name="Parked for" value={record.reason} />
      </dl>
      {record.maybe_delivered ? (
        <p class="trouble">
          <Icon name="warning" />
          <span>It may have arrived all the same.</span>
        </p>
      ) : null}
      {over ? null : (
        <div class="field">
          <label class="field-name" for="decision-reason">
            Reason
          </label>
          <textarea
            id="decision-reason"
            class="field-text"
            rows={3}
            value={reason}
            readOnly={busy}
            autofocus
            aria-describedby="decision-audit"
            data-testid="reason"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <span class="soft" id="decision-audit">
            It stands in the box’s audit for good, as decided by {actor}.
          </span>
          <span class="soft" role="status">
            {trouble === "too-long"
              ? `It is ${utf8Bytes(oneLine(reason)) - kReasonBytesMost} bytes too long: the box takes ${kReasonBytesMost}.`
              : null}
          </span>
        </div>
      )}
      <div class="dialog-outcome" role="status">
        {decided === null ? null : (
          <p class={`outcome outcome-${decided.kind}`} data-testid="outcome" data-kind={decided.kind}>
            <Icon name={kOutcomeIcons[decided.kind]} />
            <span>{decided.words}</span>
          </p>
        )}
      </div>
      <div class="dialog-acts" ref={acts}>
        <Button disabled={busy} testid="decision-close" onPress={() => onClose(decided !== null)}>
          {decided === null ? "Cancel" : "Close"}
        </Button>
        {over ? null : (
          <Button
            kind="primary"
            class={action === "discard" ? "button-grave" : ""}
            icon={icon}
            disabled={busy || trouble !== null}
            testid="decide"
            onPress={() => void send()}
          >
            {busy ? "Asking the box…" : `${verb} record ${record.sequence}`}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

/** The audit has one line for it. */
const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

import { useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { Facts } from "../../components/facts.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { SignedRequest } from "../../components/signed_request.tsx";
import type { Given, ShownAnswer } from "../../domain/given.ts";
import type { KeptRow } from "../../domain/outbox_row.ts";
import type { Paper } from "../../domain/paper.ts";
import { languageOf, type Texts, textIn } from "../../domain/texts.ts";
import { shortTime } from "../../i18n/times.ts";
import { contentLanguage, screenLanguage, t } from "../../operator/language.ts";
import { plantTime } from "../../operator/plant_time.ts";
import type { Screen as Shown } from "../../operator/screen.ts";

/** What the plant box did not take: what happened, under which reference, and whom to call. */
export function Attention({ next }: { next: Shown | null }) {
  const kiosk = useKiosk();
  const words = t.value.attention;
  // The newest first: it is the one that has just happened.
  const kept = [...kiosk.outbox.keptOf(kiosk.operator.value?.id ?? null)].reverse();
  return (
    <Screen
      title={words.title}
      lead={words.lead}
      acts={
        <>
          <span class="acts-gap" />
          <Button
            kind="primary"
            icon_end="arrow_next"
            testid="attention-go-on"
            onPress={() => (next === null || next.name === "work" ? void kiosk.showWork() : kiosk.show(next))}
          >
            {next === null ? t.value.tracker.work : words.go_on}
          </Button>
        </>
      }
    >
      <ul class="kept">
        {kept.map((row) => (
          <Kept key={row.submission_key} kept={row} />
        ))}
      </ul>
    </Screen>
  );
}

function Kept({ kept }: { kept: KeptRow }) {
  const kiosk = useKiosk();
  const words = t.value.attention;
  const { row } = kept;
  const [open, setOpen] = useState(false);
  const help = kiosk.box.status.value?.help ?? "";
  return (
    <li class="kept-row" data-code={kept.code} data-key={kept.submission_key}>
      <h2 class="kept-title">
        <Content texts={row.place.title} />
        {" – "}
        {whatItIs(row)}
      </h2>
      <p class="kept-happened">{happened(kept.code)}</p>
      <p>{words.kept_at(shortTime(kept.kept_at, plantTime(), screenLanguage.value))}</p>
      <div data-testid="reference" data-reference={kept.reference}>
        <Facts
          facts={[
            { name: words.reference, value: kept.reference },
            { name: words.call, value: help === "" ? words.call_unknown : help },
          ]}
        />
      </div>
      {row.kind === "answer" ? (
        <>
          <Button pressed={open} testid="show-kept" onPress={() => setOpen(!open)}>
            {open ? words.hide : words.show}
          </Button>
          {open ? <KeptAnswer shown={row.shown} /> : null}
        </>
      ) : null}
      {row.kind === "paper" ? <KeptPaper draft={row.paper.draft} /> : null}
    </li>
  );
}

function whatItIs(row: KeptRow["row"]): string {
  const words = t.value.attention;
  switch (row.kind) {
    case "answer":
      return words.question(row.shown.position);
    case "submission":
      return words.submission;
    case "paper":
      return "decision" in row.paper.draft ? t.value.decide.title : t.value.request.yours;
  }
}

function KeptPaper({ draft }: Pick<Paper, "draft">) {
  const kiosk = useKiosk();
  if (!("decision" in draft)) return <SignedRequest draft={draft} choices={kiosk.desk.choices.value} />;
  return (
    <div class="signed">
      {draft.decision === null ? null : <p class="signed-title">{t.value.decide[draft.decision]}</p>}
      {draft.reason === "" ? null : <p class="quoted">{draft.reason}</p>}
    </div>
  );
}

function KeptAnswer({ shown }: { shown: ShownAnswer }) {
  const words = t.value.attention;
  return (
    <div class="kept-answer" data-testid="kept-answer">
      <p class="kept-stem">
        <Content texts={shown.stem} />
      </p>
      <p class="kept-label">{words.your_answer}</p>
      {shown.given.length === 0 ? <p>{words.no_answer}</p> : null}
      <ul>
        {shown.given.map((given) => (
          <li key={JSON.stringify(given)}>
            <GivenWords given={given} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function GivenWords({ given }: { given: Given }) {
  switch (given.kind) {
    case "text":
      return <Content texts={given.text} />;
    case "pair":
      return (
        <>
          <Content texts={given.left} />
          {" – "}
          <Content texts={given.right} />
        </>
      );
    case "truth":
      return <>{given.value ? t.value.question.yes : t.value.question.no}</>;
    case "number":
      return <>{`${given.number} ${given.unit}`.trim()}</>;
  }
}

/** Content in the operator's language, marked as what it is. */
function Content({ texts }: { texts: Texts }) {
  const language = contentLanguage.value;
  return <span lang={languageOf(texts, language)}>{textIn(texts, language)}</span>;
}

const kHappened = {
  "answered-elsewhere": "answered_elsewhere",
  "attempt-closed": "attempt_closed",
  "key-reused": "key_reused",
  "not-found": "not_found",
} as const;

function happened(code: string): string {
  const known = kHappened[code as keyof typeof kHappened];
  return t.value.attention.happened[known ?? "other"];
}

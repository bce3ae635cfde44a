import { Button } from "../../components/button.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { type Completeness, completeness } from "../../domain/response.ts";
import { entryOf, givenOf, type SheetEntry } from "../../domain/sheet.ts";
import { t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";
import { TimeLeft } from "../question/strip.tsx";

/** Every question at a glance, and a tap from each of them. */
export function Review({ sitting }: { sitting: Sitting }) {
  const kiosk = useKiosk();
  const words = t.value.review;
  const { empty, partly } = sitting.counts.value;
  const open = empty + partly;
  const goTo = (position: number) => {
    sitting.goTo(position);
    kiosk.show({ name: "question" });
  };
  return (
    <Screen
      title={words.title}
      lead={words.lead}
      acts={
        <>
          <Button icon="arrow_back" onPress={() => kiosk.show({ name: "question" })}>
            {words.to_questions}
          </Button>
          <p class={open > 0 ? "acts-note acts-note-warn" : "acts-note"} data-testid="review-note">
            <Icon name={open > 0 ? "warning" : "check"} />
            <span>{open > 0 ? words.missing(open) : words.ready}</span>
          </p>
          <Button kind="primary" icon="pen" testid="to-sign" onPress={() => kiosk.show({ name: "sign" })}>
            {words.hand_in}
          </Button>
        </>
      }
    >
      <TimeLeft sitting={sitting} />
      <ul class="tiles">
        {sitting.attempt.items.map((item, at) => (
          <Tile
            key={item.item_id}
            number={at + 1}
            state={completeness(item, givenOf(sitting.sheet.value, item.item_id))}
            entry={entryOf(sitting.sheet.value, item.item_id)}
            onPress={() => goTo(at)}
          />
        ))}
      </ul>
    </Screen>
  );
}

const kStateIcon: Readonly<Record<Completeness, IconName>> = {
  answered: "check",
  partly: "half",
  empty: "empty",
};

interface TileProps {
  readonly number: number;
  readonly state: Completeness;
  readonly entry: SheetEntry;
  readonly onPress: () => void;
}

function Tile({ number, state, entry, onPress }: TileProps) {
  const words = t.value.review;
  const refused = entry.mark === "refused";
  return (
    <li>
      <button
        type="button"
        class={`tile tile-${state} ${entry.flagged ? "tile-flagged" : ""}`}
        data-state={state}
        onClick={onPress}
      >
        <span class="visually-hidden">{words.question} </span>
        <span class="tile-number">{number}</span>{" "}
        <span class="tile-state">
          <Icon name={refused ? "warning" : kStateIcon[state]} />
          {words[state]}
          {refused ? <span class="visually-hidden"> {t.value.question.mark.refused}</span> : null}
        </span>{" "}
        {entry.flagged ? (
          <span class="tile-flag">
            <Icon name="flag" />
            {words.flagged}
          </span>
        ) : null}
      </button>
    </li>
  );
}

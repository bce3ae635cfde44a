import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { entryOf, type SheetEntry } from "../../domain/sheet.ts";
import { t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";

/** Every question at a glance, and a tap from each of them. */
export function Review({ sitting }: { sitting: Sitting }) {
  const kiosk = useKiosk();
  const words = t.value.review;
  const { empty } = sitting.counts.value;
  const goTo = (position: number) => {
    sitting.goTo(position);
    kiosk.show({ name: "question" });
  };
  return (
    <Screen
      name="review"
      title={words.title}
      lead={words.lead}
      content={sitting.attempt}
      acts={
        <>
          <Button icon="arrow_back" onPress={() => kiosk.show({ name: "question" })}>
            {words.to_questions}
          </Button>
          <p class={empty > 0 ? "acts-note acts-note-warn" : "acts-note"} data-testid="review-note">
            <Icon name={empty > 0 ? "warning" : "check"} />
            <span>{empty > 0 ? words.missing(empty) : words.ready}</span>
          </p>
          <Button
            kind="primary"
            icon="pen"
            testid="to-sign"
            onPress={() => kiosk.show({ name: "sign", time_up: false })}
          >
            {words.hand_in}
          </Button>
        </>
      }
    >
      <ul class="tiles">
        {sitting.attempt.items.map((item, at) => (
          <Tile
            key={item.item_id}
            number={at + 1}
            entry={entryOf(sitting.sheet.value, item.item_id)}
            onPress={() => goTo(at)}
          />
        ))}
      </ul>
    </Screen>
  );
}

function Tile({ number, entry, onPress }: { number: number; entry: SheetEntry; onPress: () => void }) {
  const words = t.value.review;
  const answered = entry.response !== null;
  return (
    <li>
      <button
        type="button"
        class={`tile ${answered ? "tile-answered" : "tile-empty"} ${entry.flagged ? "tile-flagged" : ""}`}
        onClick={onPress}
      >
        <span class="visually-hidden">{words.question} </span>
        <span class="tile-number">{number}</span>{" "}
        <span class="tile-state">
          <Icon name={answered ? "check" : "empty"} />
          {answered ? words.answered : words.empty}
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

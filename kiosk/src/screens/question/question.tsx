import { useComputed } from "@preact/signals";
import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LanguageNote } from "../../components/language_note.tsx";
import { Screen } from "../../components/screen.tsx";
import type { Item } from "../../domain/attempt.ts";
import { entryOf, givenOf } from "../../domain/sheet.ts";
import { t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";
import { QuestionParts } from "./question_parts.tsx";
import { Strip } from "./strip.tsx";

/** One question, its answer, and the way on. */
export function Question({ sitting }: { sitting: Sitting }) {
  const kiosk = useKiosk();
  const words = t.value.question;
  const total = sitting.attempt.items.length;
  const position = sitting.position.value;
  const item = sitting.item;
  // Only that: an answer that is given and saved draws nothing of the frame.
  const flagged = useComputed(() => entryOf(sitting.sheet.value, sitting.item.item_id).flagged).value;
  const last = position === total - 1;
  return (
    <Screen
      title={words.progress(position + 1, total)}
      title_hidden
      place={item.item_id}
      above={<Strip sitting={sitting} />}
      acts={
        <>
          <Button
            icon="arrow_back"
            disabled={position === 0}
            testid="back"
            onPress={() => sitting.goTo(position - 1)}
          >
            {t.value.common.back}
          </Button>
          <Button
            icon="flag"
            class={flagged ? "button-flagged" : ""}
            pressed={flagged}
            testid="flag"
            onPress={() => sitting.toggleFlag(item.item_id)}
          >
            {flagged ? words.flagged : words.flag}
          </Button>
          <span class="acts-gap" />
          {last ? null : (
            <Button icon="grid" testid="overview" onPress={() => kiosk.show({ name: "review" })}>
              {words.overview}
            </Button>
          )}
          <Button
            kind="primary"
            icon_end="arrow_next"
            testid="next"
            onPress={() => (last ? kiosk.show({ name: "review" }) : sitting.goTo(position + 1))}
          >
            {last ? words.finish : words.next}
          </Button>
        </>
      }
    >
      <LanguageNote content={sitting.attempt} />
      <QuestionBody key={`${sitting.attempt.lease}/${item.item_id}`} sitting={sitting} item={item} />
    </Screen>
  );
}

function QuestionBody({ sitting, item }: { sitting: Sitting; item: Item }) {
  const sheet = sitting.sheet.value;
  const entry = entryOf(sheet, item.item_id);
  return (
    <QuestionParts
      item={item}
      section={sitting.attempt.sections?.find(({ id }) => id === item.section) ?? null}
      // What counts. A number is given again when its field is left: there it stays as it was typed.
      response={item.type === "numeric" ? entry.response : givenOf(sheet, item.item_id)}
      mark={entry.mark}
      onResponse={(response) => sitting.answer(item.item_id, response)}
    />
  );
}

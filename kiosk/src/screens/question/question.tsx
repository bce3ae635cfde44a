import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import type { Item } from "../../domain/attempt.ts";
import { entryOf } from "../../domain/sheet.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";
import { Choices } from "./choices.tsx";
import { NumberAnswer } from "./number_answer.tsx";
import { Strip } from "./strip.tsx";

/** One question, its answer, and the way on. */
export function Question({ sitting }: { sitting: Sitting }) {
  const kiosk = useKiosk();
  const words = t.value.question;
  const total = sitting.attempt.items.length;
  const position = sitting.position.value;
  const item = sitting.item;
  const entry = entryOf(sitting.sheet.value, item.item_id);
  const last = position === total - 1;
  return (
    <Screen
      name="question"
      title={words.progress(position + 1, total)}
      title_hidden
      languages={sitting.attempt.languages}
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
            class={entry.flagged ? "button-flagged" : ""}
            pressed={entry.flagged}
            testid="flag"
            onPress={() => sitting.toggleFlag(item.item_id)}
          >
            {entry.flagged ? words.flagged : words.flag}
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
      <Strip sitting={sitting} />
      <QuestionBody key={item.item_id} sitting={sitting} item={item} />
    </Screen>
  );
}

function QuestionBody({ sitting, item }: { sitting: Sitting; item: Item }) {
  const language = contentLanguage.value;
  const entry = entryOf(sitting.sheet.value, item.item_id);
  const give = (response: typeof entry.response) => sitting.answer(item.item_id, response);
  const numeric = item.type === "numeric";
  return (
    <div
      class={`question question-${item.type} ${item.image ? "question-with-picture" : ""}`}
      data-item={item.item_id}
      data-type={item.type}
      data-mark={entry.mark}
    >
      <div class="question-ask">
        <p class="stem" id="stem" lang={languageOf(item.stem, language)}>
          {textIn(item.stem, language)}
        </p>
        <p class="how" id="how">
          {howTo(item)}
        </p>
        {item.image ? (
          <div class="picture">
            <img src={item.image} alt={t.value.question.picture} />
          </div>
        ) : null}
      </div>
      <div class="question-answer">
        {numeric ? (
          <NumberAnswer item={item} response={entry.response} onResponse={give} />
        ) : (
          <Choices item={item} response={entry.response} onResponse={give} />
        )}
      </div>
    </div>
  );
}

function howTo(item: Item): string {
  const words = t.value.question;
  switch (item.type) {
    case "single_choice":
      return words.choose_one;
    case "multiple_choice":
      return words.choose_many;
    case "true_false":
      return words.choose_truth;
    case "numeric":
      return words.type_number;
  }
}

import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import type { Item, Response } from "../../domain/attempt.ts";
import { entryOf } from "../../domain/sheet.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";
import { Answer, howTo } from "./answer.tsx";
import { HotspotPicture } from "./hotspot.tsx";
import { Picture } from "./picture.tsx";
import { Sound } from "./sound.tsx";
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
  const give = (response: Response | null) => sitting.answer(item.item_id, response);
  const section = sitting.attempt.sections?.find(({ id }) => id === item.section);
  return (
    <div
      class={`question question-${item.type} ${item.image ? "question-with-picture" : ""}`}
      data-item={item.item_id}
      data-type={item.type}
      data-mark={entry.mark}
    >
      <div class="question-ask">
        {section ? (
          <p class="section-name" lang={languageOf(section.title, language)}>
            {textIn(section.title, language)}
          </p>
        ) : null}
        <p class="stem" id="stem" lang={languageOf(item.stem, language)}>
          {textIn(item.stem, language)}
        </p>
        {item.audio ? <Sound audio={item.audio} /> : null}
        <p class="how" id="how">
          {howTo(item)}
        </p>
        {item.image ? (
          item.type === "hotspot" ? (
            <HotspotPicture item={item} response={entry.response} onResponse={give} />
          ) : (
            <Picture item={item} />
          )
        ) : null}
      </div>
      <div class="question-answer">
        <Answer item={item} response={entry.response} onResponse={give} />
      </div>
    </div>
  );
}

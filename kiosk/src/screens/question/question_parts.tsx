import type { Item, Response } from "../../domain/attempt.ts";
import type { SaveMark } from "../../domain/sheet.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import { Choices } from "./choices.tsx";
import { NumberAnswer } from "./number_answer.tsx";

export interface QuestionPartsProps {
  readonly item: Item;
  readonly response: Response | null;
  /** Null where nothing is saved: in practice. */
  readonly mark: SaveMark | null;
  readonly onResponse: (response: Response | null) => void;
}

/** What is asked and how it is answered; the test and the practice show the same. */
export function QuestionParts({ item, response, mark, onResponse }: QuestionPartsProps) {
  const language = contentLanguage.value;
  const numeric = item.type === "numeric";
  return (
    <div
      class={`question question-${item.type} ${item.image ? "question-with-picture" : ""}`}
      data-item={item.item_id}
      data-type={item.type}
      data-mark={mark}
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
          <NumberAnswer item={item} response={response} onResponse={onResponse} />
        ) : (
          <Choices item={item} response={response} onResponse={onResponse} />
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

import type { Item, Response } from "../../domain/attempt.ts";
import { isChosen, toggleChoice } from "../../domain/response.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { t, testLanguage } from "../../operator/language.ts";

export interface AnswerProps {
  readonly item: Item;
  readonly response: Response | null;
  readonly onResponse: (response: Response | null) => void;
}

/** Radio buttons or check boxes, as large as a thumb in a glove; the browser's own, so keys work as everywhere. */
export function Choices({ item, response, onResponse }: AnswerProps) {
  if (item.type === "true_false") return <Truth item={item} response={response} onResponse={onResponse} />;
  const many = item.type === "multiple_choice";
  return (
    <fieldset class="choices" aria-labelledby="stem" aria-describedby="how">
      {(item.options ?? []).map((option) => (
        <label key={option.id} class={many ? "choice choice-many" : "choice"} data-option={option.id}>
          <input
            type={many ? "checkbox" : "radio"}
            name={item.item_id}
            checked={isChosen(response, option.id)}
            onChange={() => onResponse(many ? toggleChoice(response, option.id) : { choice: option.id })}
          />
          <span class="choice-mark" aria-hidden="true" />
          <span class="choice-text" lang={languageOf(option.text, testLanguage.value)}>
            {textIn(option.text, testLanguage.value)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Truth({ item, response, onResponse }: AnswerProps) {
  const given = response !== null && "value" in response ? response.value : null;
  return (
    <fieldset class="choices choices-truth" aria-labelledby="stem" aria-describedby="how">
      {[true, false].map((value) => (
        <label key={String(value)} class="choice" data-option={String(value)}>
          <input
            type="radio"
            name={item.item_id}
            checked={given === value}
            onChange={() => onResponse({ value })}
          />
          <span class="choice-mark" aria-hidden="true" />
          <span class="choice-text">{value ? t.value.question.yes : t.value.question.no}</span>
        </label>
      ))}
    </fieldset>
  );
}

import { useEffect, useRef, useState } from "preact/hooks";
import { DigitPad } from "../../components/digit_pad.tsx";
import type { Response } from "../../domain/attempt.ts";
import {
  cleanTyped,
  kNumberEntryCharactersMost,
  pressKey,
  shownNumber,
  toNumber,
} from "../../domain/number_entry.ts";
import { t } from "../../operator/language.ts";
import type { AnswerProps } from "./choices.tsx";

/** A number is given once the fingers rest, and at the latest when the question is left. */
const kRestMs = 600;
/** More characters than this want smaller letters, so that the whole number is seen while it is typed. */
const kLargeCharactersMost = 9;

export function NumberAnswer({ item, response, onResponse }: AnswerProps) {
  const mark = t.value.pad.mark_sign;
  const [text, setText] = useState(() => shownNumber(numberOf(response), mark));
  const give = useRef(() => {});
  // Given once: what the box has refused is not given again because something else is touched.
  const given = useRef(toNumber(text));
  // What came otherwise, as the box's answer in place of a refused one, is shown.
  useEffect(() => {
    const number = toNumber(shownNumber(numberOf(response), mark));
    if (number === given.current) return;
    given.current = number;
    setText(shownNumber(numberOf(response), mark));
  }, [numberOf(response)]);
  give.current = () => {
    const number = toNumber(text);
    if (number === given.current) return;
    given.current = number;
    onResponse(number === null ? null : { number });
  };
  useEffect(() => {
    const timer = setTimeout(() => give.current(), kRestMs);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => () => give.current(), []);
  // Whoever touches anything else has finished: signing out must know of it.
  const entry = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const outside = (event: Event) => {
      if (!entry.current?.contains(event.target as Node)) give.current();
    };
    document.addEventListener("pointerdown", outside, true);
    return () => document.removeEventListener("pointerdown", outside, true);
  }, []);
  const type = (field: HTMLInputElement) => {
    const cleaned = cleanTyped(field.value);
    // What is not taken must not stand there, and a text that stays the same is not drawn again.
    if (field.value !== cleaned) field.value = cleaned;
    setText(cleaned);
  };
  return (
    <div class="entry" ref={entry}>
      <label class="entry-field">
        <span class="entry-label">{t.value.question.number_field}</span>
        <span class="number-line">
          <input
            class={`number-input ${text.length > kLargeCharactersMost ? "number-long" : ""}`}
            type="text"
            inputMode="none"
            autocomplete="off"
            maxLength={kNumberEntryCharactersMost}
            value={text}
            aria-describedby="how"
            data-testid="number"
            onInput={(event) => type(event.currentTarget)}
          />
          {item.unit ? <span class="number-unit">{item.unit}</span> : null}
        </span>
      </label>
      <DigitPad decimal onKey={(key) => setText((typed) => pressKey(typed, key, mark))} />
    </div>
  );
}

function numberOf(response: Response | null): string {
  return response !== null && "number" in response ? response.number : "";
}

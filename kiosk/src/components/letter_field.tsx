import { useEffect, useRef, useState } from "preact/hooks";
import {
  capital,
  capitalExpected,
  digitRows,
  hasCapitals,
  letterRows,
  sentenceMarks,
} from "../domain/letter_layout.ts";
import { screenLanguage, t } from "../operator/language.ts";
import { Icon } from "./icon.tsx";

export interface LetterFieldProps {
  readonly label: string;
  readonly value: string;
  readonly most: number;
  readonly onValue: (text: string) => void;
}

/**
 * Text by taps on letters in the page, or by a keyboard that is plugged in, which may bring its own way of writing:
 * `inputMode` none keeps a system keyboard from covering the pad.
 */
export function LetterField({ label, value, most, onValue }: LetterFieldProps) {
  const language = screenLanguage.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const [shift, setShift] = useState<boolean | null>(null);
  const [digits, setDigits] = useState(false);
  const capitals = hasCapitals(language) && (shift ?? capitalExpected(value));
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  // Where the pad writes: at the caret, as a keyboard would.
  const write = (text: string, from: number, to: number) => {
    const changed = (value.slice(0, from) + text + value.slice(to)).slice(0, most);
    onValue(changed);
    setShift(null);
    const caret = Math.min(from + text.length, changed.length);
    requestAnimationFrame(() => field.current?.setSelectionRange(caret, caret));
  };
  const place = () => [
    field.current?.selectionStart ?? value.length,
    field.current?.selectionEnd ?? value.length,
  ];
  const add = (text: string) => {
    const [from = 0, to = 0] = place();
    write(text, from, to);
  };
  const erase = () => {
    const [from = 0, to = 0] = place();
    if (from !== to) write("", from, to);
    else if (from > 0) write("", from - (Array.from(value.slice(0, from)).at(-1)?.length ?? 1), from);
  };
  const letterKey = (letter: string) => (
    <button
      key={letter}
      type="button"
      class="key"
      data-letter={letter.toLowerCase()}
      aria-label={t.value.roster.letter(letter)}
      onClick={() => add(letter)}
    >
      {letter}
    </button>
  );
  const rows = digits ? digitRows() : letterRows(language);
  return (
    <div class="letter-field">
      <label class="entry-field">
        <span class="letter-line">
          <span class="entry-label">{label}</span>
          <span class="as-of">{t.value.request.characters_left(most - value.length)}</span>
        </span>
        <textarea
          ref={field}
          class="letter-text"
          rows={2}
          inputMode="none"
          autocomplete="off"
          spellcheck={false}
          maxLength={most}
          value={value}
          data-testid="letters-text"
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      </label>
      <div class="letter-pad">
        {rows.map((row) => (
          <div key={row.join("")} class="letter-row">
            {row.map((letter) => letterKey(capitals && !digits ? capital(letter, language) : letter))}
          </div>
        ))}
        <div class="letter-row letter-row-acts">
          {hasCapitals(language) && !digits ? (
            <button
              type="button"
              class="key key-act"
              data-key="shift"
              aria-pressed={capitals}
              aria-label={t.value.letters.shift}
              onClick={() => setShift(!capitals)}
            >
              <Icon name="shift" />
            </button>
          ) : null}
          <button
            type="button"
            class="key key-act key-word"
            data-key="digits"
            onClick={() => setDigits(!digits)}
          >
            {digits ? t.value.letters.back_to_letters : t.value.letters.digits}
          </button>
          <button
            type="button"
            class="key key-act key-word key-space"
            data-key="space"
            onClick={() => add(" ")}
          >
            {t.value.letters.space}
          </button>
          {digits ? null : sentenceMarks(language).map(letterKey)}
          <button
            type="button"
            class="key key-act"
            data-key="back"
            aria-label={t.value.pad.delete}
            onClick={erase}
          >
            <Icon name="delete" />
          </button>
        </div>
      </div>
    </div>
  );
}

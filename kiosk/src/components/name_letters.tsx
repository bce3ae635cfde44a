import { useState } from "preact/hooks";
import { beginningWith, kLettersMost, lettersAfter, type Person, padLetters } from "../domain/roster.ts";
import { t } from "../operator/language.ts";
import { Icon } from "./icon.tsx";
import { enterPresses, useDigitKeys } from "./use_digit_keys.ts";

export interface NameLetters {
  readonly people: readonly Person[];
  readonly letters: string;
  readonly found: readonly Person[];
  readonly add: (letter: string) => void;
  readonly back: () => void;
  readonly clear: () => void;
}

/** The first letters of a name, tapped or typed. `onOnly`: Enter, where they lead to one person and no other. */
export function useNameLetters(people: readonly Person[], onOnly: (person: Person) => void): NameLetters {
  const [letters, setLetters] = useState("");
  const add = (letter: string) => setLetters((before) => (before + letter).slice(0, kLettersMost));
  const back = () => setLetters((before) => Array.from(before).slice(0, -1).join(""));
  const found = beginningWith(people, letters);
  useDigitKeys({
    character: (character) => {
      if (/^\p{L}$/u.test(character)) add(character);
    },
    back,
    enter: (_, badge) => {
      if (badge !== null) setLetters("");
      if (badge !== null || enterPresses()) return false;
      const [only, ...others] = found;
      if (only !== undefined && others.length === 0) onOnly(only);
      return true;
    },
  });
  return { people, letters, found, add, back, clear: () => setLetters("") };
}

/** Letters that lead to nobody are dimmed and stay where they are. */
export function LetterKeys({ typed }: { typed: NameLetters }) {
  const words = t.value.roster;
  const { letters } = typed;
  const next = lettersAfter(typed.people, letters);
  return (
    <div class="name-letters">
      <p class="entry-label" id="letters-label">
        {words.letters}
      </p>
      <div class="name-line">
        <p class="entry-text" role="status" aria-labelledby="letters-label" data-testid="letters">
          {letters === "" ? <span class="entry-empty">–</span> : letters.toUpperCase()}
        </p>
        <button
          type="button"
          class="key key-act"
          data-key="back"
          aria-label={t.value.pad.delete}
          onClick={typed.back}
        >
          <Icon name="delete" />
        </button>
      </div>
      <div class="letter-keys" dir="ltr">
        {padLetters(next).map((letter) => (
          <button
            key={letter}
            type="button"
            class="key"
            data-letter={letter}
            aria-label={words.letter(letter)}
            disabled={!next.has(letter)}
            onClick={() => typed.add(letter)}
          >
            {letter}
          </button>
        ))}
      </div>
    </div>
  );
}

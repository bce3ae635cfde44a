import { useEffect, useState } from "preact/hooks";
import { Avatar } from "../../components/avatar.tsx";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { enterPresses, useDigitKeys } from "../../components/use_digit_keys.ts";
import {
  beginningWith,
  kLettersMost,
  kNamesShownMost,
  lettersAfter,
  type Person,
  padLetters,
} from "../../domain/roster.ts";
import { t } from "../../operator/language.ts";

/** A name by its first letters. Letters that lead to nobody are dimmed and stay where they are. */
export function NameSearch({ onPerson }: { onPerson: (person: Person) => void }) {
  const kiosk = useKiosk();
  const words = t.value.roster;
  const [people, setPeople] = useState<readonly Person[] | null>(null);
  const [failed, setFailed] = useState(false);
  const [letters, setLetters] = useState("");
  const load = async () => {
    setFailed(false);
    const outcome = await kiosk.desk.roster();
    if (outcome.kind === "ok") setPeople(outcome.value.people);
    else setFailed(true);
  };
  useEffect(() => void load(), []);
  const add = (letter: string) => setLetters((before) => (before + letter).slice(0, kLettersMost));
  const back = () => setLetters((before) => Array.from(before).slice(0, -1).join(""));
  const found = beginningWith(people ?? [], letters);
  useDigitKeys({
    character: (character) => {
      if (/^\p{L}$/u.test(character)) add(character);
    },
    back,
    enter: (_, badge) => {
      if (badge !== null || enterPresses()) return false;
      const [only, ...others] = found;
      if (only !== undefined && others.length === 0) onPerson(only);
      return true;
    },
  });
  if (people === null) {
    return (
      <div class="waiting">
        <p class="lead">{failed ? t.value.problems.unavailable : t.value.common.loading}</p>
        {failed ? <Button onPress={() => void load()}>{t.value.common.again}</Button> : null}
      </div>
    );
  }
  const next = lettersAfter(people, letters);
  return (
    <div class="name-search">
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
            onClick={back}
          >
            <Icon name="delete" />
          </button>
        </div>
        <div class="letter-keys" dir="ltr">
          {padLetters(people).map((letter) => (
            <button
              key={letter}
              type="button"
              class="key"
              data-letter={letter}
              aria-label={words.letter(letter)}
              disabled={!next.has(letter)}
              onClick={() => add(letter)}
            >
              {letter}
            </button>
          ))}
        </div>
      </div>
      <div class="name-list">
        <p role="status" class="as-of">
          {letters === "" ? words.lead : found.length === 0 ? words.none : words.found(found.length)}
        </p>
        <ul>
          {found.slice(0, kNamesShownMost).map((person) => (
            <li key={person.id}>
              <button
                type="button"
                class="name-entry"
                data-testid={`person-${person.id}`}
                onClick={() => onPerson(person)}
              >
                <Avatar person={person} />
                <span>{person.name}</span>
              </button>
            </li>
          ))}
        </ul>
        {found.length > kNamesShownMost ? <p class="as-of">{words.more}</p> : null}
      </div>
    </div>
  );
}

import { useEffect, useState } from "preact/hooks";
import { Avatar } from "../../components/avatar.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LetterKeys, useNameLetters } from "../../components/name_letters.tsx";
import { Waiting } from "../../components/waiting.tsx";
import { kNamesShownMost, type Person } from "../../domain/roster.ts";
import { t } from "../../operator/language.ts";

/** A name by its first letters. */
export function NameSearch({ onPerson }: { onPerson: (person: Person) => void }) {
  const kiosk = useKiosk();
  const words = t.value.roster;
  const [people, setPeople] = useState<readonly Person[] | null>(null);
  const load = async () => {
    const outcome = await kiosk.desk.roster();
    if (outcome.kind === "ok") setPeople(outcome.value.people);
  };
  useEffect(() => {
    void load();
    return () => {
      kiosk.hindrance.value = null;
    };
  }, []);
  const typed = useNameLetters(people ?? [], onPerson);
  const { letters, found } = typed;
  if (people === null) return <Waiting onAgain={load} />;
  return (
    <div class="name-search">
      <LetterKeys typed={typed} />
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

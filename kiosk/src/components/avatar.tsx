import { initials } from "../domain/roster.ts";
import type { Operator } from "../domain/status.ts";
import { t } from "../operator/language.ts";

/** The person's photo, else the initials. */
export function Avatar({ person }: { person: Pick<Operator, "name" | "photo"> }) {
  if (person.photo) return <img class="avatar" src={person.photo} alt={t.value.confirm.photo(person.name)} />;
  return (
    <span class="avatar" aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}

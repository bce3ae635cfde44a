import { useState } from "preact/hooks";
import { initials } from "../domain/initials.ts";
import type { Operator } from "../domain/status.ts";
import { t } from "../operator/language.ts";

/** The person's photo, else the initials; also where the photo cannot be shown. */
export function Avatar({ person }: { person: Pick<Operator, "name" | "photo"> }) {
  const [broken, setBroken] = useState(false);
  if (person.photo && !broken) {
    return (
      <img
        class="avatar"
        src={person.photo}
        alt={t.value.confirm.photo(person.name)}
        onError={() => setBroken(true)}
      />
    );
  }
  return (
    <span class="avatar" aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}

import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LetterKeys, useNameLetters } from "../../components/name_letters.tsx";
import { type Draft, kPeopleMost, type RequestChoices, togglePerson } from "../../domain/request.ts";
import { byName, kNamesShownMost } from "../../domain/roster.ts";
import { t } from "../../operator/language.ts";

/** One or several people, by the first letters of their names; where there are few, all stand there from the beginning. */
export function PeoplePart({ draft, choices }: { draft: Draft; choices: RequestChoices }) {
  const { desk } = useKiosk();
  const words = t.value.request;
  const { people } = choices;
  const ids = draft.operator_ids ?? [];
  const toggle = (id: string) => {
    desk.change({ operator_ids: togglePerson(ids, id) });
    typed.clear();
  };
  const typed = useNameLetters(people, ({ id }) => (ids.includes(id) ? typed.clear() : toggle(id)));
  if (people.length === 0) return <p class="nothing">{words.nothing_to_choose}</p>;
  const is_open = typed.letters === "";
  const are_few = people.length <= kNamesShownMost;
  const listed = is_open && are_few ? byName(people) : typed.found;
  const chosen = byName(people.filter(({ id }) => ids.includes(id)));
  return (
    <div class="name-search">
      <LetterKeys typed={typed} />
      <div class="name-list">
        <p class="as-of" role="status">
          {words.people_chosen(ids.length)} · {words.people_most(kPeopleMost)}
        </p>
        {is_open && are_few ? null : (
          <p class="as-of" role="status">
            {is_open
              ? t.value.roster.lead
              : listed.length === 0
                ? t.value.roster.none
                : t.value.roster.found(listed.length)}
          </p>
        )}
        <fieldset class="choices">
          <legend class="visually-hidden">{words.people}</legend>
          {listed.slice(0, kNamesShownMost).map(({ id, name }) => (
            <label key={id} class="choice choice-many" data-option={id}>
              <input type="checkbox" checked={ids.includes(id)} onChange={() => toggle(id)} />
              <span class="choice-mark" aria-hidden="true" />
              <span class="choice-text">{name}</span>
            </label>
          ))}
        </fieldset>
        {listed.length > kNamesShownMost ? <p class="as-of">{t.value.roster.more}</p> : null}
        {are_few || chosen.length === 0 ? null : (
          <ul>
            {chosen.map(({ id, name }) => (
              <li key={id}>
                <button type="button" class="name-entry" data-chosen={id} onClick={() => toggle(id)}>
                  <Icon name="cross" />
                  <span class="visually-hidden">{words.people_off} </span>
                  <span>{name}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

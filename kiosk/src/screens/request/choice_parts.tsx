import { useKiosk } from "../../components/kiosk_context.ts";
import { type Draft, kRequestKinds, type RequestChoices, reasonsFor } from "../../domain/request.ts";
import { textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";

interface ListedChoice {
  readonly id: string;
  readonly text: string;
  readonly lead?: string;
}

/** Large radio buttons in as many columns as there is room for. */
function ChoiceGrid(props: {
  readonly name: string;
  readonly label: string;
  readonly listed: readonly ListedChoice[];
  readonly chosen: string | null;
  readonly onChoice: (id: string) => void;
}) {
  if (props.listed.length === 0) return <p class="nothing">{t.value.request.nothing_to_choose}</p>;
  return (
    <fieldset class="choices choices-grid">
      <legend class="visually-hidden">{props.label}</legend>
      {props.listed.map(({ id, text, lead }) => (
        <label key={id} class="choice" data-option={id}>
          <input
            type="radio"
            name={props.name}
            checked={props.chosen === id}
            onChange={() => props.onChoice(id)}
          />
          <span class="choice-mark" aria-hidden="true" />
          <span class="choice-text">
            {text}
            {lead === undefined ? null : <span class="choice-lead">{lead}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function KindPart({ draft }: { draft: Draft }) {
  const { desk } = useKiosk();
  const words = t.value.request;
  return (
    <ChoiceGrid
      name="kind"
      label={words.kind}
      listed={kRequestKinds.map((kind) => ({
        id: kind,
        text: words.kinds[kind],
        lead: words.kind_leads[kind],
      }))}
      chosen={draft.kind}
      onChoice={(id) => desk.change({ kind: kRequestKinds.find((kind) => kind === id) ?? null })}
    />
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly choices: RequestChoices;
}

export function SkillPart({ draft, choices }: PartProps) {
  const { desk } = useKiosk();
  return (
    <ChoiceGrid
      name="skill"
      label={t.value.request.skill}
      listed={choices.skills.map(({ id, title }) => ({ id, text: textIn(title, contentLanguage.value) }))}
      chosen={draft.skill}
      onChoice={(skill) => desk.change({ skill })}
    />
  );
}

export function ReasonPart({ draft, choices }: PartProps) {
  const { desk } = useKiosk();
  return (
    <ChoiceGrid
      name="reason"
      label={t.value.request.reason}
      listed={reasonsFor(choices, draft.kind).map(({ code, title }) => ({
        id: code,
        text: textIn(title, contentLanguage.value),
      }))}
      chosen={draft.reason_code}
      onChoice={(reason_code) => desk.change({ reason_code })}
    />
  );
}

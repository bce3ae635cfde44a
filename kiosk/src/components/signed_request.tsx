import type { Draft, RequestChoices } from "../domain/request.ts";
import { mediumDate } from "../i18n/times.ts";
import { screenLanguage, t } from "../operator/language.ts";
import { useKiosk } from "./kiosk_context.ts";
import { reasonText, requestText } from "./request_text.ts";

/** All that a request asks for. */
export function SignedRequest({ draft, choices }: { draft: Draft; choices: RequestChoices | null }) {
  const kiosk = useKiosk();
  const words = t.value.request;
  const names = (draft.operator_ids ?? []).map(
    (id) => choices?.people.find((person) => person.id === id)?.name ?? id,
  );
  return (
    <div class="signed">
      {draft.kind === null || draft.skill === null ? null : (
        <p class="signed-title">{requestText(choices, draft.kind, draft.skill)}</p>
      )}
      <p>{draft.reason_code === null ? null : reasonText(choices, draft.reason_code)}</p>
      <p>
        {words.needed_by}:{" "}
        {draft.needed_by === null ? words.no_date : mediumDate(draft.needed_by, screenLanguage.value)}
        {" · "}
        {words.priorities[draft.priority]}
      </p>
      <p class={draft.comment === "" ? "" : "quoted"}>
        {draft.comment === "" ? words.comment_none : draft.comment}
      </p>
      <p class="signed-what">{words.for_whom}</p>
      {/* Each runs in its own direction. */}
      <p class="signed-title">
        {draft.operator_ids === null
          ? kiosk.operator.value?.name
          : names.map((name, at) => (
              <>
                {at === 0 ? "" : ", "}
                <bdi>{name}</bdi>
              </>
            ))}
      </p>
    </div>
  );
}

import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { requestText, requestTitle } from "../../components/request_text.ts";
import { StepChip } from "../../components/step_chip.tsx";
import type { PastRequest } from "../../domain/request.ts";
import { shortTime } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";

/** A request with as much of its way as is known here, and since when. */
export function RequestRow({ request, now }: { request: PastRequest; now: Date }) {
  const kiosk = useKiosk();
  const words = t.value.mine;
  const language = screenLanguage.value;
  const choices = kiosk.desk.choices.value;
  const title = requestText(choices, request.kind, request.skill);
  return (
    <li class="card card-result" data-request={request.request_id}>
      <div class="card-text">
        <h3>{title}</h3>
        <p class="card-facts">
          {request.operator_name === undefined
            ? words.asked(shortTime(request.created_at, now, language))
            : t.value.leader.requested(request.operator_name, shortTime(request.created_at, now, language))}
        </p>
        {request.on_behalf_by === null || request.operator_name !== undefined ? null : (
          <p class="card-facts">{words.asked_by(request.on_behalf_by)}</p>
        )}
        <div class="chips">
          <StepChip steps={request.steps} kind="request" now={now} />
        </div>
      </div>
      <Button
        testid={`follow-${request.request_id}`}
        onPress={() => kiosk.desk.followRequest(request, requestTitle(choices, request.kind, request.skill))}
      >
        {t.value.work.follow}
        <span class="visually-hidden"> {t.value.work.details(title)}</span>
      </Button>
    </li>
  );
}

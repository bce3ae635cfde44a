import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { PinTrouble } from "../../components/pin_trouble.tsx";
import { SignedRequest } from "../../components/signed_request.tsx";
import type { PinTry } from "../../components/use_pin_try.ts";
import type { Draft, RequestChoices } from "../../domain/request.ts";
import { t } from "../../operator/language.ts";

/** All of it once more, and the signature. */
export function CheckPart(props: { draft: Draft; choices: RequestChoices; tried: PinTry }) {
  const kiosk = useKiosk();
  const { draft, choices, tried } = props;
  const words = t.value.request;
  return (
    <div class="two-parts">
      <section class="part-words">
        <p class="part-title" aria-hidden="true">
          {words.check}
        </p>
        <SignedRequest draft={draft} choices={choices} />
        {draft.operator_ids === null || draft.frozen ? null : (
          <label class="choice choice-many">
            <input
              type="checkbox"
              checked={draft.operator_acknowledged}
              onChange={() => kiosk.desk.change({ operator_acknowledged: !draft.operator_acknowledged })}
            />
            <span class="choice-mark" aria-hidden="true" />
            <span class="choice-text">{words.acknowledged}</span>
          </label>
        )}
        {draft.frozen ? <Hint testid="kept">{words.kept}</Hint> : null}
        <PinTrouble tried={tried} unreachable={words.no_answer} />
      </section>
      <section class="part-act">
        <PinEntry
          label={t.value.sign.pin}
          act={words.send}
          act_busy={words.sending}
          icon="send"
          busy={tried.busy}
          disabled={tried.wait_s > 0}
          onPin={tried.give}
        />
      </section>
    </div>
  );
}

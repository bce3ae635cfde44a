import { useState } from "preact/hooks";
import { asOf } from "../../components/as_of.ts";
import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LetterField } from "../../components/letter_field.tsx";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { PinTrouble } from "../../components/pin_trouble.tsx";
import { reasonText, requestText, requestTitle } from "../../components/request_text.ts";
import { Screen } from "../../components/screen.tsx";
import { usePinTry } from "../../components/use_pin_try.ts";
import { isDecidable } from "../../domain/decision.ts";
import { kCommentCharactersMost } from "../../domain/request.ts";
import { shortTime } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";
import { plantTime } from "../../operator/plant_time.ts";

type Part = "choose" | "reason" | "sign";

/** The leader's word on a step of a workflow: a command that is sent, not a decision that is made here. */
export function Decide() {
  const kiosk = useKiosk();
  const deciding = kiosk.desk.deciding.value;
  const [part, setPart] = useState<Part>(deciding?.draft.frozen === true ? "sign" : "choose");
  const words = t.value.decide;
  const choices = kiosk.desk.choices.value;
  const decisions = kiosk.desk.decisions.value;
  const now = plantTime();
  const tried = usePinTry(async (pin) => {
    if (deciding === null) return null;
    const { kind, skill } = deciding.step;
    return kiosk.desk.sendDecision(pin, requestTitle(choices, kind, skill));
  });
  if (deciding === null) {
    // Settled: another screen comes.
    return (
      <Screen
        title={words.title}
        acts={
          <Button icon="arrow_back" onPress={() => void kiosk.desk.showLeader()}>
            {t.value.common.back}
          </Button>
        }
      >
        {null}
      </Screen>
    );
  }
  const { step, draft } = deciding;
  const back = () => {
    if (part === "choose" || draft.frozen) void kiosk.desk.showLeader();
    else setPart(part === "sign" ? "reason" : "choose");
  };
  return (
    <Screen
      title={part === "reason" ? words.reason : words.title}
      title_hidden={part === "sign"}
      place={part}
      lead={
        part === "reason" ? (draft.decision === "reject" ? words.reason_needed : words.reason_open) : null
      }
      acts={
        <>
          <Button icon="arrow_back" disabled={tried.busy} testid="decide-back" onPress={back}>
            {t.value.common.back}
          </Button>
          <span class="acts-gap" />
          {part === "sign" ? null : (
            <Button
              kind="primary"
              icon_end="arrow_next"
              testid="decide-next"
              disabled={draft.decision === null || (part === "reason" && !isDecidable(draft))}
              onPress={() => setPart(part === "choose" ? "reason" : "sign")}
            >
              {t.value.request.next}
            </Button>
          )}
        </>
      }
    >
      {part === "reason" ? (
        <LetterField
          label={words.reason}
          value={draft.reason}
          most={kCommentCharactersMost}
          onValue={(reason) => kiosk.desk.changeDecision({ reason })}
        />
      ) : (
        <div class="two-parts" data-stage={part}>
          <section class="part-words">
            {part === "sign" ? (
              <p class="part-title" aria-hidden="true">
                {words.title}
              </p>
            ) : null}
            {decisions === null ? null : <p class="as-of">{asOf(decisions.as_of, now)}</p>}
            <div class="signed">
              <p class="signed-title">{requestText(choices, step.kind, step.skill)}</p>
              <p>
                {t.value.leader.requested(
                  step.operator_name,
                  shortTime(step.requested_at, now, screenLanguage.value),
                )}
              </p>
              <p>{reasonText(choices, step.reason_code)}</p>
              {step.comment === "" ? null : <p class="quoted">{step.comment}</p>}
              {part === "sign" && draft.decision !== null ? (
                <>
                  <p class="signed-what">{words.title}</p>
                  <p class="signed-title">{words[draft.decision]}</p>
                  {draft.reason === "" ? null : <p class="quoted">{draft.reason}</p>}
                </>
              ) : null}
            </div>
            <p class="lead">{words.command}</p>
            {draft.frozen ? <Hint testid="kept">{t.value.request.kept}</Hint> : null}
            <PinTrouble tried={tried} unreachable={t.value.request.no_answer} />
          </section>
          <section class="part-act">
            {part === "choose" ? (
              <fieldset class="choices">
                <legend class="entry-label">{words.choose}</legend>
                {(["approve", "reject"] as const).map((decision) => (
                  <label key={decision} class="choice" data-option={decision}>
                    <input
                      type="radio"
                      name="decision"
                      checked={draft.decision === decision}
                      onChange={() => kiosk.desk.changeDecision({ decision })}
                    />
                    <span class="choice-mark" aria-hidden="true" />
                    <span class="choice-text">{words[decision]}</span>
                  </label>
                ))}
              </fieldset>
            ) : (
              <PinEntry
                label={t.value.sign.pin}
                act={t.value.request.send}
                act_busy={t.value.request.sending}
                icon="send"
                busy={tried.busy}
                disabled={tried.wait_s > 0}
                onPin={tried.give}
              />
            )}
          </section>
        </div>
      )}
    </Screen>
  );
}

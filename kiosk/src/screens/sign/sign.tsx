import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { PinTrouble } from "../../components/pin_trouble.tsx";
import { Screen } from "../../components/screen.tsx";
import { usePinTry } from "../../components/use_pin_try.ts";
import { textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";

/** What is signed, by whom, and the PIN as the signature. */
export function Sign(props: { sitting: Sitting; time_up: boolean; again: boolean }) {
  const { sitting, time_up, again } = props;
  const kiosk = useKiosk();
  const words = t.value.sign;
  const { attempt } = sitting;
  const tried = usePinTry((pin) => kiosk.handIn(pin));
  return (
    <Screen
      name="sign"
      title={words.title}
      title_hidden
      languages={attempt.languages}
      acts={
        time_up ? null : (
          <Button icon="arrow_back" disabled={tried.busy} onPress={() => kiosk.show({ name: "review" })}>
            {t.value.common.back}
          </Button>
        )
      }
    >
      <div class="two-parts">
        <section class="part-words">
          <p class="part-title" aria-hidden="true">
            {words.title}
          </p>
          {time_up ? (
            <Hint icon="clock" testid="time-up">
              {words.time_up}
            </Hint>
          ) : null}
          {again ? (
            <Hint icon="pen" testid="sign-again">
              {t.value.offline.sign_again}
            </Hint>
          ) : null}
          <div class="signed">
            <p class="signed-what">{words.what}</p>
            <p class="signed-title">{textIn(attempt.title, contentLanguage.value)}</p>
            <p>{words.attempt(attempt.attempt_no)}</p>
            <p>{words.answered(sitting.counts.value.answered, attempt.items.length)}</p>
            <p class="signed-what">{words.by}</p>
            <p class="signed-title">{kiosk.operator.value?.name}</p>
          </div>
          <p class="lead">{words.statement}</p>
          <PinTrouble tried={tried} unreachable={words.no_answer} />
        </section>
        <section class="part-act">
          <PinEntry
            label={words.pin}
            act={words.sign}
            act_busy={sitting.waiting.value > 0 ? words.waiting_answers : words.signing}
            icon="pen"
            busy={tried.busy}
            disabled={tried.wait_s > 0}
            onPin={tried.give}
          />
        </section>
      </div>
    </Screen>
  );
}

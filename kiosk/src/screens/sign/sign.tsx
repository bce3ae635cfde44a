import { useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { Screen } from "../../components/screen.tsx";
import { textIn } from "../../domain/texts.ts";
import type { Hindrance } from "../../operator/kiosk.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";

/** What is signed, by whom, and the PIN as the signature. */
export function Sign({ sitting, time_up }: { sitting: Sitting; time_up: boolean }) {
  const kiosk = useKiosk();
  const words = t.value.sign;
  const [busy, setBusy] = useState(false);
  const [hindrance, setHindrance] = useState<Hindrance | "not_drained">(null);
  const { attempt } = sitting;
  const handIn = async (pin: string) => {
    setBusy(true);
    setHindrance(null);
    const came = await kiosk.handIn(pin);
    setBusy(false);
    setHindrance(came);
  };
  return (
    <Screen
      name="sign"
      title={words.title}
      title_hidden
      languages={attempt.languages}
      acts={
        time_up ? null : (
          <Button icon="arrow_back" disabled={busy} onPress={() => kiosk.show({ name: "review" })}>
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
            <p class="hint" role="alert">
              <Icon name="clock" />
              <span>{words.time_up}</span>
            </p>
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
        </section>
        <section class="part-act">
          {hindrance === null ? null : hindrance === "not_drained" || hindrance === "unreachable" ? (
            <p class="hint" role="alert" data-testid="problem">
              <Icon name="warning" />
              <span>{hindrance === "not_drained" ? words.not_drained : words.no_answer}</span>
            </p>
          ) : (
            <Hint hindrance={hindrance} />
          )}
          <PinEntry
            label={words.pin}
            act={words.sign}
            act_busy={sitting.waiting.value > 0 ? words.waiting_answers : words.signing}
            icon="pen"
            busy={busy}
            onPin={(pin) => void handIn(pin)}
          />
        </section>
      </div>
    </Screen>
  );
}

import { useEffect } from "preact/hooks";
import { problemText } from "../i18n/problem_text.ts";
import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { useKiosk } from "./kiosk_context.ts";
import { Hint } from "./notice.tsx";
import { useBusy } from "./use_busy.ts";

/** What may lie over any screen. */
export function Overlays() {
  const kiosk = useKiosk();
  const idle = kiosk.idle.state.value;
  if (kiosk.elsewhere.value) return <Elsewhere />;
  if (idle.kind === "warned") return <IdleWarning seconds_left={idle.seconds_left} />;
  return kiosk.leaving.warned.value ? <LeaveWarning /> : null;
}

function IdleWarning({ seconds_left }: { seconds_left: number }) {
  return (
    <Dialog name="idle" icon="clock" title={t.value.idle.title}>
      <p class="dialog-lead">{t.value.idle.lead(seconds_left)}</p>
      <p>{t.value.idle.kept}</p>
      {/* Any touch is a sign of life and closes this; the button is there to be aimed at. */}
      <Button kind="primary" onPress={() => undefined}>
        {t.value.idle.stay}
      </Button>
    </Dialog>
  );
}

function LeaveWarning() {
  const kiosk = useKiosk();
  const waits = kiosk.leaving.behind.value;
  // All of it was saved meanwhile: what was asked for is done.
  useEffect(() => {
    if (!waits && kiosk.leaving.allSaved()) void kiosk.signOut();
  }, [kiosk, waits]);
  return (
    <Dialog name="leave" icon="warning" title={t.value.offline.leave_title}>
      {kiosk.leaving.answers.value ? <p class="dialog-lead">{t.value.offline.leave_lead}</p> : null}
      {kiosk.leaving.signed.value ? <p class="dialog-lead">{t.value.offline.leave_signed}</p> : null}
      <div class="dialog-acts">
        <Button testid="leave-anyway" onPress={() => void kiosk.signOut()}>
          {t.value.bar.sign_out}
        </Button>
        <Button kind="primary" autofocus testid="leave-not" onPress={() => kiosk.leaving.stay()}>
          {t.value.offline.leave_stay}
        </Button>
      </div>
    </Dialog>
  );
}

function Elsewhere() {
  const kiosk = useKiosk();
  const waiting = kiosk.sitting.value?.waiting.value ?? 0;
  const hindrance = kiosk.hindrance.value;
  const [busy, takeOver] = useBusy(() => kiosk.takeOver());
  return (
    <Dialog name="elsewhere" icon="screen" title={t.value.elsewhere.title} read_first>
      <p class="dialog-lead">{t.value.elsewhere.lead}</p>
      {waiting > 0 ? <p>{t.value.elsewhere.unsaved(waiting)}</p> : null}
      {hindrance === null || busy ? null : <Hint>{problemText(hindrance, t.value)}</Hint>}
      <div class="dialog-acts">
        <Button onPress={() => void kiosk.signOut()}>{t.value.elsewhere.leave}</Button>
        <Button kind="primary" disabled={busy} onPress={takeOver}>
          {t.value.elsewhere.take_over}
        </Button>
      </div>
    </Dialog>
  );
}

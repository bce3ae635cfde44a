import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { useKiosk } from "./kiosk_context.ts";

/** What may lie over any screen. */
export function Overlays() {
  const kiosk = useKiosk();
  const idle = kiosk.idle.state.value;
  if (kiosk.elsewhere.value) return <Elsewhere />;
  return idle.kind === "warned" ? <IdleWarning seconds_left={idle.seconds_left} /> : null;
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

function Elsewhere() {
  const kiosk = useKiosk();
  const waiting = kiosk.sitting.value?.waiting.value ?? 0;
  return (
    <Dialog name="elsewhere" icon="screen" title={t.value.elsewhere.title}>
      <p class="dialog-lead">{t.value.elsewhere.lead}</p>
      {waiting > 0 ? <p>{t.value.elsewhere.unsaved(waiting)}</p> : null}
      <div class="dialog-acts">
        <Button onPress={() => void kiosk.signOut()}>{t.value.elsewhere.leave}</Button>
        <Button kind="primary" onPress={() => void kiosk.takeOver()}>
          {t.value.elsewhere.take_over}
        </Button>
      </div>
    </Dialog>
  );
}

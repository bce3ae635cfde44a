import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { useKiosk } from "./kiosk_context.ts";

/** The way back to what the plant box did not take, for as long as this browser keeps it. */
export function KeptNotice() {
  const kiosk = useKiosk();
  const kept = kiosk.outbox.keptOf(kiosk.operator.value?.id ?? null);
  if (kept.length === 0) return null;
  return (
    <div class="kept-notice">
      <Button
        icon="warning"
        testid="to-attention"
        onPress={() => kiosk.show({ name: "attention", next: null })}
      >
        {t.value.attention.notice(kept.length)}
      </Button>
    </div>
  );
}

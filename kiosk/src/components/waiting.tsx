import { useEffect, useRef } from "preact/hooks";
import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { useKiosk } from "./kiosk_context.ts";

/** In place of what the box has not told: it is asked again by a tap, and without one once the box is back. */
export function Waiting({ onAgain }: { onAgain: () => Promise<void> }) {
  const kiosk = useKiosk();
  const latest = useRef(onAgain);
  latest.current = onAgain;
  useEffect(() => kiosk.box.whenBack(() => void latest.current()), [kiosk]);
  return (
    <div class="waiting">
      <p class="lead">{t.value.common.loading}</p>
      {kiosk.hindrance.value !== null ? (
        <Button kind="primary" testid="again" onPress={() => void onAgain()}>
          {t.value.common.again}
        </Button>
      ) : null}
    </div>
  );
}

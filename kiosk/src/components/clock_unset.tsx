import { isClockUnset } from "../domain/status.ts";
import { t } from "../operator/language.ts";
import { useKiosk } from "./kiosk_context.ts";
import { Hint } from "./notice.tsx";

/** Beside what is told by a clock of which the box itself says that it cannot be right. */
export function ClockUnset() {
  return isClockUnset(useKiosk().box.status.value) ? (
    <Hint icon="clock" testid="clock-unset">
      {t.value.common.clock_unset}
    </Hint>
  ) : null;
}

import { problemText } from "../i18n/problem_text.ts";
import type { Hindrance } from "../operator/kiosk.ts";
import { t } from "../operator/language.ts";
import { Icon } from "./icon.tsx";
import { useKiosk } from "./kiosk_context.ts";

/** A hindrance in words. */
export function Hint({ hindrance }: { hindrance: Exclude<Hindrance, null> }) {
  return (
    <p class="hint" role="alert" data-testid="problem">
      <Icon name="warning" />
      <span>{problemText(hindrance, t.value)}</span>
    </p>
  );
}

/** What went wrong on the way to this screen. A silent box has its own banner. */
export function Notice() {
  const hindrance = useKiosk().hindrance.value;
  return hindrance === null || hindrance === "unreachable" ? null : <Hint hindrance={hindrance} />;
}

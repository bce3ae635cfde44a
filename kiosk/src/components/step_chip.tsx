import type { Step } from "../domain/attempt.ts";
import { headline, journey } from "../domain/journey.ts";
import { shortTime } from "../i18n/times.ts";
import { screenLanguage, t } from "../operator/language.ts";
import type { FollowedKind } from "../operator/screen.ts";
import { Icon } from "./icon.tsx";
import { stepName } from "./journey_view.tsx";

/** In a list, how far a record has come. A step that needs attention is never told by its name: that would read as done. */
export function StepChip({ steps, kind, now }: { steps: readonly Step[]; kind: FollowedKind; now: Date }) {
  const step = headline(journey(steps));
  if (step === null) return null;
  const attention = step.state === "attention";
  const since = step.at === null || attention ? "" : ` · ${shortTime(step.at, now, screenLanguage.value)}`;
  return (
    <p class={`chip chip-step-${step.state}`} data-testid="step-chip" data-state={step.state}>
      <Icon name={attention ? "warning" : step.state === "done" ? "check" : "dots"} />
      {attention ? needsAttention(step.code) : `${stepName(step, kind)}${since}`}
    </p>
  );
}

function needsAttention(code: string | null): string {
  const words = t.value.tracker.state.attention;
  return code === null ? words : `${words} · ${t.value.common.reference(code)}`;
}

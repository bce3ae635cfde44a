import type { Step, StepState } from "../domain/attempt.ts";
import { type JourneyStep, journey, stepsDone } from "../domain/journey.ts";
import { exactTime } from "../i18n/times.ts";
import { screenLanguage, t } from "../operator/language.ts";
import { Icon, type IconName } from "./icon.tsx";

const kStateIcon: Readonly<Record<StepState, IconName>> = {
  done: "check",
  waiting: "dots",
  attention: "warning",
  unknown: "question",
};

/** The five steps as a race: the water stands as far as the record has come. */
export function JourneyView({ steps, compact }: { steps: readonly Step[]; compact?: boolean }) {
  const all = journey(steps);
  return (
    <ol
      class={compact ? "journey journey-compact" : "journey"}
      data-testid="journey"
      data-done={stepsDone(all)}
    >
      {all.map((step) => (
        <StepView key={step.name} step={step} compact={compact === true} />
      ))}
    </ol>
  );
}

function StepView({ step, compact }: { step: JourneyStep; compact: boolean }) {
  const words = t.value.tracker;
  return (
    <li class={`step step-${step.state}`} data-step={step.name} data-state={step.state}>
      <span class="step-mark">
        <Icon name={kStateIcon[step.state]} />
      </span>
      <div class="step-text">
        <p class="step-name">{words.step[step.name]}</p>
        <p class="step-state">
          {words.state[step.state]}
          {step.at ? <time dateTime={step.at}> · {exactTime(step.at, screenLanguage.value)}</time> : null}
        </p>
        {compact ? null : <p class="step-explain">{explanation(step)}</p>}
      </div>
    </li>
  );
}

function explanation(step: JourneyStep): string {
  const words = t.value.tracker;
  if (step.state === "attention") {
    return step.code === null ? words.attention : `${words.attention} ${t.value.common.reference(step.code)}`;
  }
  // What a step means is only said once it is true, or where the truth is that nothing is known.
  return step.state === "done" || step.state === "unknown" ? words.explain[step.name] : "";
}

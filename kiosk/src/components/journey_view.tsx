import type { Step, StepState } from "../domain/attempt.ts";
import { type JourneyStep, journey, stepsDone } from "../domain/journey.ts";
import { stepTime } from "../i18n/times.ts";
import { screenLanguage, t } from "../operator/language.ts";
import { plantTime } from "../operator/plant_time.ts";
import type { FollowedKind } from "../operator/screen.ts";
import { Icon, type IconName } from "./icon.tsx";

const kStateIcon: Readonly<Record<StepState, IconName>> = {
  done: "check",
  waiting: "dots",
  attention: "warning",
  unknown: "question",
};

/** The five steps as a race: the water stands as far as the record has come. */
export interface JourneyViewProps {
  readonly steps: readonly Step[];
  readonly kind?: FollowedKind;
  readonly compact?: boolean;
}

export function JourneyView({ steps, kind, compact }: JourneyViewProps) {
  const all = journey(steps);
  return (
    <ol
      class={compact ? "journey journey-compact" : "journey"}
      data-testid="journey"
      data-done={stepsDone(all)}
    >
      {all.map((step) => (
        <StepView key={step.name} step={step} kind={kind ?? "result"} compact={compact === true} />
      ))}
    </ol>
  );
}

function StepView({ step, kind, compact }: { step: JourneyStep; kind: FollowedKind; compact: boolean }) {
  const words = t.value.tracker;
  return (
    <li class={`step step-${step.state}`} data-step={step.name} data-state={step.state}>
      <span class="step-mark">
        <Icon name={kStateIcon[step.state]} />
      </span>
      <div class="step-text">
        <p class="step-name">{stepName(step, kind)}</p>
        <p class="step-state">
          {words.state[step.state]}
          {step.at ? (
            <time dateTime={step.at}> · {stepTime(step.at, plantTime(), screenLanguage.value)}</time>
          ) : null}
        </p>
        {compact ? null : <p class="step-explain">{explanation(step, kind)}</p>}
      </div>
    </li>
  );
}

/** What is certified for a test is decided for a request. */
export function stepName(step: JourneyStep, kind: FollowedKind): string {
  if (step.name === "certified" && kind !== "result") return t.value.way[kind].last;
  return t.value.tracker.step[step.name];
}

function explanation(step: JourneyStep, kind: FollowedKind): string {
  const words = t.value.tracker;
  if (step.name === "here" && kind !== "result" && step.state === "done") return t.value.way[kind].here;
  if (step.state === "attention") {
    return step.code === null ? words.attention : `${words.attention} ${t.value.common.reference(step.code)}`;
  }
  // What a step means is said once it is true; of the office's steps, that it has said nothing, as long as that is true.
  const said = step.name === "received" || step.name === "certified" ? "unknown" : "done";
  return step.state === said ? words.explain[step.name] : "";
}

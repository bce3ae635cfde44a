import { asOf } from "../../components/as_of.ts";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { reasonText, requestText } from "../../components/request_text.ts";
import { Screen } from "../../components/screen.tsx";
import { StepChip } from "../../components/step_chip.tsx";
import { Waiting } from "../../components/waiting.tsx";
import {
  inOrderOfDecision,
  mayDecide,
  stepKey,
  type WorkflowStep,
  withUnconfirmed,
} from "../../domain/decision.ts";
import { mediumDate, shortTime } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";
import { plantTime } from "../../operator/plant_time.ts";
import { RequestRow } from "../work/request_row.tsx";

/** What waits for the leader's word, and what a leader may do for others. */
export function Leader() {
  const kiosk = useKiosk();
  const words = t.value.leader;
  const decisions = kiosk.desk.decisions.value;
  const steps = decisions === null ? [] : withUnconfirmed(decisions.steps, kiosk.desk.unconfirmed.value);
  const requests = decisions?.requests ?? [];
  const now = plantTime();
  return (
    <Screen
      title={words.title}
      acts={
        <>
          <Button icon="arrow_back" testid="to-work" onPress={() => void kiosk.showWork()}>
            {t.value.tracker.work}
          </Button>
          <span class="acts-gap" />
          <Button
            icon="unlock"
            testid="to-unlock"
            onPress={() => kiosk.show({ name: "unlock", badge: null, leader_badge: kiosk.badge })}
          >
            {words.unlock}
          </Button>
          <Button
            kind="primary"
            icon="people"
            testid="to-request-for"
            onPress={() => kiosk.desk.showRequest(true)}
          >
            {words.ask}
          </Button>
        </>
      }
    >
      <section aria-labelledby="decisions">
        <div class="section-head">
          <h2 id="decisions">{words.decisions}</h2>
          {decisions === null ? null : <p class="as-of">{asOf(decisions.as_of, now)}</p>}
        </div>
        {decisions === null ? (
          <Waiting onAgain={() => kiosk.desk.showLeader()} />
        ) : steps.length === 0 ? (
          <p class="nothing">{words.decisions_none}</p>
        ) : (
          <ul class="cards cards-two">
            {inOrderOfDecision(steps).map((step) => (
              <StepCard key={stepKey(step)} step={step} now={now} />
            ))}
          </ul>
        )}
      </section>
      {requests.length === 0 ? null : (
        <section aria-labelledby="requests-made">
          <div class="section-head">
            <h2 id="requests-made">{words.requests_made}</h2>
          </div>
          <ul class="cards cards-two">
            {requests.map((request) => (
              <RequestRow key={request.event_id} request={request} now={now} />
            ))}
          </ul>
        </section>
      )}
    </Screen>
  );
}

/** Whose word it was: another leader may have decided at another screen. */
function wordOf({ decision, decided_by }: WorkflowStep, operator_id: string | undefined): string {
  if (decision === null || !decided_by) return "";
  const { your_word, their_word } = t.value.leader;
  return `${decided_by.id === operator_id ? your_word[decision] : their_word[decision](decided_by.name)}. `;
}

function StepCard({ step, now }: { step: WorkflowStep; now: Date }) {
  const kiosk = useKiosk();
  const words = t.value.leader;
  const language = screenLanguage.value;
  const choices = kiosk.desk.choices.value;
  const title = requestText(choices, step.kind, step.skill);
  const unconfirmed = kiosk.desk.isUnconfirmed(step);
  const leader_id = kiosk.operator.value?.id;
  const may = mayDecide(step, leader_id);
  return (
    <li class={`card card-step-${step.state}`} data-step-id={step.step_id} data-state={step.state}>
      <div class="card-text">
        <h3>{title}</h3>
        <p class="card-facts">
          {words.requested(step.operator_name, shortTime(step.requested_at, now, language))}
        </p>
        <p class="card-facts">{reasonText(choices, step.reason_code)}</p>
        <div class="chips">
          {step.state === "sent" ? (
            <StepChip steps={step.steps} kind="decision" now={now} />
          ) : step.due_at === null ? null : (
            <p class="chip">
              <Icon name="clock" />
              {words.decide_by(mediumDate(step.due_at, language))}
            </p>
          )}
        </div>
        {step.state === "sent" ? (
          <p class="card-facts">
            {wordOf(step, leader_id)}
            {words.not_final}
          </p>
        ) : step.state !== "open" || may ? null : (
          <p class="card-facts">{t.value.refusals.own_request}</p>
        )}
        {unconfirmed ? <Hint testid="unconfirmed">{t.value.request.kept}</Hint> : null}
      </div>
      {may || unconfirmed ? (
        <Button
          kind="primary"
          icon_end="arrow_next"
          testid={`decide-${step.step_id}`}
          onPress={() => kiosk.desk.showDecision(step)}
        >
          {unconfirmed ? t.value.mine.send_again : words.decide}
          <span class="visually-hidden"> {t.value.work.details(`${title}, ${step.operator_name}`)}</span>
        </Button>
      ) : null}
    </li>
  );
}

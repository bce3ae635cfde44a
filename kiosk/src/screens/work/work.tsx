import type { ComponentChildren } from "preact";
import { asOf } from "../../components/as_of.ts";
import { Button } from "../../components/button.tsx";
import { ClockUnset } from "../../components/clock_unset.tsx";
import { KeptNotice } from "../../components/kept_notice.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { Screen } from "../../components/screen.tsx";
import { Waiting } from "../../components/waiting.tsx";
import { isLeader } from "../../domain/status.ts";
import { inOrderOfUrgency, madeAt, type Work } from "../../domain/work.ts";
import { dayPart } from "../../i18n/times.ts";
import { t } from "../../operator/language.ts";
import { plantTime } from "../../operator/plant_time.ts";
import { AssignmentCard } from "./assignment_card.tsx";
import { RequestRow } from "./request_row.tsx";
import { ResultRow } from "./result_row.tsx";

/** What there is to do, what was done and what was asked for; with the age of what came from elsewhere. */
export function MyWork() {
  const kiosk = useKiosk();
  const words = t.value.work;
  const work = kiosk.work.value;
  const now = plantTime();
  const first_name = (kiosk.operator.value?.name ?? "").split(" ")[0] ?? "";
  return (
    <Screen
      title={words.title(t.value.greeting[dayPart(now)], first_name)}
      acts={
        <>
          {isLeader(kiosk.operator.value) ? (
            <Button icon="people" testid="to-leader" onPress={() => void kiosk.desk.showLeader()}>
              {t.value.mine.team}
            </Button>
          ) : null}
          <span class="acts-gap" />
          <Button icon="pen" testid="to-request" onPress={() => kiosk.desk.showRequest(false)}>
            {t.value.mine.ask}
          </Button>
        </>
      }
    >
      <KeptNotice />
      <ClockUnset />
      {kiosk.recovers_later.value && kiosk.leaving.behind.value ? (
        <Hint icon="screen" testid="answers-wait">
          {kiosk.leaving.answers.value ? t.value.offline.leave_lead : t.value.offline.leave_signed}
        </Hint>
      ) : null}
      {work === null ? <Waiting onAgain={() => kiosk.showWork()} /> : <WorkLists work={work} now={now} />}
    </Screen>
  );
}

function WorkLists({ work, now }: { work: Work; now: Date }) {
  const kiosk = useKiosk();
  const words = t.value.work;
  const mine = t.value.mine;
  const requests = work.requests ?? [];
  const unconfirmed = kiosk.desk.draft.value?.frozen === true;
  const is_missing = (work.missing_tests ?? 0) > 0;
  return (
    <div class="work">
      <Section
        id="to-do"
        title={words.to_do}
        note={asOf(madeAt(work), now)}
        none={work.assignments.length === 0 && !is_missing ? words.to_do_none : null}
      >
        {is_missing ? (
          <li class="card">
            <Hint testid="missing-test">{words.to_do_missing}</Hint>
          </li>
        ) : null}
        {inOrderOfUrgency(work.assignments).map((assignment) => (
          <AssignmentCard key={assignment.assignment_id} assignment={assignment} now={now} />
        ))}
      </Section>
      <div class="work-side">
        <Section id="done" title={words.done} none={work.results.length === 0 ? words.done_none : null}>
          {work.results.map((result) => (
            <ResultRow key={result.attempt_id} result={result} now={now} />
          ))}
        </Section>
        <Section
          id="requests"
          title={mine.requests}
          none={requests.length === 0 && !unconfirmed ? mine.requests_none : null}
        >
          {unconfirmed ? (
            <li class="card">
              <Hint testid="unconfirmed">{mine.unconfirmed}</Hint>
              <Button
                kind="primary"
                icon="send"
                testid="send-again"
                onPress={() => kiosk.desk.showRequest(false)}
              >
                {mine.send_again}
              </Button>
            </li>
          ) : null}
          {requests.map((request) => (
            <RequestRow key={request.request_id} request={request} now={now} />
          ))}
        </Section>
        <Section id="certificates" title={mine.certificates} none={mine.certificates_unknown} />
      </div>
    </div>
  );
}

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  /** What to say where the list is empty. */
  readonly none: string | null;
  readonly children?: ComponentChildren;
}

function Section({ id, title, note, none, children }: SectionProps) {
  return (
    <section aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        {note === undefined ? null : <p class="as-of">{note}</p>}
      </div>
      {none === null ? <ul class="cards">{children}</ul> : <p class="nothing">{none}</p>}
    </section>
  );
}

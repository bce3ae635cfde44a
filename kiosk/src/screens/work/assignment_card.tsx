import { Button } from "../../components/button.tsx";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { useBusy } from "../../components/use_busy.ts";
import { textIn } from "../../domain/texts.ts";
import { type Assignment, type AssignmentState, attemptsLeft, type Due, dueOn } from "../../domain/work.ts";
import { mediumDate, shortTime } from "../../i18n/times.ts";
import { contentLanguage, screenLanguage, t } from "../../operator/language.ts";

const kStateIcon: Readonly<Record<AssignmentState, IconName>> = {
  open: "empty",
  in_progress: "pen",
  passed: "check",
  exhausted: "cross",
  expired: "cross",
  not_yet: "lock",
};

export function AssignmentCard({ assignment, now }: { assignment: Assignment; now: Date }) {
  const kiosk = useKiosk();
  const words = t.value.work;
  const [busy, open] = useBusy(() => kiosk.choose(assignment));
  const { state } = assignment;
  const title = textIn(assignment.title, contentLanguage.value);
  const can_start = state === "open" || state === "in_progress";
  return (
    <li class={`card card-${state}`} data-assignment={assignment.assignment_id} data-state={state}>
      <div class="card-text">
        <h3>{title}</h3>
        <p class="card-facts">
          {words.questions(assignment.question_count)}
          {" · "}
          {assignment.time_limit_s === null
            ? words.no_limit
            : words.minutes(Math.round(assignment.time_limit_s / 60))}
          {can_start ? attemptsText(assignment) : ""}
        </p>
        <div class="chips">
          {state === "open" ? null : (
            <p class={`chip chip-${state}`}>
              <Icon name={kStateIcon[state]} />
              {state === "not_yet" && assignment.opens_at !== null
                ? words.opens(shortTime(assignment.opens_at, now, screenLanguage.value))
                : words.state[state]}
            </p>
          )}
          {can_start ? <DueChip due_at={assignment.due_at} now={now} /> : null}
        </div>
      </div>
      {can_start ? (
        <Button
          kind="primary"
          icon_end="arrow_next"
          testid={`open-${assignment.test_id}`}
          disabled={busy}
          onPress={open}
        >
          {state === "in_progress" ? words.resume : words.start}
          <span class="visually-hidden"> {words.details(title)}</span>
        </Button>
      ) : null}
    </li>
  );
}

function attemptsText(assignment: Assignment): string {
  const left = attemptsLeft(assignment);
  return left === null || assignment.state === "in_progress" ? "" : ` · ${t.value.work.attempts_left(left)}`;
}

function DueChip({ due_at, now }: { due_at: string | null; now: Date }) {
  const due = dueOn(due_at, now);
  if (due_at === null || due.kind === "none") return null;
  return (
    <p class={`chip chip-${due.kind}`}>
      <Icon name={due.kind === "overdue" ? "warning" : "clock"} />
      {dueText(due, due_at)}
    </p>
  );
}

function dueText(due: Due, due_at: string): string {
  const words = t.value.work.due;
  switch (due.kind) {
    case "none":
      return words.none;
    case "today":
      return words.today;
    case "overdue":
      return words.overdue(due.days);
    case "in_days":
      return words.in_days(due.days);
    case "on_date":
      return words.on_date(mediumDate(due_at, screenLanguage.value));
  }
}

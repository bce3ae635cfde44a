import { Button } from "../../components/button.tsx";
import { KeptNotice } from "../../components/kept_notice.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { inOrderOfUrgency } from "../../domain/work.ts";
import { dayPart, shortTime } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";
import { AssignmentCard } from "./assignment_card.tsx";
import { ResultRow } from "./result_row.tsx";

/** What there is to do, and what was done; with the age of what is shown. */
export function MyWork() {
  const kiosk = useKiosk();
  const words = t.value.work;
  const work = kiosk.work.value;
  const now = new Date();
  const first_name = (kiosk.operator.value?.name ?? "").split(" ")[0] ?? "";
  return (
    <Screen name="work" title={words.title(t.value.greeting[dayPart(now)], first_name)}>
      <KeptNotice />
      {work === null ? (
        <div class="waiting">
          <p class="lead">{t.value.common.loading}</p>
          {kiosk.hindrance.value !== null ? (
            <Button kind="primary" onPress={() => void kiosk.showWork()}>
              {t.value.common.again}
            </Button>
          ) : null}
        </div>
      ) : (
        <div class="work">
          <section aria-labelledby="to-do">
            <div class="section-head">
              <h2 id="to-do">{words.to_do}</h2>
              <p class="as-of">
                {work.as_of === null
                  ? t.value.common.as_of_unknown
                  : t.value.common.as_of(shortTime(work.as_of, now, screenLanguage.value))}
              </p>
            </div>
            {work.assignments.length === 0 ? <p class="nothing">{words.to_do_none}</p> : null}
            <ul class="cards">
              {inOrderOfUrgency(work.assignments).map((assignment) => (
                <AssignmentCard key={assignment.assignment_id} assignment={assignment} now={now} />
              ))}
            </ul>
          </section>
          <section aria-labelledby="done">
            <div class="section-head">
              <h2 id="done">{words.done}</h2>
            </div>
            {work.results.length === 0 ? <p class="nothing">{words.done_none}</p> : null}
            <ul class="cards">
              {work.results.map((result) => (
                <ResultRow key={result.attempt_id} result={result} now={now} />
              ))}
            </ul>
          </section>
        </div>
      )}
    </Screen>
  );
}

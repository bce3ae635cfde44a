import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { JourneyView } from "../../components/journey_view.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LanguageNote } from "../../components/language_note.tsx";
import { Screen } from "../../components/screen.tsx";
import { useSync } from "../../components/use_sync.ts";
import type { Attempt, Result } from "../../domain/attempt.ts";
import { percent } from "../../domain/score.ts";
import { textIn } from "../../domain/texts.ts";
import { contentLanguage, screenLanguage, t } from "../../operator/language.ts";
import { Dial } from "./dial.tsx";

/** The box's score at once, and how far it is on its way. Never the key. */
export function ResultScreen({ attempt, result }: { attempt: Attempt; result: Result }) {
  const kiosk = useKiosk();
  const words = t.value.result;
  const followed = { kind: "attempts", id: result.attempt_id } as const;
  const { steps } = useSync(followed, result.steps);
  const { title } = attempt;
  const passed = result.outcome === "passed";
  const follow = () =>
    kiosk.show({ name: "tracker", kind: "result", title, followed, steps, record: result.event_id });
  return (
    <Screen
      title={textIn(title, contentLanguage.value)}
      acts={
        <>
          <Button onPress={() => void kiosk.showWork()}>{words.work}</Button>
          <span class="acts-gap" />
          <Button icon="send" testid="follow" onPress={follow}>
            {words.follow}
          </Button>
          <Button kind="primary" icon="sign_out" testid="finish" onPress={() => kiosk.askToSignOut()}>
            {words.finish}
          </Button>
        </>
      }
    >
      {attempt.layout_sample ? <LanguageNote content={attempt} /> : null}
      <div
        class={`result result-${result.outcome}`}
        data-testid="result-score"
        data-score-bp={result.score_bp}
        data-attempt-id={result.attempt_id}
        data-event-id={result.event_id}
        data-outcome={result.outcome}
      >
        <section class="result-score">
          <Dial score_bp={result.score_bp} pass_mark_bp={result.pass_mark_bp} passed={passed} />
          <div>
            <p class={`verdict verdict-${result.outcome}`}>
              <Icon name={passed ? "check" : "cross"} />
              {passed ? words.passed : words.failed}
            </p>
            <p>{words.pass_mark(percent(result.pass_mark_bp, screenLanguage.value))}</p>
            <p>{words.correct(result.correct, result.total)}</p>
            {result.provisional && !attempt.layout_sample ? (
              <p class="provisional">
                <Icon name="seal" />
                <span>{words.provisional}</span>
              </p>
            ) : null}
          </div>
        </section>
        <section class="result-topics" aria-labelledby="topics">
          <h2 id="topics">{result.topics_missed.length > 0 ? words.topics : words.topics_none}</h2>
          {result.critical_item_failed ? (
            <p class="hint">
              <Icon name="warning" />
              <span>{words.critical}</span>
            </p>
          ) : null}
          <ul class="topics">
            {result.topics_missed.map((topic) => (
              <li key={textIn(topic, "en")}>{textIn(topic, contentLanguage.value)}</li>
            ))}
          </ul>
        </section>
        <section class="result-way" aria-labelledby="way">
          <h2 id="way">{words.where}</h2>
          <JourneyView steps={steps} compact />
        </section>
      </div>
    </Screen>
  );
}

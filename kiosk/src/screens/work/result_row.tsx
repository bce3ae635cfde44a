import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { StepChip } from "../../components/step_chip.tsx";
import { percent } from "../../domain/score.ts";
import { textIn } from "../../domain/texts.ts";
import type { PastResult } from "../../domain/work.ts";
import { shortTime } from "../../i18n/times.ts";
import { contentLanguage, screenLanguage, t } from "../../operator/language.ts";
import { trackerOf } from "../../operator/screen.ts";

export function ResultRow({ result, now }: { result: PastResult; now: Date }) {
  const kiosk = useKiosk();
  const language = screenLanguage.value;
  const title = textIn(result.title, contentLanguage.value);
  return (
    <li
      class="card card-result"
      data-attempt={result.attempt_id}
      data-event-id={result.event_id}
      data-score-bp={result.score_bp}
    >
      <div class="card-text">
        <h3>{title}</h3>
        <p class="card-facts">{shortTime(result.submitted_at, now, language)}</p>
        <div class="chips">
          <p class={`chip chip-${result.outcome}`}>
            <Icon name={result.outcome === "passed" ? "check" : "cross"} />
            {t.value.result[result.outcome]} · {percent(result.score_bp, language)}
          </p>
          <StepChip steps={result.steps} kind="result" now={now} />
        </div>
      </div>
      <Button testid="follow-result" onPress={() => kiosk.show(trackerOf(result))}>
        {t.value.work.follow}
        <span class="visually-hidden"> {t.value.work.details(title)}</span>
      </Button>
    </li>
  );
}

import { Button } from "../../components/button.tsx";
import { Facts } from "../../components/facts.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { useBusy } from "../../components/use_busy.ts";
import { AnswerQueue } from "../../domain/answer_queue.ts";
import type { Attempt } from "../../domain/attempt.ts";
import { minutesAndSeconds } from "../../domain/countdown.ts";
import { isAnswered } from "../../domain/response.ts";
import { givenOf, openSheet, placeLeft } from "../../domain/sheet.ts";
import { textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";

/** For someone who comes back: where they were and what is left. */
export function Resume({ attempt }: { attempt: Attempt }) {
  const kiosk = useKiosk();
  const words = t.value.resume;
  const [busy, goOn] = useBusy(() => kiosk.takeUp(attempt, null));
  const total = attempt.items.length;
  // What an earlier page left here counts as well: it goes in with the attempt.
  const queue = kiosk.outbox.queueLeft(attempt.attempt_id) ?? new AnswerQueue();
  const sheet = openSheet(attempt.items, queue);
  const answered = attempt.items.filter((item) => isAnswered(item, givenOf(sheet, item.item_id))).length;
  const { position, is_known } = placeLeft(attempt, queue, sheet);
  return (
    <Screen
      title={words.title}
      lead={textIn(attempt.title, contentLanguage.value)}
      acts={
        <>
          <Button icon="arrow_back" disabled={busy} onPress={() => void kiosk.showWork()}>
            {t.value.common.back}
          </Button>
          <span class="acts-gap" />
          <Button kind="primary" icon_end="arrow_next" disabled={busy} testid="resume-attempt" onPress={goOn}>
            {words.go_on}
          </Button>
        </>
      }
    >
      <p class="resume-place" data-known={is_known}>
        {(is_known ? words.place : words.go_on_with)(position + 1, total)}
      </p>
      <Facts
        facts={[
          { name: words.answered, value: words.of(answered, total) },
          {
            name: words.left,
            value:
              attempt.remaining_s === null
                ? words.no_limit
                : minutesAndSeconds(Math.ceil(attempt.remaining_s)),
          },
        ]}
      />
      <p class="lead">{words.other_screen}</p>
    </Screen>
  );
}

import { useEffect } from "preact/hooks";
import { Icon, type IconName } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { useNow } from "../../components/use_now.ts";
import { kTimeShortS, minutesAndSeconds, secondsLeft } from "../../domain/countdown.ts";
import { isAnswered } from "../../domain/response.ts";
import { entryOf, givenOf, type SaveMark } from "../../domain/sheet.ts";
import { exactTime } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";
import type { Sitting } from "../../operator/sitting.ts";

const kMarkIcon: Readonly<Record<SaveMark, IconName>> = {
  nothing: "empty",
  here: "screen",
  saved: "disk",
  refused: "warning",
};

/** Where one is, whether the answer is safe, how much time is left. */
export function Strip({ sitting }: { sitting: Sitting }) {
  const words = t.value.question;
  const total = sitting.attempt.items.length;
  const position = sitting.position.value;
  const sheet = sitting.sheet.value;
  const entry = entryOf(sheet, sitting.item.item_id);
  return (
    <div class="strip">
      <div class="strip-progress">
        <p class="strip-place">
          <strong>{words.progress(position + 1, total)}</strong>
          <span>{words.answered(sitting.counts.value.answered, total)}</span>
        </p>
        <div class="segments" aria-hidden="true">
          {sitting.attempt.items.map((item, at) => (
            <span
              key={item.item_id}
              class={[
                "segment",
                isAnswered(item, givenOf(sheet, item.item_id)) ? "segment-answered" : "",
                entryOf(sheet, item.item_id).flagged ? "segment-flagged" : "",
                at === position ? "segment-current" : "",
              ].join(" ")}
            />
          ))}
        </div>
      </div>
      <p class={`save-mark save-mark-${entry.mark}`} role="status" data-testid="save-mark">
        <Icon name={kMarkIcon[entry.mark]} />
        <span>
          {words.mark[entry.mark]}
          {entry.saved_at !== null ? (
            <time dateTime={entry.saved_at}> {exactTime(entry.saved_at, screenLanguage.value)}</time>
          ) : null}
        </span>
      </p>
      <TimeLeft sitting={sitting} />
    </div>
  );
}

/** Once it is up, what is left is to sign. */
export function TimeLeft({ sitting }: { sitting: Sitting }) {
  const kiosk = useKiosk();
  useNow();
  const left = secondsLeft(sitting.time.value, performance.now());
  const up = left === 0;
  useEffect(() => {
    if (up) kiosk.show({ name: "sign" });
  }, [up]);
  if (left === null) return null;
  const short = left <= kTimeShortS;
  const words = t.value.question;
  return (
    <p class={short ? "time-left time-short" : "time-left"} role="timer">
      <Icon name={short ? "warning" : "clock"} />
      <span>
        <span class="time-name">
          {!kiosk.box.reachable.value
            ? t.value.offline.time_here
            : short
              ? words.time_short
              : words.time_left}
        </span>
        <span class="time-value">{minutesAndSeconds(left)}</span>
      </span>
    </p>
  );
}

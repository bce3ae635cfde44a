import { Button } from "../../components/button.tsx";
import { ClockUnset } from "../../components/clock_unset.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { type Draft, dayAfter, kPriorities, localDay } from "../../domain/request.ts";
import { dateOf, longDate } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";
import { plantTime } from "../../operator/plant_time.ts";

/** Where the first tap on *+ 1 day* or *+ 1 week* counts from. */
const kWeekDays = 7;

/** A date by steps of days and weeks, for a calendar's squares are too small for gloves; and the urgency. */
export function WhenPart({ draft }: { draft: Draft }) {
  const { desk } = useKiosk();
  const words = t.value.request;
  const today = localDay(plantTime());
  const move = (days: number) => desk.change({ needed_by: dayAfter(draft.needed_by ?? today, days, today) });
  const earliest = draft.needed_by === null || draft.needed_by <= today;
  return (
    <div class="when">
      <fieldset class="when-date">
        <legend>
          <h2>{words.needed_by}</h2>
        </legend>
        <ClockUnset />
        <p class="entry-text when-day" role="status" data-testid="needed-by" data-day={draft.needed_by ?? ""}>
          {draft.needed_by === null ? words.no_date : longDate(dateOf(draft.needed_by), screenLanguage.value)}
        </p>
        <div class="when-steps">
          <Button disabled={earliest} onPress={() => move(-kWeekDays)}>
            {words.week_earlier}
          </Button>
          <Button disabled={earliest} onPress={() => move(-1)}>
            {words.day_earlier}
          </Button>
          <Button onPress={() => move(1)}>{words.day_later}</Button>
          <Button testid="week-later" onPress={() => move(kWeekDays)}>
            {words.week_later}
          </Button>
        </div>
        <Button
          disabled={draft.needed_by === null}
          icon="cross"
          onPress={() => desk.change({ needed_by: null })}
        >
          {words.no_date}
        </Button>
      </fieldset>
      <fieldset class="choices">
        <legend>
          <h2>{words.priority}</h2>
        </legend>
        {kPriorities.map((priority) => (
          <label key={priority} class="choice" data-option={priority}>
            <input
              type="radio"
              name="priority"
              checked={draft.priority === priority}
              onChange={() => desk.change({ priority })}
            />
            <span class="choice-mark" aria-hidden="true" />
            <span class="choice-text">{words.priorities[priority]}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}

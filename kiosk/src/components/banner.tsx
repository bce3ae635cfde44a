import { t } from "../operator/language.ts";
import { Icon } from "./icon.tsx";
import { useKiosk } from "./kiosk_context.ts";

/** Says at the top of every screen that the plant box is silent, and what is on this screen only. */
export function Banner() {
  const kiosk = useKiosk();
  const screen = kiosk.screen.value.name;
  const sitting = kiosk.sitting.value;
  // Without a test in front of them it is what an earlier page left of theirs.
  const waiting = sitting?.waiting.value ?? kiosk.outbox.answersWaiting(kiosk.operator.value?.id ?? null);
  const silent = !kiosk.box.reachable.value && screen !== "attract";
  // Nothing holds whoever has nothing here: as on the first screen.
  const holds = sitting !== null || waiting > 0 || kiosk.leaving.signed.value;
  const delayed = waiting > 0 && (sitting?.delay.value ?? null) !== null;
  const keeping = kiosk.outbox.keeping.value;
  const forgetful = keeping === "memory" || keeping === "full";
  const [title, more] = silentWords(holds, waiting, forgetful);
  return (
    <div class="banner-place" role="status" aria-live="assertive">
      {silent ? (
        <div class="banner" data-testid="box-unreachable">
          <Icon name="link_down" />
          <p>
            <strong>{title}</strong>
            <span>{more}</span>
          </p>
        </div>
      ) : delayed ? (
        <div class="banner" data-testid="box-delayed">
          <Icon name="warning" />
          <p>
            <strong>{t.value.offline.box_delayed_title(waiting)}</strong>
            <span>{t.value.offline.box_delayed}</span>
          </p>
        </div>
      ) : null}
      {(forgetful || kiosk.desk.forgetful) && kiosk.operator.value !== null ? (
        <div class="banner" data-testid="keeps-nothing">
          <Icon name="warning" />
          <p>
            <span>{keeping === "full" ? t.value.offline.memory_full : t.value.offline.memory}</span>
          </p>
        </div>
      ) : null}
    </div>
  );
}

/** Never more than is true: a browser that stores nothing loses the answers with the page. */
function silentWords(holds: boolean, waiting: number, forgetful: boolean): readonly [string, string] {
  const { attract, banner, offline } = t.value;
  if (!holds) return [attract.no_box_title, attract.no_box_lead];
  if (waiting === 0) return [banner.silent, banner.trying_plain];
  return [forgetful ? offline.answers_memory(waiting) : banner.answers(waiting), banner.trying];
}

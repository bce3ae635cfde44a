import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { StepChip } from "../../components/step_chip.tsx";
import { useNow } from "../../components/use_now.ts";
import { type Texts, textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import type { BatchRow } from "../../operator/screen.ts";

/** What a leader asked for several people: each has a request and a way of its own. */
export function Batch({ title, rows }: { title: Texts; rows: readonly BatchRow[] }) {
  const kiosk = useKiosk();
  const now = useNow();
  const people = kiosk.desk.choices.value?.people ?? [];
  const name = (id: string) => people.find((person) => person.id === id)?.name ?? id;
  return (
    <Screen
      title={t.value.request.saved_for(rows.length)}
      lead={textIn(title, contentLanguage.value)}
      acts={
        <>
          <Button icon="arrow_back" testid="to-leader" onPress={() => void kiosk.desk.showLeader()}>
            {t.value.mine.team}
          </Button>
          <span class="acts-gap" />
          <Button kind="primary" icon="sign_out" testid="finish" onPress={() => kiosk.askToSignOut()}>
            {t.value.tracker.finish}
          </Button>
        </>
      }
    >
      <ul class="cards cards-two">
        {rows.map((row) => (
          <li key={row.event_id} class="card" data-event={row.event_id}>
            <div class="card-text">
              <h2 class="card-title">{name(row.operator_id)}</h2>
              <div class="chips">
                <StepChip steps={row.steps} kind="request" now={now} />
              </div>
            </div>
            <Button onPress={() => kiosk.desk.followRequest(row, title)}>
              {t.value.work.follow}
              <span class="visually-hidden"> {t.value.work.details(name(row.operator_id))}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Screen>
  );
}

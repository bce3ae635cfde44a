import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { JourneyView } from "../../components/journey_view.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { useSync } from "../../components/use_sync.ts";
import type { Step } from "../../domain/attempt.ts";
import { type Texts, textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";

export interface TrackerProps {
  readonly title: Texts;
  readonly attempt_id: string;
  readonly steps: readonly Step[];
  readonly event_id: string | null;
}

/** The five steps, moving by themselves as receipts come in. */
export function Tracker(props: TrackerProps) {
  const kiosk = useKiosk();
  const words = t.value.tracker;
  const { steps, live } = useSync(props.attempt_id, props.steps);
  return (
    <Screen
      name="tracker"
      title={words.title}
      lead={textIn(props.title, contentLanguage.value)}
      acts={
        <>
          <Button icon="arrow_back" testid="to-work" onPress={() => void kiosk.showWork()}>
            {words.work}
          </Button>
          <p class="acts-note" role="status" data-live={live}>
            <Icon name={live ? "link_up" : "link_down"} />
            <span>{live ? words.live : words.not_live}</span>
          </p>
          <Button kind="primary" icon="sign_out" testid="finish" onPress={() => void kiosk.signOut()}>
            {words.finish}
          </Button>
        </>
      }
    >
      <JourneyView steps={steps} />
      <p class="record">
        {words.record} <code>{props.event_id ?? props.attempt_id}</code>
      </p>
    </Screen>
  );
}

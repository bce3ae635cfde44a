import type { Followed } from "../../api/sync_stream.ts";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { JourneyView } from "../../components/journey_view.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Screen } from "../../components/screen.tsx";
import { useSync } from "../../components/use_sync.ts";
import type { Step } from "../../domain/attempt.ts";
import { type Texts, textIn } from "../../domain/texts.ts";
import { contentLanguage, t } from "../../operator/language.ts";
import type { FollowedKind } from "../../operator/screen.ts";

export interface TrackerProps {
  readonly kind: FollowedKind;
  readonly title: Texts;
  readonly followed: Followed;
  readonly steps: readonly Step[];
  readonly record: string;
}

/** The five steps, moving by themselves as receipts come in. */
export function Tracker(props: TrackerProps) {
  const kiosk = useKiosk();
  const words = t.value.tracker;
  const { steps, live } = useSync(props.followed, props.steps);
  return (
    <Screen
      title={props.kind === "result" ? words.title : t.value.way[props.kind].title}
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
          <Button kind="primary" icon="sign_out" testid="finish" onPress={() => kiosk.askToSignOut()}>
            {words.finish}
          </Button>
        </>
      }
    >
      {props.kind === "decision" ? <p class="lead">{t.value.decide.command}</p> : null}
      <JourneyView steps={steps} kind={props.kind} />
      <p class="record">
        {words.record} <code>{props.record}</code>
      </p>
    </Screen>
  );
}

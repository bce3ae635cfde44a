import type { Person } from "../domain/roster.ts";
import { problemText } from "../i18n/problem_text.ts";
import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { useKiosk } from "./kiosk_context.ts";
import { Hint } from "./notice.tsx";
import type { PinTry } from "./use_pin_try.ts";

/** Why the last PIN led nowhere. It stands beside the pad, so that the pad stays where the fingers are. */
export function PinTrouble({ tried, unreachable }: { tried: PinTry; unreachable: string | null }) {
  if (tried.wait_s > 0) {
    return (
      <Hint icon="lock" testid="locked-out">
        {t.value.identify.wait(tried.wait_s)}
      </Hint>
    );
  }
  const { hindrance } = tried;
  if (hindrance === null) return null;
  if (hindrance === "not_drained") return <Hint>{t.value.sign.not_drained}</Hint>;
  if (hindrance === "unreachable") return unreachable === null ? null : <Hint>{unreachable}</Hint>;
  return <Hint>{problemText(hindrance, t.value)}</Hint>;
}

/** While one has to wait: the way to a leader who ends that. Without badge and person it is asked there whose wait it is. */
export function LeaderUnlock(props: { tried: PinTry; badge: string | null; person: Person | null }) {
  const kiosk = useKiosk();
  const { tried, badge, person } = props;
  if (tried.wait_s === 0) return null;
  const here = kiosk.screen.peek();
  const back = here.name === "sign" ? { back: here } : {};
  return (
    <Button
      icon="unlock"
      testid="leader-unlock"
      onPress={() => kiosk.show({ name: "unlock", badge, person, leader_badge: null, ...back })}
    >
      {t.value.unlock.open}
    </Button>
  );
}

import { useState } from "preact/hooks";
import { BadgeEntry } from "../../components/badge_entry.tsx";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { PinTrouble } from "../../components/pin_trouble.tsx";
import { Screen } from "../../components/screen.tsx";
import { useLeaveWhenQuiet } from "../../components/use_leave_when_quiet.ts";
import { usePinTry } from "../../components/use_pin_try.ts";
import type { Person } from "../../domain/roster.ts";
import { t } from "../../operator/language.ts";
import type { Screen as Shown } from "../../operator/screen.ts";

export interface UnlockProps {
  readonly badge: string | null;
  readonly person: Person | null;
  readonly leader_badge: string | null;
  readonly back: Shown | null;
}

/** Whose sign-in, then which leader, then the leader's PIN. What is known already is not asked again. */
export function Unlock(props: UnlockProps) {
  const kiosk = useKiosk();
  const words = t.value.unlock;
  const [badge, setBadge] = useState(props.badge);
  const [leader, setLeader] = useState(props.leader_badge);
  const [done, setDone] = useState(false);
  const [person, setPerson] = useState(props.person);
  const signed_in = kiosk.operator.value !== null;
  const leave = () => {
    if (props.back !== null) kiosk.show(props.back);
    else if (signed_in) void kiosk.desk.showLeader();
    else if (person !== null) kiosk.show({ name: "identify", badge: null, person, locked: null });
    else if (props.badge !== null) kiosk.identify(props.badge);
    else kiosk.show({ name: "attract" });
  };
  const tried = usePinTry(async (pin) => {
    const whose = person !== null ? { person } : { badge: badge ?? "" };
    const hindrance = await kiosk.desk.unlock({ badge: leader ?? "", pin }, whose);
    if (hindrance === null) setDone(true);
    else if (hindrance !== "unreachable" && hindrance.status === 400 && person !== null) {
      // A box of the release before knows badges alone: the badge is asked for then, and nothing is amiss. Whatever else
      // it may have refused, it will say again of the badge.
      setPerson(null);
      return null;
    }
    // Another leader may have their PIN at hand, and need not wait for this one.
    else if (hindrance !== "unreachable") setLeader(props.leader_badge);
    return hindrance;
  });
  const shown = (keep: (badge: string) => void) => (given: string) => {
    tried.forget();
    keep(given);
  };
  useLeaveWhenQuiet(() => {
    if (!signed_in) kiosk.show({ name: "attract" });
  });
  const stage = done
    ? "done"
    : badge === null && person === null
      ? "whose"
      : leader === null
        ? "leader"
        : "pin";
  const done_words = person === null ? words.done(badge ?? "") : words.done_for(person.name);
  const asked = { done: done_words, whose: words.whose, leader: words.leader_badge, pin: words.leader_pin }[
    stage
  ];
  return (
    <Screen
      place={stage}
      stays
      title={`${words.title} · ${asked}`}
      title_hidden
      acts={
        <Button icon="arrow_back" testid="leave-unlock" onPress={leave}>
          {t.value.common.back}
        </Button>
      }
    >
      <div class="two-parts" data-stage={stage}>
        <section class="part-words">
          <Icon name="unlock" class="part-icon" />
          <p class="part-title" aria-hidden="true">
            {words.title}
          </p>
          <p class="lead">{words.lead}</p>
          {badge === null ? null : <p class="lead strong">{t.value.identify.pin_lead(badge)}</p>}
          {person === null ? null : <p class="lead strong">{person.name}</p>}
          <PinTrouble tried={tried} unreachable={null} />
        </section>
        <section class="part-act">
          {stage === "done" ? (
            <Hint good icon="check" testid="unlocked">
              {asked}
            </Hint>
          ) : null}
          {stage === "whose" ? <BadgeEntry label={asked} onBadge={shown(setBadge)} /> : null}
          {stage === "leader" ? <BadgeEntry label={asked} onBadge={shown(setLeader)} /> : null}
          {stage === "pin" ? (
            <PinEntry
              label={asked}
              act={words.act}
              act_busy={words.busy}
              icon="unlock"
              busy={tried.busy}
              disabled={tried.wait_s > 0}
              onPin={tried.give}
            />
          ) : null}
        </section>
      </div>
    </Screen>
  );
}

import { useState } from "preact/hooks";
import type { Identity } from "../../api/box_api.ts";
import { BadgeEntry } from "../../components/badge_entry.tsx";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { LeaderUnlock, PinTrouble } from "../../components/pin_trouble.tsx";
import { Screen } from "../../components/screen.tsx";
import { useLeaveWhenQuiet } from "../../components/use_leave_when_quiet.ts";
import { usePinTry } from "../../components/use_pin_try.ts";
import type { Person } from "../../domain/roster.ts";
import { serviceOf } from "../../domain/status.ts";
import { t } from "../../operator/language.ts";
import type { Locked } from "../../operator/screen.ts";
import { FetchedNames } from "../fetched.tsx";

export interface IdentifyProps {
  readonly badge: string | null;
  readonly person: Person | null;
  readonly locked: Locked | null;
  readonly unlocked: boolean;
}

/** Badge or name, then PIN. The same screen locks a test that someone has left, and opens it again. */
export function Identify({ badge, person, locked, unlocked }: IdentifyProps) {
  const kiosk = useKiosk();
  const [typed, setTyped] = useState(badge);
  const [named, setNamed] = useState(person);
  const [by_name, setByName] = useState(false);
  const words = t.value.identify;
  const who = identityOf(typed, named);
  const tried = usePinTry((pin) => kiosk.signIn(who ?? { badge: "" }, pin));
  useLeaveWhenQuiet(() => kiosk.show({ name: "attract" }));
  const badgeShown = (shown: string) => {
    const serves = serviceOf(kiosk.box.status.peek(), kiosk.box.reachable.peek()) === "in_service";
    if (locked === null || shown === badge || !serves) return;
    // As on the first screen: what the one before has set is not for the next.
    kiosk.show({ name: "attract" });
    kiosk.identify(shown);
  };
  const stage = who !== null ? "pin" : by_name ? "name" : "badge";
  const title =
    locked !== null
      ? words.locked_title
      : { pin: words.pin_title, name: t.value.roster.title, badge: words.badge_title }[stage];
  const names_offered = kiosk.box.status.value?.roster_sign_in === true;
  return (
    <Screen
      place={stage}
      stays
      title={title}
      title_hidden
      acts={
        <>
          <Button
            kind="plain"
            icon="arrow_back"
            disabled={tried.busy}
            onPress={() => kiosk.show({ name: "attract" })}
          >
            {locked === null ? words.cancel : words.someone_else}
          </Button>
          <span class="acts-gap" />
          {stage === "badge" && names_offered ? (
            <Button icon="people" testid="by-name" onPress={() => setByName(true)}>
              {t.value.roster.open}
            </Button>
          ) : null}
          {stage === "name" ? (
            <Button icon="badge" testid="by-badge" onPress={() => setByName(false)}>
              {t.value.roster.by_badge}
            </Button>
          ) : null}
          <LeaderUnlock tried={tried} badge={typed} person={named} />
        </>
      }
    >
      {stage === "name" ? (
        <div class="name-stage" data-stage="name">
          <p class="part-title" aria-hidden="true">
            {title}
          </p>
          <FetchedNames onPerson={setNamed} />
        </div>
      ) : (
        <div class="two-parts" data-stage={stage}>
          <section class="part-words">
            <Icon name={locked === null ? "badge" : "lock"} class="part-icon" />
            <p class="part-title" aria-hidden="true">
              {title}
            </p>
            {locked !== null ? <LockedWords locked={locked} /> : null}
            <p class="lead">{leadOf(typed, named, locked)}</p>
            {unlocked && tried.hindrance === null ? (
              <Hint good icon="check" testid="unlocked">
                {named === null ? t.value.unlock.done(typed ?? "") : t.value.unlock.done_for(named.name)}
              </Hint>
            ) : null}
            {/* A silent box has the banner. */}
            <PinTrouble tried={tried} unreachable={null} />
          </section>
          <section class="part-act">
            {stage === "badge" ? (
              <BadgeEntry onBadge={setTyped} />
            ) : (
              <PinEntry
                label={words.pin_field}
                act={words.sign_in}
                act_busy={words.signing_in}
                icon="arrow_next"
                busy={tried.busy}
                disabled={tried.wait_s > 0}
                onPin={tried.give}
                onBadge={badgeShown}
              />
            )}
          </section>
        </div>
      )}
    </Screen>
  );
}

function identityOf(badge: string | null, person: Person | null): Identity | null {
  if (badge !== null) return { badge };
  return person === null ? null : { operator_id: person.id };
}

function leadOf(badge: string | null, person: Person | null, locked: Locked | null): string {
  const words = t.value.identify;
  if (locked !== null) return words.locked_pin(locked.operator.name);
  if (badge !== null) return words.pin_lead(badge);
  return person === null ? words.badge_lead : person.name;
}

function LockedWords({ locked }: { locked: Locked }) {
  const words = t.value.identify;
  if (locked.sitting === null) return <p class="lead">{words.session_ended}</p>;
  const unsaved = locked.sitting.waiting.value;
  return (
    <>
      <p class="lead">{locked.reason === "idle" ? words.locked_idle : words.locked_expired}</p>
      {unsaved > 0 ? <p class="lead strong">{words.locked_unsaved(unsaved)}</p> : null}
    </>
  );
}

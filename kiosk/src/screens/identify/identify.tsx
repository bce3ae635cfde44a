import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { PinEntry } from "../../components/pin_entry.tsx";
import { Screen } from "../../components/screen.tsx";
import { useNow } from "../../components/use_now.ts";
import { kIdleLockMs } from "../../domain/idle.ts";
import type { Hindrance } from "../../operator/kiosk.ts";
import { t } from "../../operator/language.ts";
import type { Locked } from "../../operator/screen.ts";
import { BadgeEntry } from "./badge_entry.tsx";

/** Badge, then PIN. The same screen locks a test that someone has left, and opens it again. */
export function Identify({ badge, locked }: { badge: string | null; locked: Locked | null }) {
  const kiosk = useKiosk();
  const [typed, setTyped] = useState(badge);
  const words = t.value.identify;
  useLeaveWhenQuiet(() => kiosk.show({ name: "attract" }));
  const title = locked !== null ? words.locked_title : typed === null ? words.badge_title : words.pin_title;
  return (
    <Screen
      name="identify"
      title={title}
      title_hidden
      acts={
        <Button kind="plain" icon="arrow_back" onPress={() => kiosk.show({ name: "attract" })}>
          {locked === null ? words.cancel : words.someone_else}
        </Button>
      }
    >
      <div class="two-parts" data-stage={typed === null ? "badge" : "pin"}>
        <section class="part-words">
          <Icon name={locked === null ? "badge" : "lock"} class="part-icon" />
          <p class="part-title" aria-hidden="true">
            {title}
          </p>
          {locked !== null ? <LockedWords locked={locked} /> : null}
          <p class="lead">
            {typed === null
              ? words.badge_lead
              : locked === null
                ? words.pin_lead(typed)
                : words.locked_pin(locked.operator.name)}
          </p>
        </section>
        <section class="part-act">
          {typed === null ? <BadgeEntry onBadge={setTyped} /> : <Pin badge={typed} />}
        </section>
      </div>
    </Screen>
  );
}

function LockedWords({ locked }: { locked: Locked }) {
  const words = t.value.identify;
  const unsaved = locked.sitting.waiting.value;
  return (
    <>
      <p class="lead">{locked.reason === "idle" ? words.locked_idle : words.locked_expired}</p>
      {unsaved > 0 ? <p class="lead strong">{words.locked_unsaved(unsaved)}</p> : null}
    </>
  );
}

function Pin({ badge }: { badge: string }) {
  const kiosk = useKiosk();
  const words = t.value.identify;
  const [busy, setBusy] = useState(false);
  const [hindrance, setHindrance] = useState<Hindrance>(null);
  const [open_at, setOpenAt] = useState(0);
  const wait = Math.max(0, Math.ceil((open_at - useNow().getTime()) / 1_000));
  const signIn = async (pin: string) => {
    setBusy(true);
    setHindrance(null);
    const came = await kiosk.signIn(badge, pin);
    setBusy(false);
    setHindrance(came);
    if (came !== null && came !== "unreachable" && came.retry_after_s !== null) {
      setOpenAt(Date.now() + came.retry_after_s * 1_000);
    }
  };
  return (
    <>
      {wait > 0 ? (
        <p class="hint" role="alert" data-testid="locked-out">
          <Icon name="lock" />
          <span>{words.wait(wait)}</span>
        </p>
      ) : hindrance !== null && hindrance !== "unreachable" ? (
        <Hint hindrance={hindrance} />
      ) : null}
      <PinEntry
        label={words.pin_field}
        act={words.sign_in}
        act_busy={words.signing_in}
        icon="arrow_next"
        busy={busy}
        disabled={wait > 0}
        onPin={(pin) => void signIn(pin)}
      />
    </>
  );
}

/** Nobody is signed in here, so there is nothing to warn about: the screen just goes back to the first one. */
function useLeaveWhenQuiet(leave: () => void): void {
  useEffect(() => {
    let timer = setTimeout(leave, kIdleLockMs);
    const stir = () => {
      clearTimeout(timer);
      timer = setTimeout(leave, kIdleLockMs);
    };
    document.addEventListener("pointerdown", stir);
    document.addEventListener("keydown", stir);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerdown", stir);
      document.removeEventListener("keydown", stir);
    };
  }, []);
}

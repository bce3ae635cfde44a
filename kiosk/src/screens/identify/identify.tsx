import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { PinEntry } from "../../components/pin_entry.tsx";
import { PinTrouble } from "../../components/pin_trouble.tsx";
import { Screen } from "../../components/screen.tsx";
import { usePinTry } from "../../components/use_pin_try.ts";
import { kIdleLockMs } from "../../domain/idle.ts";
import { t } from "../../operator/language.ts";
import type { Locked } from "../../operator/screen.ts";
import { BadgeEntry } from "./badge_entry.tsx";

/** Badge, then PIN. The same screen locks a test that someone has left, and opens it again. */
export function Identify({ badge, locked }: { badge: string | null; locked: Locked | null }) {
  const kiosk = useKiosk();
  const [typed, setTyped] = useState(badge);
  const words = t.value.identify;
  const tried = usePinTry((pin) => kiosk.signIn(typed ?? "", pin));
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
          {/* A silent box has the banner. */}
          <PinTrouble tried={tried} unreachable={null} />
        </section>
        <section class="part-act">
          {typed === null ? (
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
            />
          )}
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

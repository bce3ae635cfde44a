import type { ContentLanguages } from "../domain/content_language.ts";
import { clockTime } from "../i18n/times.ts";
import type { Kiosk } from "../operator/kiosk.ts";
import { screenLanguage, t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { DisplaySwitch } from "./display_switch.tsx";
import { useKiosk } from "./kiosk_context.ts";
import { LanguageSwitch } from "./language_switch.tsx";
import { useLongPress } from "./use_long_press.ts";
import { useNow } from "./use_now.ts";
import { Mark } from "./wheel.tsx";

/** Stays while the screens below it change. */
export function TopBar() {
  const kiosk = useKiosk();
  const screen = kiosk.screen.value;
  const status = kiosk.box.status.value;
  const operator = kiosk.operator.value;
  // Plant IT's way to the calibration, on the first screen only.
  const press = useLongPress(() => {
    if (kiosk.screen.peek().name === "attract") kiosk.show({ name: "calibrate" });
  });
  return (
    <header class="bar">
      <div class="bar-brand" data-testid="mark" {...press}>
        <Mark />
        <div>
          <p class="bar-name">Millrace</p>
          <p class="bar-place">
            {status === null
              ? ""
              : [t.value.attract.site(status.site), status.station].filter(Boolean).join(" · ")}
          </p>
        </div>
      </div>
      <div class="bar-end">
        {operator !== null ? (
          <>
            <p class="bar-operator">
              <span class="visually-hidden">{t.value.bar.signed_in(operator.name)}</span>
              <span aria-hidden="true">{operator.name}</span>
            </p>
            <Button kind="quiet" icon="sign_out" testid="sign-out" onPress={() => kiosk.askToSignOut()}>
              {t.value.bar.sign_out}
            </Button>
          </>
        ) : null}
        <DisplaySwitch />
        {/* The first screen offers the languages itself. */}
        {screen.name === "attract" ? null : <LanguageSwitch content={contentOf(kiosk)} />}
        <Clock />
      </div>
    </header>
  );
}

function Clock() {
  return <p class="bar-clock">{clockTime(useNow(), screenLanguage.value)}</p>;
}

/** The languages of the test that is about to begin or in front of the operator. */
function contentOf(kiosk: Kiosk): ContentLanguages | null {
  const screen = kiosk.screen.value;
  return screen.name === "brief" ? screen.assignment : (kiosk.sitting.value?.attempt ?? null);
}

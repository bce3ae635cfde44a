import type { ContentLanguages } from "../domain/content_language.ts";
import { clockTime } from "../i18n/times.ts";
import { screenLanguage, t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { DisplaySwitch } from "./display_switch.tsx";
import { useKiosk } from "./kiosk_context.ts";
import { LanguageSwitch } from "./language_switch.tsx";
import { useLongPress } from "./use_long_press.ts";
import { useNow } from "./use_now.ts";
import { Mark } from "./wheel.tsx";

export interface TopBarProps {
  readonly content: ContentLanguages | null;
  /** False where the screen offers the languages itself. */
  readonly choose_language: boolean;
}

export function TopBar({ content, choose_language }: TopBarProps) {
  const kiosk = useKiosk();
  const status = kiosk.box.status.value;
  const operator = kiosk.operator.value;
  const now = useNow();
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
        {choose_language ? <LanguageSwitch content={content} /> : null}
        <p class="bar-clock">{clockTime(now, screenLanguage.value)}</p>
      </div>
    </header>
  );
}

import { t } from "../operator/language.ts";
import { Icon } from "./icon.tsx";
import { useKiosk } from "./kiosk_context.ts";

/** Says at the top of every screen that the plant box is silent, and what is on this screen only. */
export function Banner() {
  const kiosk = useKiosk();
  const screen = kiosk.screen.value.name;
  const waiting = kiosk.sitting.value?.waiting.value ?? 0;
  const shown = !kiosk.box.reachable.value && screen !== "attract";
  return (
    <div class="banner-place" role="status" aria-live="assertive">
      {shown ? (
        <div class="banner" data-testid="box-unreachable">
          <Icon name="link_down" />
          <p>
            <strong>{waiting > 0 ? t.value.banner.answers(waiting) : t.value.banner.silent}</strong>
            <span>{waiting > 0 ? t.value.banner.trying : t.value.banner.trying_plain}</span>
          </p>
        </div>
      ) : null}
    </div>
  );
}

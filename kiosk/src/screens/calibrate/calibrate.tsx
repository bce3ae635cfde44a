import { useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { Hint } from "../../components/notice.tsx";
import { Screen } from "../../components/screen.tsx";
import { useLeaveWhenQuiet } from "../../components/use_leave_when_quiet.ts";
import { kMmPxDefault, widened } from "../../domain/calibration.ts";
import { localeOf } from "../../domain/locale.ts";
import { keepMmPx, mmPx } from "../../operator/display.ts";
import { screenLanguage, t } from "../../operator/language.ts";

/** Pixels by which the drawn card grows or shrinks. */
const kSteps = [-10, 10, -1, 1] as const;

/** For plant IT, once per kiosk: the drawn card is made as large as a real one, and all targets follow. */
export function Calibrate() {
  const kiosk = useKiosk();
  const words = t.value.calibrate;
  const [mm_px, setMmPx] = useState(mmPx.value);
  const [lost, setLost] = useState(false);
  useLeaveWhenQuiet(() => kiosk.show({ name: "attract" }));
  const keep = () => {
    if (keepMmPx(mm_px)) kiosk.show({ name: "attract" });
    else setLost(true);
  };
  const shown = new Intl.NumberFormat(localeOf(screenLanguage.value), {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return (
    <Screen
      title={words.title}
      lead={words.lead}
      acts={
        <>
          <Button icon="arrow_back" testid="calibrate-cancel" onPress={() => kiosk.show({ name: "attract" })}>
            {t.value.common.back}
          </Button>
          <Button icon="again" testid="calibrate-default" onPress={() => setMmPx(kMmPxDefault)}>
            {words.start_over}
          </Button>
          <span class="acts-gap" />
          <Button kind="primary" icon="check" testid="calibrate-keep" onPress={keep}>
            {words.keep}
          </Button>
        </>
      }
    >
      {lost ? <Hint>{words.lost}</Hint> : null}
      <div class="calibrate">
        <div class="calibrate-room">
          <div class="card-drawing" style={{ "--mm-try": `${mm_px}px` }} data-testid="card">
            <p>85.6 × 54 mm</p>
          </div>
        </div>
        <div>
          <p class="lead">{words.how}</p>
          <div class="calibrate-steps">
            {kSteps.map((px) => (
              <Button
                key={px}
                icon={px < 0 ? "minus" : "plus"}
                testid={`calibrate${px}`}
                onPress={() => setMmPx(widened(mm_px, px))}
              >
                {words.steps[px]}
              </Button>
            ))}
          </div>
          <p role="status">{words.value(shown.format(mm_px))}</p>
        </div>
      </div>
    </Screen>
  );
}

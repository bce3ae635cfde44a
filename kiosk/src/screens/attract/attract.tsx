import { useRef } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { ClockUnset } from "../../components/clock_unset.tsx";
import { Icon } from "../../components/icon.tsx";
import { useKiosk } from "../../components/kiosk_context.ts";
import { LanguageGrid } from "../../components/language_switch.tsx";
import { Screen } from "../../components/screen.tsx";
import { useDigitKeys } from "../../components/use_digit_keys.ts";
import { useLeaveWhenQuiet } from "../../components/use_leave_when_quiet.ts";
import { useNow } from "../../components/use_now.ts";
import { Race, Wheel } from "../../components/wheel.tsx";
import { BadgeReader } from "../../domain/badge_reader.ts";
import { kWishesMs } from "../../domain/idle.ts";
import { type Service, serviceOf } from "../../domain/status.ts";
import { clockTime, dayPart, longDate } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";
import { Links } from "./links.tsx";

/** The first screen: the time, the badge prompt, and how the box and its links are. */
export function Attract() {
  const kiosk = useKiosk();
  const now = useNow();
  const service = serviceOf(kiosk.box.status.value, kiosk.box.reachable.value);
  const reader = useRef(new BadgeReader());
  // Anew: language and appearance are the kiosk's own again.
  useLeaveWhenQuiet(() => kiosk.show({ name: "attract" }), kWishesMs);
  useDigitKeys({
    character: (character, at_ms) => reader.current.key(character, at_ms),
    back: () => undefined,
    enter: (at_ms, read) => {
      const badge = reader.current.key("Enter", at_ms, read !== null);
      if (badge !== null && service === "in_service") kiosk.identify(badge);
      return badge !== null;
    },
  });
  return (
    <Screen title={titleOf(service)} title_hidden>
      <div class="attract">
        <div class="attract-now">
          <div aria-hidden="true">
            <p class="attract-greeting">{t.value.greeting[dayPart(now)]}</p>
            <p class="attract-clock">{clockTime(now, screenLanguage.value)}</p>
            <p class="attract-date">{longDate(now, screenLanguage.value)}</p>
          </div>
          <ClockUnset />
          <LanguageGrid />
        </div>
        <section class={`attract-card attract-card-${service}`} data-service={service}>
          <Invitation service={service} />
          <WhatWaits />
        </section>
      </div>
      <div class="attract-foot">
        <div class="attract-water">
          <Wheel />
          <Race />
        </div>
        {kiosk.box.status.value === null ? null : (
          <Links status={kiosk.box.status.value} fresh={kiosk.box.reachable.value} />
        )}
      </div>
    </Screen>
  );
}

/** Without a name: whoever it is will know. */
function WhatWaits() {
  const kiosk = useKiosk();
  const answers = kiosk.outbox.waiting.value.length > 0;
  const papers = kiosk.desk.unanswered > 0;
  return (
    <>
      {answers ? <Waits testid="somebody-waits">{t.value.offline.somebody_waits}</Waits> : null}
      {papers ? <Waits testid="paper-waits">{t.value.offline.paper_waits}</Waits> : null}
    </>
  );
}

function Waits({ testid, children }: { testid: string; children: string }) {
  return (
    <p class="attract-waits" data-testid={testid}>
      <Icon name="screen" />
      <span>{children}</span>
    </p>
  );
}

function titleOf(service: Service): string {
  const words = t.value.attract;
  if (service === "out_of_service") return words.out_title;
  if (service === "no_box") return words.no_box_title;
  return service === "starting" ? words.starting : words.title;
}

function Invitation({ service }: { service: Service }) {
  const kiosk = useKiosk();
  const words = t.value.attract;
  if (service === "in_service") {
    return (
      <>
        <Icon name="badge" class="attract-icon" />
        <p class="attract-title">{words.title}</p>
        <p class="attract-lead">{words.lead}</p>
        <Button kind="primary" testid="type-badge" onPress={() => kiosk.identify(null)}>
          {words.type_badge}
        </Button>
      </>
    );
  }
  if (service === "starting") return <p class="attract-lead">{words.starting}</p>;
  const out = service === "out_of_service";
  return (
    <div role="alert">
      <Icon name={out ? "warning" : "link_down"} class="attract-icon" />
      <p class="attract-title">{out ? words.out_title : words.no_box_title}</p>
      <p class="attract-lead">{out ? words.out_lead : words.no_box_lead}</p>
      {out ? <p class="attract-lead">{words.out_help}</p> : null}
    </div>
  );
}

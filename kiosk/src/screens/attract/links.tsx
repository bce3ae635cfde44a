import { Icon, type IconName } from "../../components/icon.tsx";
import type { BoxStatus, Link } from "../../domain/status.ts";
import { shortTime } from "../../i18n/times.ts";
import { screenLanguage, t } from "../../operator/language.ts";
import { plantTime } from "../../operator/plant_time.ts";

/** The state of the way out, as the box tells it; nothing is shown as known once the box is silent. */
export function Links({ status, fresh }: { status: BoxStatus; fresh: boolean }) {
  const words = t.value.attract;
  const unknown: Link = { state: "unknown", since: null };
  const { depth, parked = 0 } = status.outbox;
  const to_send = depth === 0 ? words.outbox_empty : words.outbox(depth);
  return (
    <section class="links" aria-label={words.links}>
      <LinkState name={words.plant_link} link={fresh ? status.plant_link : unknown} />
      <LinkState name={words.centre_link} link={fresh ? status.centre_link : unknown} />
      <Fact
        icon="outbox"
        kind={!fresh ? "unknown" : parked > 0 ? "down" : depth === 0 ? "up" : "unknown"}
        name={words.outbox_label}
        text={!fresh ? words.unknown : parked > 0 ? `${to_send} · ${words.outbox_parked(parked)}` : to_send}
      />
    </section>
  );
}

function LinkState({ name, link }: { name: string; link: Link }) {
  const words = t.value.attract;
  const icon: IconName = link.state === "up" ? "link_up" : link.state === "down" ? "link_down" : "question";
  const since =
    link.since !== null && link.state !== "unknown"
      ? ` ${words.since(shortTime(link.since, plantTime(), screenLanguage.value))}`
      : "";
  return <Fact icon={icon} kind={link.state} name={name} text={`${words[link.state]}${since}`} />;
}

function Fact(props: { icon: IconName; kind: Link["state"]; name: string; text: string }) {
  return (
    <p class={`link link-${props.kind}`}>
      <Icon name={props.icon} />
      <span class="link-name">{props.name}</span>
      <span class="link-state">{props.text}</span>
    </p>
  );
}

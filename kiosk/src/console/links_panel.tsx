import { Icon, type IconName } from "../components/icon.tsx";
import { ageOf } from "../domain/ages.ts";
import type { BoxReport } from "../domain/box_report.ts";
import { linkMark, linkWords } from "../domain/console_view.ts";
import type { Link } from "../domain/status.ts";
import { Marked, Panel } from "./panel.tsx";
import { timeOf } from "./times.ts";

export function LinksPanel({ report }: { report: BoxReport }) {
  const { links, relays, now } = report;
  return (
    <Panel name="links" title="Links">
      <dl class="links">
        <LinkRow name="Broker of the plant" link={links.plant} now={now} testid="plant" />
        <LinkRow name="Service Bus" link={links.centre} now={now} testid="centre" />
      </dl>
      {relays.length === 0 ? (
        <p class="soft">No relay was heard of since the broker is there.</p>
      ) : (
        <ul class="relays" aria-label="Relays">
          {relays.map(({ name, through, since }) => (
            <li key={name}>
              <Marked mark={through ? "good" : "bad"}>
                {name} {through ? "reaches Service Bus" : "does not reach Service Bus"}
              </Marked>{" "}
              <span class="soft">
                since {timeOf(since)}, {ageOf(since, now)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const kIcons: Readonly<Record<Link["state"], IconName>> = {
  up: "link_up",
  down: "link_down",
  unknown: "question",
};

function LinkRow(props: { name: string; link: Link; now: string; testid: string }) {
  const { link, now } = props;
  return (
    <div class={`link link-${linkMark(link)}`} data-link={props.testid} data-state={link.state}>
      <Icon name={kIcons[link.state] ?? "question"} />
      <dt>{props.name}</dt>
      <dd>
        <strong>{linkWords(link)}</strong>
        <span class="soft">
          {link.since === null
            ? "since when is not known"
            : `since ${timeOf(link.since)}, ${ageOf(link.since, now)}`}
        </span>
      </dd>
    </div>
  );
}

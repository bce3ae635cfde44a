import { Button } from "../components/button.tsx";
import { Icon } from "../components/icon.tsx";
import type { BoxReport } from "../domain/box_report.ts";
import { Brand } from "./brand.tsx";
import type { Console, Heard } from "./console.ts";
import { HistoryPanel } from "./history_panel.tsx";
import { KiosksPanel } from "./kiosks_panel.tsx";
import { LinksPanel } from "./links_panel.tsx";
import { CertificatesPanel, ClockPanel, DiskPanel, VersionsPanel } from "./machine_panels.tsx";
import { NeedsPanel } from "./needs_panel.tsx";
import { OutboxPanel } from "./outbox_panel.tsx";
import { Empty } from "./panel.tsx";
import { ParkedPanel } from "./parked_panel.tsx";
import { ConflictsPanel, DecisionsPanel } from "./records_panels.tsx";
import { clockOf } from "./times.ts";

/** All that the console shows of the box: what needs somebody first. */
export function Board({ view, actor }: { view: Console; actor: string }) {
  const { heard, trouble } = view.box.value;
  const silent = view.silent.value;
  return (
    <>
      <header class="head">
        <Brand />
        <h1 class="head-place">
          {heard === null ? "Box" : [heard.value.edge, heard.value.site].join(" · ")}
          {heard?.value.station ? <span class="soft"> · {heard.value.station}</span> : null}
        </h1>
        <p class="head-as-of" data-testid="as-of">
          <Icon name="clock" />
          <span>{heard === null ? "not heard yet" : `as of ${clockOf(heard.at_ms)}`}</span>
        </p>
        <div class="head-actor">
          <p>
            Signed in as <strong>{actor}</strong>
          </p>
          <Button icon="sign_out" testid="sign-out" onPress={() => void view.signOut()}>
            Sign out
          </Button>
        </div>
      </header>
      <div class="banner-place" role="status">
        <Silence heard={heard} silent={silent} />
        {!silent && trouble !== null ? (
          <Banner title="The box could not tell how it is.">
            {heard === null ? trouble : `${trouble} What stands below is as of ${clockOf(heard.at_ms)}.`}
          </Banner>
        ) : null}
        {view.leave_trouble.value === null ? null : (
          <Banner title="Not signed out.">{view.leave_trouble.value}</Banner>
        )}
      </div>
      <main class="board">
        {heard === null ? (
          <Empty>{silent || trouble !== null ? "Nothing is known of the box yet." : "Asking the box…"}</Empty>
        ) : (
          <Panels view={view} actor={actor} heard={heard} silent={silent || trouble !== null} />
        )}
      </main>
    </>
  );
}

function Panels(props: { view: Console; actor: string; heard: Heard<BoxReport>; silent: boolean }) {
  const { view, actor, heard, silent } = props;
  const report = heard.value;
  return (
    <>
      <NeedsPanel report={report} silent={silent} />
      <LinksPanel report={report} />
      <OutboxPanel report={report} />
      <HistoryPanel view={view} />
      <div class="stack stack-records">
        <ParkedPanel view={view} actor={actor} />
        <DecisionsPanel view={view} />
        <ConflictsPanel view={view} />
      </div>
      <KiosksPanel report={report} />
      <div class="stack stack-machine">
        <DiskPanel report={report} />
        <ClockPanel heard={heard} />
        <CertificatesPanel report={report} />
        <VersionsPanel report={report} />
      </div>
    </>
  );
}

/** The picture stays, and says of when it is. */
function Silence({ heard, silent }: { heard: Heard<BoxReport> | null; silent: boolean }) {
  if (!silent) return null;
  return heard === null ? (
    <Banner title="The box does not answer.">It is asked again every few seconds.</Banner>
  ) : (
    <Banner title={`The box has not answered since ${clockOf(heard.at_ms)}.`}>
      What stands below is from then. It is asked again every few seconds.
    </Banner>
  );
}

function Banner({ title, children }: { title: string; children: string }) {
  return (
    <p class="banner" data-testid="banner">
      <Icon name="link_down" />
      <span>
        <strong>{title}</strong> {children}
      </span>
    </p>
  );
}

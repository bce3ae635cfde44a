import { ageOf, countWords } from "../domain/ages.ts";
import type { BoxReport, SeenKiosk } from "../domain/box_report.ts";
import { type KioskView, kioskView } from "../domain/console_view.ts";
import { Empty, Marked, Panel, Rows } from "./panel.tsx";
import { timeOf } from "./times.ts";

const kShownFirst = 12;

/** Every screen that the box has heard of, the latest first. */
export function KiosksPanel({ report }: { report: BoxReport }) {
  const rows = report.kiosks.map((kiosk) => ({ kiosk, ...kioskView(kiosk, report) }));
  const gone = rows.filter((one) => one.gone !== null).length;
  const other = rows.filter((one) => one.other_app).length;
  const said = [
    countWords(rows.length, "kiosk", "kiosks"),
    gone > 0 ? `${gone} not seen for 5 min or more` : "",
    other > 0 ? `${other} with another app than the box` : "",
    countWords(report.sessions, "person signed in", "people signed in"),
  ];
  return (
    <Panel name="kiosks" title="Kiosks">
      <p class="soft">{said.filter(Boolean).join(" · ")}</p>
      {rows.length === 0 ? (
        <Empty>The box has heard of none.</Empty>
      ) : (
        <Rows
          name="Kiosks"
          rows={rows}
          first={kShownFirst}
          row={(one) => <KioskRow key={one.kiosk.name} {...one} now={report.now} />}
        />
      )}
    </Panel>
  );
}

function KioskRow({ kiosk, gone, app, other_app, now }: KioskView & { kiosk: SeenKiosk; now: string }) {
  return (
    <li class="row row-kiosk" data-kiosk={kiosk.name}>
      <p>
        <strong>{kiosk.name}</strong> <span class="soft">{kiosk.address}</span>
      </p>
      <p class="row-end">
        {gone === null ? (
          <span class="soft">seen {ageOf(kiosk.last_seen, now)} ago</span>
        ) : (
          <>
            <Marked mark="warn">{gone}</Marked>
            <span class="soft">seen last {timeOf(kiosk.last_seen)}</span>
          </>
        )}
        {other_app ? <Marked mark="warn">{app}, not the box’s</Marked> : <span class="soft">{app}</span>}
      </p>
    </li>
  );
}

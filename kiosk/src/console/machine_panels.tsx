// The box as a machine: its disk, its clock, its certificates, what runs on it.

import { isOtherRelease, kAppVersion } from "../api/app_version.ts";
import { ageOf, bytesWords, countWords, daysWords } from "../domain/ages.ts";
import type { BoxReport } from "../domain/box_report.ts";
import {
  certificateView,
  clockOff,
  clockWords,
  diskMark,
  type Mark,
  quotaMark,
} from "../domain/console_view.ts";
import { mediumDate } from "../i18n/times.ts";
import type { Heard } from "./console.ts";
import { Empty, Marked, Panel } from "./panel.tsx";
import { ShareBar } from "./share_bar.tsx";
import { timeOf } from "./times.ts";

const kRoomWords: Readonly<Record<Mark, string>> = {
  good: "",
  warn: ": little room is left",
  bad: ": it is full",
  unknown: "",
};

export function DiskPanel({ report }: { report: BoxReport }) {
  const { disk, outbox } = report;
  const used = Math.max(0, disk.total_bytes - disk.free_bytes);
  const disk_words = `${bytesWords(disk.free_bytes)} of ${bytesWords(disk.total_bytes)} are free, the database has ${bytesWords(disk.database_bytes)}`;
  const quota_words = `${bytesWords(outbox.bytes)} of ${bytesWords(outbox.quota_bytes)} wait`;
  return (
    <Panel name="disk" title="Room">
      <div class="room" data-room="disk">
        <h3>
          <Marked mark={diskMark(disk)}>Disk{kRoomWords[diskMark(disk)]}</Marked>
        </h3>
        <ShareBar
          label={`Disk: ${disk_words}`}
          parts={[
            { kind: "database", size: Math.min(used, disk.database_bytes) },
            { kind: "used", size: Math.max(0, used - disk.database_bytes) },
            { kind: "free", size: disk.free_bytes },
          ]}
        />
        <p>{disk_words}</p>
        <p class="soft">
          {disk.days_until_full === null
            ? "When it is full is not known before the database is a day old"
            : `Full in ${daysWords(disk.days_until_full)}, if the database goes on growing${paceWords(disk.bytes_per_day)}`}
        </p>
      </div>
      <div class="room" data-room="quota">
        <h3>
          <Marked mark={quotaMark(outbox)}>Quota of the outbox{kRoomWords[quotaMark(outbox)]}</Marked>
        </h3>
        <ShareBar
          label={`Quota of the outbox: ${quota_words}`}
          parts={[
            { kind: "database", size: Math.min(outbox.bytes, outbox.quota_bytes) },
            { kind: "free", size: Math.max(0, outbox.quota_bytes - outbox.bytes) },
          ]}
        />
        <p>{quota_words}</p>
        <p class="soft">
          {outbox.days_until_full === null
            ? "How long it would last is not known: too little was recorded in the last 7 days"
            : `If nothing were received any more: full in ${daysWords(outbox.days_until_full)}${paceWords(outbox.bytes_per_day)}`}
        </p>
      </div>
    </Panel>
  );
}

const paceWords = (bytes_per_day: number | null) =>
  bytes_per_day === null ? "" : `, at ${bytesWords(bytes_per_day)} a day`;

export function CertificatesPanel({ report }: { report: BoxReport }) {
  return (
    <Panel name="certificates" title="Certificates">
      {report.certificates.length === 0 ? (
        <Empty>The box told of none.</Empty>
      ) : (
        <ul class="rows" aria-label="Certificates">
          {report.certificates.map((one) => {
            const { title, mark, left } = certificateView(one, report.now);
            return (
              <li
                key={`${one.of} ${one.until}`}
                class="row row-kiosk"
                data-certificate={one.of}
                data-mark={mark}
              >
                <p>
                  <strong>{title}</strong>
                  <span class="soft">{one.names.join(", ")}</span>
                </p>
                <p class="row-end">
                  <Marked mark={mark}>{left}</Marked>
                  <span class="soft">until {mediumDate(one.until, "en")}</span>
                </p>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

export function ClockPanel({ heard }: { heard: Heard<BoxReport> }) {
  const [mark, words] = clockWords(heard.value.clock_state);
  const off = clockOff(heard.value.now, heard);
  return (
    <Panel name="clock" title="Clock">
      <p>
        <Marked mark={mark}>{words}</Marked>
      </p>
      {off === null ? (
        <p class="soft">No difference from this browser’s of more than 2 s was seen.</p>
      ) : (
        <p data-testid="clock-off">
          <Marked mark="warn">
            It is {off} this browser’s. Which of them is right the page cannot tell.
          </Marked>
        </p>
      )}
    </Panel>
  );
}

export function VersionsPanel({ report }: { report: BoxReport }) {
  const { versions, content, started_at, now } = report;
  return (
    <Panel name="versions" title="What runs">
      <dl class="facts">
        <Fact name="millrace-edge" value={versions.edge} />
        <Fact name="App for kiosks" value={versions.app === "" ? "none" : versions.app} />
        <Fact name="Database" value={`schema ${versions.schema}`} />
        <Fact name="Started" value={`${timeOf(started_at)}, ${ageOf(started_at, now)} ago`} />
        <Fact
          name="Content"
          value={[
            countWords(content.operators, "operator", "operators"),
            countWords(content.assignments, "assignment", "assignments"),
            countWords(content.packages, "test package", "test packages"),
          ].join(", ")}
        />
      </dl>
      {isOtherRelease(versions.app) ? (
        <Marked mark="warn">This page is of release {kAppVersion}: load it anew.</Marked>
      ) : null}
    </Panel>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

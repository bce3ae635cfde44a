// The plant box's API for plant IT, one method per request.

import type {
  BoxReport,
  Conflicts,
  ConsoleSession,
  History,
  HistoryHours,
  Parked,
  RecordPlace,
} from "../domain/box_report.ts";
import type { Outcome } from "../domain/outcome.ts";
import { BoxHttp } from "./http.ts";

const kRoot = "/admin/v1";

/** Owner: the console. */
export class ConsoleApi {
  private readonly http: BoxHttp;

  constructor(http: BoxHttp = new BoxHttp()) {
    this.http = http;
  }

  /** `code`: printed at the box, good once. */
  async signIn(code: string): Promise<Outcome<ConsoleSession>> {
    return this.keepToken(await this.http.send<ConsoleSession>("POST", `${kRoot}/session`, { code }));
  }

  async session(): Promise<Outcome<ConsoleSession>> {
    return this.keepToken(await this.http.send<ConsoleSession>("GET", `${kRoot}/session`));
  }

  async signOut(): Promise<Outcome<null>> {
    return this.http.send("DELETE", `${kRoot}/session`);
  }

  box(): Promise<Outcome<BoxReport>> {
    return this.http.send("GET", `${kRoot}/box`);
  }

  history(hours: HistoryHours): Promise<Outcome<History>> {
    return this.http.send("GET", `${kRoot}/history?hours=${hours}`);
  }

  parked(): Promise<Outcome<Parked>> {
    return this.http.send("GET", `${kRoot}/parked`);
  }

  conflicts(): Promise<Outcome<Conflicts>> {
    return this.http.send("GET", `${kRoot}/conflicts`);
  }

  /** Records it again at the end of the log; the answer is its new place. */
  replay(place: RecordPlace, reason: string): Promise<Outcome<RecordPlace>> {
    return this.http.send("POST", `${placeOf(place)}/replay`, { reason });
  }

  /** Gives it up for good. */
  discard(place: RecordPlace, reason: string): Promise<Outcome<null>> {
    return this.http.send("POST", `${placeOf(place)}/discard`, { reason });
  }

  private keepToken(outcome: Outcome<ConsoleSession>): Outcome<ConsoleSession> {
    if (outcome.kind === "ok") this.http.csrf = outcome.value.csrf;
    return outcome;
  }
}

const placeOf = ({ stream_id, sequence }: RecordPlace) =>
  `${kRoot}/parked/${encodeURIComponent(stream_id)}/${sequence}`;

// The screens that no test needs, and the search for a name: fetched when the first of them is wanted, so that the first
// screen comes with less.

import type { Screen } from "../operator/screen.ts";
import { Calibrate } from "./calibrate/calibrate.tsx";
import { Decide } from "./decide/decide.tsx";
import { Leader } from "./leader/leader.tsx";
import { Practice } from "./practice/practice.tsx";
import { Batch } from "./request/batch.tsx";
import { RequestForm } from "./request/request_form.tsx";
import { Unlock } from "./unlock/unlock.tsx";

export { NameSearch } from "./identify/name_search.tsx";

export type LaterScreen = Extract<
  Screen,
  { name: "calibrate" | "practice" | "leader" | "request" | "batch" | "decide" | "unlock" }
>;

export function Later({ screen }: { screen: LaterScreen }) {
  switch (screen.name) {
    case "calibrate":
      return <Calibrate />;
    case "practice":
      return <Practice assignment={screen.assignment} />;
    case "leader":
      return <Leader />;
    case "request":
      return <RequestForm />;
    case "batch":
      return <Batch title={screen.title} rows={screen.rows} />;
    case "decide":
      return <Decide />;
    case "unlock":
      return (
        <Unlock
          badge={screen.badge}
          person={screen.person ?? null}
          leader_badge={screen.leader_badge}
          back={screen.back ?? null}
        />
      );
  }
}

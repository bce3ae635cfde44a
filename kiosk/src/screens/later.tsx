// The screens that no test needs: fetched when the first of them is wanted, so that the first screen comes with less.

import type { Screen } from "../operator/screen.ts";
import { Calibrate } from "./calibrate/calibrate.tsx";
import { Decide } from "./decide/decide.tsx";
import { Leader } from "./leader/leader.tsx";
import { Practice } from "./practice/practice.tsx";
import { Batch } from "./request/batch.tsx";
import { RequestForm } from "./request/request_form.tsx";

export type LaterScreen = Extract<
  Screen,
  { name: "calibrate" | "practice" | "leader" | "request" | "batch" | "decide" }
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
  }
}

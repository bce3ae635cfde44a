import { useEffect, useState } from "preact/hooks";
import { type Followed, followSync } from "../api/sync_stream.ts";
import type { Step, SyncState } from "../domain/attempt.ts";
import { useKiosk } from "./kiosk_context.ts";

export interface FollowedSteps {
  readonly steps: readonly Step[];
  readonly live: boolean;
}

/** The steps of a record, kept up to date while the component is shown. */
export function useSync({ kind, id }: Followed, known: readonly Step[]): FollowedSteps {
  const [steps, setSteps] = useState(known);
  const [live, setLive] = useState(false);
  const { desk } = useKiosk();
  useEffect(() => {
    const followed = { kind, id };
    const changed = (state: SyncState) => setSteps(state.steps);
    return followSync(followed, { ask: () => desk.sync(followed), changed, live: setLive });
  }, [desk, kind, id]);
  return { steps, live };
}

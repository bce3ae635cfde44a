import { useEffect, useState } from "preact/hooks";
import { type Followed, followSync } from "../api/sync_stream.ts";
import type { Step } from "../domain/attempt.ts";

export interface FollowedSteps {
  readonly steps: readonly Step[];
  readonly live: boolean;
}

/** The steps of a record, kept up to date while the component is shown. */
export function useSync({ kind, id }: Followed, known: readonly Step[]): FollowedSteps {
  const [steps, setSteps] = useState(known);
  const [live, setLive] = useState(false);
  useEffect(
    () => followSync({ kind, id }, { changed: (state) => setSteps(state.steps), live: setLive }),
    [kind, id],
  );
  return { steps, live };
}

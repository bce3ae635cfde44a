// The steps of one record as the plant box tells them, live.

import type { SyncState } from "../domain/attempt.ts";
import type { Outcome } from "../domain/outcome.ts";

/** The browser reconnects a broken stream by itself; one that the box refused is opened anew after this long. */
const kReopenMs = 4_000;

export interface SyncListener {
  /** Asks the box once, and sees to what stands in the way: a stream does not tell why it was refused. */
  ask(): Promise<Outcome<SyncState>>;
  changed(state: SyncState): void;
  /** True while the box is on the other end. */
  live(is_live: boolean): void;
}

/** What is followed: a test by its attempt, a request or a decision by its event. */
export interface Followed {
  readonly kind: "attempts" | "events";
  readonly id: string;
}

/** Opens the stream; the function it returns closes it for good. */
export function followSync({ kind, id }: Followed, listener: SyncListener): () => void {
  let source: EventSource | null = null;
  let reopen: ReturnType<typeof setTimeout> | undefined;
  let over = false;

  const open = () => {
    const stream = new EventSource(`/api/v1/${kind}/${encodeURIComponent(id)}/sync/events`);
    stream.addEventListener("open", () => listener.live(true));
    stream.addEventListener("sync", (event: MessageEvent<string>) => {
      listener.live(true);
      listener.changed(JSON.parse(event.data) as SyncState);
    });
    stream.addEventListener("error", () => {
      listener.live(false);
      if (stream.readyState === EventSource.CLOSED) void refused();
    });
    source = stream;
  };
  const refused = async () => {
    const outcome = await listener.ask();
    if (over) return;
    if (outcome.kind === "ok") listener.changed(outcome.value);
    reopen = setTimeout(open, kReopenMs);
  };

  open();
  return () => {
    over = true;
    clearTimeout(reopen);
    source?.close();
  };
}

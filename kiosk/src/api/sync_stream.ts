// The steps of one record as the plant box tells them, live.

import type { SyncState } from "../domain/attempt.ts";

/** The browser reconnects a broken stream by itself; one that the box refused is opened anew after this long. */
const kReopenMs = 4_000;

export interface SyncListener {
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

  const open = () => {
    const stream = new EventSource(`/api/v1/${kind}/${encodeURIComponent(id)}/sync/events`);
    stream.addEventListener("open", () => listener.live(true));
    stream.addEventListener("sync", (event: MessageEvent<string>) => {
      listener.live(true);
      listener.changed(JSON.parse(event.data) as SyncState);
    });
    stream.addEventListener("error", () => {
      listener.live(false);
      if (stream.readyState === EventSource.CLOSED) reopen = setTimeout(open, kReopenMs);
    });
    source = stream;
  };

  open();
  return () => {
    clearTimeout(reopen);
    source?.close();
  };
}

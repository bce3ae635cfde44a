// How long each question is on the screen, where the plant records that.

import { effect, type ReadonlySignal } from "@preact/signals";

/** Owner: Kiosk, and who sits at one attempt on this page, with every sitting of theirs. */
export class ShownTimes {
  private readonly seen: ReadonlySignal<boolean>;
  /** By item: what was not told yet. */
  private readonly shown_ms = new Map<string, number>();
  private item_id: string | null = null;
  private since_ms = 0;

  /** `seen`: whether the question is before the operator's eyes. */
  constructor(seen: ReadonlySignal<boolean>) {
    this.seen = seen;
  }

  /** Measures until it is stopped by the function that it returns. */
  measure(item_id: () => string): () => void {
    const stop = effect(() => this.show(this.seen.value ? item_id() : null));
    return () => {
      stop();
      this.show(null);
    };
  }

  /** For how long it was shown since this was asked last. */
  take(item_id: string): number {
    this.show(this.item_id);
    const shown_ms = this.shown_ms.get(item_id) ?? 0;
    this.shown_ms.delete(item_id);
    return Math.round(shown_ms);
  }

  private show(item_id: string | null): void {
    const now_ms = performance.now();
    if (this.item_id !== null) {
      const before = this.shown_ms.get(this.item_id) ?? 0;
      this.shown_ms.set(this.item_id, before + now_ms - this.since_ms);
    }
    this.item_id = item_id;
    this.since_ms = now_ms;
  }
}

// Asks the plant box how it is, so that the screens know before anyone starts to type.

import { signal } from "@preact/signals";
import type { BoxApi } from "../api/box_api.ts";
import type { BoxStatus } from "../domain/status.ts";
import { hearPlantTime } from "./plant_time.ts";

const kPollMs = 5_000;
/** While the box is silent, often enough that nobody waits for the screen to notice that it is back. */
const kPollSilentMs = 1_500;

/** Owner: Kiosk. */
export class BoxWatch {
  readonly status = signal<BoxStatus | null>(null);
  readonly reachable = signal(true);
  private readonly api: BoxApi;
  private readonly heard: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private looks = 0;

  /** `heard`: called each time the box has said how it is. */
  constructor(api: BoxApi, heard: () => void) {
    this.api = api;
    this.heard = heard;
  }

  /** Asks now, and from then on again and again. Call it also when the network may have changed. */
  look(): void {
    void this.poll();
  }

  /** What any other request found out. */
  readonly reached = (is_reachable: boolean): void => {
    this.reachable.value = is_reachable;
  };

  /** Calls each time the box answers again after a silence, also one that is on already. Returns what ends it. */
  whenBack(act: () => void): () => void {
    let silent = !this.reachable.peek();
    return this.reachable.subscribe((reachable) => {
      if (reachable && silent) act();
      silent = !reachable;
    });
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    this.looks += 1;
    const look = this.looks;
    const outcome = await this.api.status();
    // Asked once more since: what the later one finds is newer, and it goes on asking.
    if (look !== this.looks) return;
    this.reached(outcome.kind !== "unreachable");
    if (outcome.kind === "ok") {
      this.status.value = outcome.value;
      hearPlantTime(outcome.value.time);
      this.heard();
    }
    this.timer = setTimeout(() => void this.poll(), this.reachable.value ? kPollMs : kPollSilentMs);
  }
}

// Notices that nobody is at the screen.

import { signal } from "@preact/signals";
import { type IdleState, idleState } from "../domain/idle.ts";

const kLookMs = 500;
const kSignsOfLife = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/** Owner: Kiosk. Runs while someone is signed in. */
export class IdleWatch {
  readonly state = signal<IdleState>({ kind: "active" });
  private readonly locked: () => void;
  private last_ms = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(locked: () => void) {
    this.locked = locked;
  }

  start(): void {
    this.stop();
    this.stir();
    for (const sign of kSignsOfLife)
      document.addEventListener(sign, this.stir, { capture: true, passive: true });
    this.timer = setInterval(this.look, kLookMs);
  }

  stop(): void {
    clearInterval(this.timer);
    for (const sign of kSignsOfLife) document.removeEventListener(sign, this.stir, { capture: true });
    this.state.value = { kind: "active" };
  }

  private readonly stir = () => {
    this.last_ms = performance.now();
    if (this.state.value.kind !== "active") this.state.value = { kind: "active" };
  };

  private readonly look = () => {
    const state = idleState(performance.now() - this.last_ms);
    if (state.kind === "locked") {
      this.stop();
      this.locked();
    } else if (state.kind !== "active" || this.state.value.kind !== "active") {
      this.state.value = state;
    }
  };
}

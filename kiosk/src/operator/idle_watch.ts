// Notices that nobody is at the screen.

import { signal } from "@preact/signals";
import { type IdleState, idleState } from "../domain/idle.ts";

const kLookMs = 500;
/** A touch has ended by then, with a click or without one. */
const kTouchMostMs = 2_000;
/** Whoever listens to a recording touches nothing: it tells how far it has come, until its end. */
const kSignsOfLife = ["pointerdown", "click", "keydown", "wheel", "touchmove", "timeupdate"] as const;

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

  /** The warning goes with the click that ends a touch: were it gone before, the click would be for what lies under it. */
  private readonly stir = (event?: Event) => {
    this.last_ms = performance.now();
    if (this.state.peek().kind === "active") return;
    if (event === undefined || event.type === "click" || event.type === "keydown") {
      this.state.value = { kind: "active" };
    }
  };

  private readonly look = () => {
    const idle_ms = performance.now() - this.last_ms;
    const state = idleState(idle_ms);
    if (state.kind === "locked") {
      this.stop();
      this.locked();
    } else if (state.kind !== "active") {
      this.state.value = state;
    } else if (this.state.peek().kind !== "active" && idle_ms > kTouchMostMs) {
      this.state.value = state;
    }
  };
}

// Signing out while something is on this screen only: the operator is told first.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Operator } from "../domain/status.ts";
import type { Desk } from "./desk.ts";
import type { Outbox } from "./outbox.ts";

/** Owner: Kiosk. */
export class Leaving {
  /** True while someone who wants to leave is told what would stay behind. */
  readonly warned = signal(false);
  /** Whether something of the operator is on this screen only. */
  readonly behind: ReadonlySignal<boolean>;

  constructor(operator: ReadonlySignal<Operator | null>, outbox: Outbox, desk: Desk) {
    this.behind = computed(() => {
      const waits = outbox.waiting.value.some(({ place }) => place.operator_id === operator.value?.id);
      return waits || desk.holds.value;
    });
  }

  /** True if nothing holds the operator; else they are told. */
  ask(): boolean {
    this.warned.value = this.behind.peek();
    return !this.warned.peek();
  }

  stay(): void {
    this.warned.value = false;
  }
}

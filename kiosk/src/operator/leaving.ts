// Signing out while something is on this screen only: the operator is told first.

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { OutboxRow } from "../domain/outbox_row.ts";
import type { Operator } from "../domain/status.ts";
import type { Desk } from "./desk.ts";
import type { Outbox } from "./outbox.ts";

/** Owner: Kiosk. */
export class Leaving {
  /** True while someone who wants to leave is told what would stay behind. */
  readonly warned = signal(false);
  /** Whether answers of the operator are on this screen only: they go by themselves once the box answers. */
  readonly answers: ReadonlySignal<boolean>;
  /** Whether something is that they signed, and that takes their PIN again. */
  readonly signed: ReadonlySignal<boolean>;
  readonly behind: ReadonlySignal<boolean>;
  private readonly turnedAway: () => number;
  private turned_away = 0;

  constructor(operator: ReadonlySignal<Operator | null>, outbox: Outbox, desk: Desk) {
    const waits = (kind: OutboxRow["kind"]) =>
      outbox.waiting.value.some((row) => row.kind === kind && row.place.operator_id === operator.value?.id);
    this.answers = computed(() => waits("answer"));
    this.signed = computed(() => waits("submission") || desk.holds.value);
    this.turnedAway = () => outbox.turned_away + desk.turned_away;
    this.behind = computed(() => this.answers.value || this.signed.value);
  }

  /** True if nothing holds the operator; else they are told. */
  ask(): boolean {
    this.turned_away = this.turnedAway();
    this.warned.value = this.behind.peek();
    return !this.warned.peek();
  }

  /** Nothing waits any more. True if all of it was saved; else they stay, for what was not is shown to them. */
  allSaved(): boolean {
    const all_saved = this.turnedAway() === this.turned_away;
    if (!all_saved) this.stay();
    return all_saved;
  }

  stay(): void {
    this.warned.value = false;
  }
}

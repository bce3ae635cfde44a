// Signed requests and decisions without an answer, in the browser and in view: a reload must not make two of one.

import { signal } from "@preact/signals";
import { isOf, type Paper } from "../domain/paper.ts";
import type { OutboxStore } from "../storage/outbox_store.ts";

/** Longer than a disk takes; a browser that hangs must not hold up what the plant box could have had. */
const kWriteWithinMs = 3_000;

/** Owner: Desk. Where the browser stores nothing they last as long as the page. */
export class Papers {
  private reading: Promise<void> | null = null;
  private readonly store: OutboxStore;
  private readonly kept = signal<ReadonlyMap<string, Paper["draft"]>>(new Map());
  /** Those that are in this page only, by name. */
  private readonly unwritten = new Map<string, Paper>();
  /** Whether the browser could not write one of them, or has taken too long. */
  readonly failing = signal(false);

  constructor(store: OutboxStore) {
    this.store = store;
    void this.ready();
  }

  /**
   * Resolves once it is known what an earlier page left behind, or that nothing can be known for now: ask again then.
   * What could not be written before is tried again.
   */
  ready(): Promise<void> {
    this.reading ??= this.load().catch(() => {
      this.reading = null;
    });
    for (const paper of this.unwritten.values()) void this.write(paper);
    return inTime(this.reading);
  }

  get size(): number {
    return this.kept.value.size;
  }

  get<T extends Paper["draft"]>(name: string): T | null {
    return (this.kept.value.get(name) as T | undefined) ?? null;
  }

  of(operator_id: string): Paper["draft"][] {
    return [...this.kept.value].filter(([name]) => isOf(operator_id, name)).map(([, draft]) => draft);
  }

  /** Resolves once it is as safe as this browser can make it. */
  async keep(paper: Paper): Promise<void> {
    this.kept.value = new Map(this.kept.peek()).set(paper.name, paper.draft);
    this.unwritten.set(paper.name, paper);
    await this.write(paper);
  }

  /** Whether a reload of the page would lose none. */
  get outlast_page(): boolean {
    return this.unwritten.size === 0;
  }

  drop(name: string): void {
    this.forget(name);
    void inTime(this.store.dropPaper(name));
  }

  /** Whoever calls this takes it from the store. */
  forget(name: string): void {
    this.isSafe(this.unwritten.get(name));
    this.kept.value = new Map([...this.kept.peek()].filter(([kept]) => kept !== name));
  }

  private async write(paper: Paper): Promise<void> {
    await inTime(this.store.keepPaper(paper).then(() => this.isSafe(paper)));
    if (this.unwritten.get(paper.name) === paper) this.failing.value = true;
  }

  private isSafe(paper: Paper | undefined): void {
    if (paper !== undefined && this.unwritten.get(paper.name) === paper) this.unwritten.delete(paper.name);
    if (this.outlast_page) this.failing.value = false;
  }

  private async load(): Promise<void> {
    const earlier = (await this.store.papers()).map(({ name, draft }) => [name, draft] as const);
    this.kept.value = new Map([...earlier, ...this.kept.peek()]);
  }
}

/** What the browser cannot write or read is lost with the page; that is no reason not to go on. */
function inTime(writing: Promise<void>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, kWriteWithinMs));
  return Promise.race([writing.catch(() => undefined), late]);
}

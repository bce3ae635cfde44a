import type { KeptRow, OutboxRow } from "../../src/domain/outbox_row.ts";
import type { Paper } from "../../src/domain/paper.ts";
import type { OutboxContents, OutboxStore } from "../../src/storage/outbox_store.ts";

/** A browser's disk: outlives every page, and fails when it is told to. */
export class MemoryStore implements OutboxStore {
  waiting: OutboxRow[] = [];
  kept: KeptRow[] = [];
  readonly written = new Map<string, Paper>();
  fails: Error | null = null;
  /** All that was ever written. */
  readonly seen: unknown[] = [];

  get waiting_keys(): string[] {
    return this.waiting.map((row) => row.submission_key);
  }

  async open(): Promise<OutboxContents> {
    this.act(null);
    return { waiting: [...this.waiting].reverse(), kept: [...this.kept] };
  }

  async add(row: OutboxRow, gave_way: string | null): Promise<void> {
    this.act(row);
    this.waiting = this.waiting.filter((other) => other.submission_key !== gave_way);
    this.waiting.push(structuredClone(row));
  }

  async remove(submission_key: string): Promise<void> {
    this.act(submission_key);
    this.waiting = this.waiting.filter((row) => row.submission_key !== submission_key);
  }

  async keep(kept: KeptRow): Promise<void> {
    this.act(kept);
    this.kept.push(structuredClone(kept));
    this.waiting = this.waiting.filter((row) => row.submission_key !== kept.submission_key);
    if (kept.row.kind !== "paper") return;
    const { name } = kept.row.paper;
    if (this.written.get(name)?.draft.submission_key === kept.submission_key) this.written.delete(name);
  }

  async papers(): Promise<readonly Paper[]> {
    this.act(null);
    return [...this.written.values()];
  }

  async keepPaper(paper: Paper): Promise<void> {
    this.act(paper);
    this.written.set(paper.name, structuredClone(paper));
  }

  async dropPaper(name: string): Promise<void> {
    this.act(name);
    this.written.delete(name);
  }

  private act(what: unknown): void {
    if (this.fails !== null) throw this.fails;
    this.seen.push(structuredClone(what));
  }
}

// Where the outbox lies in this browser: IndexedDB, on its disk before a write counts as done.

import type { KeptRow, OutboxRow } from "../domain/outbox_row.ts";
import type { Paper } from "../domain/paper.ts";

export interface OutboxContents {
  readonly waiting: readonly OutboxRow[];
  readonly kept: readonly KeptRow[];
}

export interface OutboxStore {
  open(): Promise<OutboxContents>;
  /** Adds the row in place of the one that gives way to it, both or neither. */
  add(row: OutboxRow, gave_way: string | null): Promise<void>;
  remove(submission_key: string): Promise<void>;
  /** Moves the row from what waits, or from the papers, to what is kept, both or neither. */
  keep(kept: KeptRow): Promise<void>;
  papers(): Promise<readonly Paper[]>;
  keepPaper(paper: Paper): Promise<void>;
  dropPaper(name: string): Promise<void>;
}

const kDatabase = "millrace-kiosk";
/** 2: papers. */
const kVersion = 2;
const kWaiting = "waiting";
const kKept = "kept";
const kPapers = "papers";

const kStores = [
  [kWaiting, "submission_key"],
  [kKept, "submission_key"],
  [kPapers, "name"],
] as const;

/** Owner: Outbox. Every promise rejects with the browser's own error: QuotaExceededError is a full disk. */
export class BrowserOutboxStore implements OutboxStore {
  private database: Promise<IDBDatabase> | null = null;

  async open(): Promise<OutboxContents> {
    // Asks that the browser does not clear this when it wants room. It may say no; nothing is claimed either way.
    void navigator.storage?.persist?.().catch(() => false);
    const database = await this.connected();
    const reading = database.transaction([kWaiting, kKept], "readonly");
    const waiting = answerOf<OutboxRow[]>(reading.objectStore(kWaiting).getAll());
    const kept = answerOf<KeptRow[]>(reading.objectStore(kKept).getAll());
    return { waiting: await waiting, kept: await kept };
  }

  add(row: OutboxRow, gave_way: string | null): Promise<void> {
    return this.write((writing) => {
      const waiting = writing.objectStore(kWaiting);
      if (gave_way !== null) waiting.delete(gave_way);
      waiting.put(row);
    });
  }

  remove(submission_key: string): Promise<void> {
    return this.write((writing) => writing.objectStore(kWaiting).delete(submission_key));
  }

  keep(kept: KeptRow): Promise<void> {
    const { row, submission_key } = kept;
    return this.write(
      (writing) => {
        writing.objectStore(kKept).put(kept);
        writing.objectStore(kWaiting).delete(submission_key);
        if (row.kind !== "paper") return;
        const papers = writing.objectStore(kPapers);
        const found: IDBRequest<Paper | undefined> = papers.get(row.paper.name);
        // By then another may lie under the name.
        found.onsuccess = () => {
          if (found.result?.draft.submission_key === submission_key) papers.delete(row.paper.name);
        };
      },
      [kWaiting, kKept, kPapers],
    );
  }

  async papers(): Promise<readonly Paper[]> {
    const database = await this.connected();
    return answerOf<Paper[]>(database.transaction(kPapers, "readonly").objectStore(kPapers).getAll());
  }

  keepPaper(paper: Paper): Promise<void> {
    return this.write((writing) => writing.objectStore(kPapers).put(paper), [kPapers]);
  }

  dropPaper(name: string): Promise<void> {
    return this.write((writing) => writing.objectStore(kPapers).delete(name), [kPapers]);
  }

  private async write(
    change: (writing: IDBTransaction) => void,
    stores: string[] = [kWaiting, kKept],
  ): Promise<void> {
    const database = await this.connected();
    const writing = database.transaction(stores, "readwrite", { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      writing.oncomplete = () => resolve();
      writing.onabort = () => reject(writing.error);
    });
    change(writing);
    await done;
  }

  /** One connection for all; made anew after the browser has closed it or could not open it. */
  private connected(): Promise<IDBDatabase> {
    if (this.database === null) {
      const opening = open(() => {
        this.database = null;
      });
      opening.catch(() => {
        this.database = null;
      });
      this.database = opening;
    }
    return this.database;
  }
}

async function open(closed: () => void): Promise<IDBDatabase> {
  const database = await openAt(kVersion).catch((error: unknown) => {
    // A later release was here before: it only ever adds, so what this one knows is there.
    if (error instanceof DOMException && error.name === "VersionError") return openAt(undefined);
    throw error;
  });
  database.onclose = closed;
  // A later release wants to add something: it must not wait for this page to go.
  database.onversionchange = () => {
    database.close();
    closed();
  };
  return database;
}

function openAt(version: number | undefined): Promise<IDBDatabase> {
  const request = indexedDB.open(kDatabase, version);
  request.onupgradeneeded = () => {
    for (const [name, keyPath] of kStores) {
      if (!request.result.objectStoreNames.contains(name))
        request.result.createObjectStore(name, { keyPath });
    }
  };
  return answerOf(request);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

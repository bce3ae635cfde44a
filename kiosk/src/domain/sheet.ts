// The answer sheet: what the operator has given to each item, and how far it has got.

import type { AnswerQueue } from "./answer_queue.ts";
import type { Attempt, Item, Response } from "./attempt.ts";
import { completeness, placeToResume } from "./response.ts";

/** nothing: no answer yet; here: on this screen only; saved: on the plant box's disk; refused: the box said no. */
export type SaveMark = "nothing" | "here" | "saved" | "refused";

export interface SheetEntry {
  readonly response: Response | null;
  /** The box's, as far as this screen knows: it counts where a later one was refused. */
  readonly at_box: Response | null;
  readonly flagged: boolean;
  readonly mark: SaveMark;
  readonly saved_at: string | null;
}

export type Sheet = ReadonlyMap<string, SheetEntry>;

export interface SheetCounts {
  readonly answered: number;
  readonly flagged: number;
  /** Begun and not finished: some pairs of a matching. */
  readonly partly: number;
  readonly empty: number;
}

/** What the box is told, so that it can be gone on with at any screen. */
export interface ShownQuestion {
  readonly attempt_id: string;
  readonly item_id: string;
}

export interface Place {
  readonly position: number;
  /** False where nobody knows what was on the screen last. */
  readonly is_known: boolean;
}

const kEmptyEntry: SheetEntry = {
  response: null,
  at_box: null,
  flagged: false,
  mark: "nothing",
  saved_at: null,
};

/** The sheet as the box knows it, with what is still on its way laid over it. */
export function openSheet(items: readonly Item[], queue: AnswerQueue): Sheet {
  const waiting = queue.waiting();
  return new Map(
    items.map((item) => {
      const own = waiting.get(item.item_id);
      const at_box = item.response;
      const entry: SheetEntry =
        own !== undefined
          ? { response: own.response, at_box, flagged: own.flagged, mark: "here", saved_at: null }
          : {
              response: at_box,
              at_box,
              flagged: item.flagged,
              mark: at_box !== null || item.flagged ? "saved" : "nothing",
              saved_at: null,
            };
      return [item.item_id, entry];
    }),
  );
}

export function entryOf(sheet: Sheet, item_id: string): SheetEntry {
  return sheet.get(item_id) ?? kEmptyEntry;
}

export function withEntry(sheet: Sheet, item_id: string, change: Partial<SheetEntry>): Sheet {
  return new Map(sheet).set(item_id, { ...entryOf(sheet, item_id), ...change });
}

/** What was given to the item and may count: after an answer that the box did not take, the one before it. */
export function givenOf(sheet: Sheet, item_id: string): Response | null {
  const { mark, response, at_box } = entryOf(sheet, item_id);
  return mark === "refused" ? at_box : response;
}

/** The question that the box saw on a screen last; -1 where it does not know. */
export function placeShown({ items, shown_item }: Attempt): number {
  return items.findIndex(({ item_id }) => item_id === shown_item);
}

/** Where somebody was. What this browser could not send was given after the box saw a screen last. */
export function placeLeft(attempt: Attempt, queue: AnswerQueue, sheet: Sheet): Place {
  const unsent = queue.lastItem();
  const shown = placeShown(attempt);
  if (shown !== -1) {
    const position = unsent === undefined ? shown : placeShown({ ...attempt, shown_item: unsent });
    return { position, is_known: true };
  }
  const position = placeToResume(attempt.items, ({ item_id }) => givenOf(sheet, item_id));
  return { position, is_known: false };
}

export function countSheet(items: readonly Item[], sheet: Sheet): SheetCounts {
  const states = items.map((item) => completeness(item, givenOf(sheet, item.item_id)));
  const count = (state: string) => states.filter((candidate) => candidate === state).length;
  return {
    answered: count("answered"),
    flagged: [...sheet.values()].filter((entry) => entry.flagged).length,
    partly: count("partly"),
    empty: count("empty"),
  };
}

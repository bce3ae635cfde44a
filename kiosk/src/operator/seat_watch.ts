// Whether this screen still sits at its attempt: one that was overtaken must not go on showing what is asked.

import type { Outcome } from "../domain/outcome.ts";
import { afterSave } from "../domain/outcome.ts";
import type { ShownQuestion } from "../domain/sheet.ts";
import type { Session } from "../domain/status.ts";
import type { Halt } from "./answer_saver.ts";

/** Longer than anybody needs to walk from screen to screen; 200 kiosks are then 40 small requests a second. */
export const kSeatPollMs = 5_000;

export interface SeatKeeper {
  seats(shown: ShownQuestion): Promise<Outcome<Session>>;
}

/**
 * Asks until it is stopped by the function that it returns, and says which question is shown; whatever is amiss is told
 * once.
 */
export function watchSeat(
  shown: () => ShownQuestion,
  keeper: SeatKeeper,
  halted: (halt: Halt) => void,
): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const amiss = (outcome: Outcome<Session>): Halt | null => {
    // A box that is a release older does not tell.
    if (outcome.kind === "ok")
      return outcome.value.sits_at?.includes(shown().attempt_id) === false ? "elsewhere" : null;
    return afterSave(outcome) === "sign_in" ? "sign_in" : null;
  };
  const look = async () => {
    const halt = amiss(await keeper.seats(shown()));
    if (stopped) return;
    if (halt === null) wait();
    else halted(halt);
  };
  const wait = () => {
    timer = setTimeout(() => void look(), kSeatPollMs);
  };

  wait();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

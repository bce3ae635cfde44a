import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { Pairs } from "../../domain/matching.ts";

interface Line {
  readonly number: number;
  readonly d: string;
}

export interface MatchLinesProps {
  readonly board: RefObject<HTMLElement | null>;
  readonly pairs: Pairs;
  /** The left ids in their order: a pair carries its left side's place. */
  readonly order: readonly string[];
}

/** Lines between the partners, measured from where the page has put them. */
export function MatchLines({ board, pairs, order }: MatchLinesProps) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  useLayoutEffect(() => {
    const place = board.current;
    if (place === null) return;
    const measure = () => setLines(linesIn(place, pairs, order));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(place);
    // Each side's height moves what is below it.
    for (const side of place.querySelectorAll("ul")) watch.observe(side);
    return () => watch.disconnect();
  }, [pairs]);
  return (
    <svg class="match-lines" aria-hidden="true" focusable="false">
      {lines.map(({ number, d }) => (
        <path key={number} class={`match-line match-pair-${number}`} d={d} />
      ))}
    </svg>
  );
}

function linesIn(board: HTMLElement, pairs: Pairs, order: readonly string[]): Line[] {
  const origin = board.getBoundingClientRect();
  const box = (name: string) =>
    board.querySelector(`[data-match="${CSS.escape(name)}"]`)?.getBoundingClientRect() ?? null;
  return Object.entries(pairs).flatMap(([left, right]) => {
    const from = box(`left ${left}`);
    const to = box(`right ${right}`);
    if (from === null || to === null) return [];
    // The left side stands on the right where one reads from there; one above the other where it is narrow.
    const forward = from.right <= to.left;
    if (!forward && to.right > from.left) return [];
    const x1 = (forward ? from.right : from.left) - origin.left;
    const x2 = (forward ? to.left : to.right) - origin.left;
    const y1 = from.top + from.height / 2 - origin.top;
    const y2 = to.top + to.height / 2 - origin.top;
    const bend = (x1 + x2) / 2;
    return [{ number: order.indexOf(left) + 1, d: `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}` }];
  });
}

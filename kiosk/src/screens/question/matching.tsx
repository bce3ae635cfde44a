import { useRef, useState } from "preact/hooks";
import { Icon } from "../../components/icon.tsx";
import type { Option } from "../../domain/attempt.ts";
import {
  type Held,
  leftOf,
  type Pairs,
  pairsOf,
  responseOf,
  type Side,
  tapMatch,
  unpaired,
} from "../../domain/matching.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { t, testLanguage } from "../../operator/language.ts";
import type { AnswerProps } from "./choices.tsx";
import { MatchLines } from "./match_lines.tsx";

/** Two taps make a pair. A pair is told by its number, by its line and by its colour, and can be undone. */
export function Matching({ item, response, onResponse }: AnswerProps) {
  const words = t.value.items;
  const board = useRef<HTMLDivElement>(null);
  const [held, setHeld] = useState<Held | null>(null);
  const left = item.left ?? [];
  const right = item.right ?? [];
  const pairs = pairsOf(response);
  const tap = (side: Side, id: string) => {
    const next = tapMatch({ pairs, held }, side, id);
    setHeld(next.held);
    if (next.pairs !== pairs) onResponse(responseOf(next.pairs));
  };
  const undo = (id: string) => {
    setHeld(null);
    onResponse(responseOf(unpaired(pairs, id)));
  };
  const isHeld = (side: Side, id: string) => held?.side === side && held.id === id;
  return (
    <div class="matching">
      <p class="match-count" role="status">
        {held === null ? words.match_count(Object.keys(pairs).length, left.length) : words.match_held}
      </p>
      <div class="match-board" ref={board}>
        <MatchLines board={board} pairs={pairs} order={left.map(({ id }) => id)} />
        <ul class="match-side" aria-label={words.match_left}>
          {left.map((option, at) => (
            <li key={option.id} class="match-left">
              <MatchButton
                side="left"
                option={option}
                number={pairs[option.id] === undefined ? null : at + 1}
                partner={textById(right, pairs[option.id])}
                held={isHeld("left", option.id)}
                onTap={tap}
              />
              {pairs[option.id] === undefined ? null : (
                <button
                  type="button"
                  class="match-undo"
                  data-undo={option.id}
                  onClick={() => undo(option.id)}
                >
                  <Icon name="cross" />
                  <span aria-hidden="true">{words.match_undo}</span>
                  <span class="visually-hidden">
                    {words.match_undo}: {textIn(option.text, testLanguage.value)}
                  </span>
                </button>
              )}
            </li>
          ))}
        </ul>
        <ul class="match-side" aria-label={words.match_right}>
          {right.map((option) => {
            const partner = leftOf(pairs, option.id);
            return (
              <li key={option.id} class="match-right">
                <MatchButton
                  side="right"
                  option={option}
                  number={partner === null ? null : numberOf(left, pairs, option.id)}
                  partner={textById(left, partner)}
                  held={isHeld("right", option.id)}
                  onTap={tap}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

interface MatchButtonProps {
  readonly side: Side;
  readonly option: Option;
  readonly number: number | null;
  readonly partner: string;
  readonly held: boolean;
  readonly onTap: (side: Side, id: string) => void;
}

function MatchButton({ side, option, number, partner, held, onTap }: MatchButtonProps) {
  const words = t.value.items;
  return (
    <button
      type="button"
      class={`match match-${side} ${held ? "match-held" : ""} ${number === null ? "" : `match-pair match-pair-${number}`}`}
      aria-pressed={held}
      data-match={`${side} ${option.id}`}
      onClick={() => onTap(side, option.id)}
    >
      <span class="match-text" lang={languageOf(option.text, testLanguage.value)}>
        {textIn(option.text, testLanguage.value)}
      </span>
      <span class="match-number" aria-hidden="true">
        {held ? <Icon name="hand" /> : (number ?? "")}
      </span>
      <span class="visually-hidden">
        {number === null ? words.match_open : words.match_with(number, partner)}
      </span>
    </button>
  );
}

/** A pair carries its left side's place. */
function numberOf(left: readonly Option[], pairs: Pairs, right: string): number {
  return left.findIndex((option) => option.id === leftOf(pairs, right)) + 1;
}

function textById(options: readonly Option[], id: string | null | undefined): string {
  const option = options.find((candidate) => candidate.id === id);
  return option === undefined ? "" : textIn(option.text, testLanguage.value);
}

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import type { Option } from "../../domain/attempt.ts";
import { movedBy, movedTo, shownOrder } from "../../domain/ordering.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { t, testLanguage } from "../../operator/language.ts";
import type { AnswerProps } from "./choices.tsx";

/** Taps alone: pick up, put down; or one place at a time. Keys: Tab, Enter, and the arrows while one is picked up. */
export function Ordering({ item, response, onResponse }: AnswerProps) {
  const words = t.value.items;
  const list = useRef<HTMLOListElement>(null);
  const [held, setHeld] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  // What has just moved keeps the focus: moving a row in the page takes it away.
  const refocus = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (refocus.current === null) return;
    list.current?.querySelector<HTMLElement>(`[data-focus="${CSS.escape(refocus.current)}"]`)?.focus();
    refocus.current = null;
  });
  const order = shownOrder(item, response);
  const touched = response !== null && "order" in response;
  const options = new Map((item.options ?? []).map((option) => [option.id, option]));
  const give = (next: readonly string[], moved: string, focus: string) => {
    refocus.current = focus;
    setSaid(`${textOf(options.get(moved))}: ${words.order_place(next.indexOf(moved) + 1, next.length)}`);
    onResponse({ order: next });
  };
  const tap = (id: string) => {
    if (held === null || held === id) {
      setHeld(held === id ? null : id);
      return;
    }
    give(movedTo(order, held, order.indexOf(id)), held, held);
    setHeld(null);
  };
  const step = (id: string, by: -1 | 1) => {
    const next = movedBy(order, id, by);
    // At an end this way's button is gone; the other one takes the focus.
    const at = next.indexOf(id);
    const way = at === 0 ? "down" : at === next.length - 1 ? "up" : by === -1 ? "up" : "down";
    give(next, id, `${id} ${way}`);
  };
  const arrow = (event: KeyboardEvent, id: string) => {
    if (held !== id) return;
    if (event.key === "Escape") setHeld(null);
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    give(movedBy(order, id, event.key === "ArrowUp" ? -1 : 1), id, id);
  };
  return (
    <div class="ordering">
      <ol class="order" ref={list} aria-labelledby="stem" data-touched={touched}>
        {order.map((id, at) => (
          <li key={id} class={held === id ? "order-row order-row-held" : "order-row"} data-option={id}>
            <button
              type="button"
              class="order-take"
              data-focus={id}
              aria-pressed={held === id}
              onClick={() => tap(id)}
              onKeyDown={(event) => arrow(event, id)}
            >
              <span class="order-place">{touched ? at + 1 : "–"}</span>
              <span class="order-text" lang={languageOf(options.get(id)?.text ?? {}, testLanguage.value)}>
                {textOf(options.get(id))}
              </span>
              {held === id ? <Icon name="hand" /> : null}
            </button>
            <StepButton id={id} way="up" disabled={at === 0} name={textOf(options.get(id))} onStep={step} />
            <StepButton
              id={id}
              way="down"
              disabled={at === order.length - 1}
              name={textOf(options.get(id))}
              onStep={step}
            />
          </li>
        ))}
      </ol>
      <p class="visually-hidden" role="status">
        {held !== null ? words.order_held : said}
      </p>
      {touched ? null : (
        <div class="order-untouched">
          <p>
            <Icon name="empty" /> {words.order_untouched}
          </p>
          <Button icon="check" testid="keep-order" onPress={() => onResponse({ order })}>
            {words.order_keep}
          </Button>
        </div>
      )}
    </div>
  );
}

interface StepButtonProps {
  readonly id: string;
  readonly way: "up" | "down";
  readonly disabled: boolean;
  readonly name: string;
  readonly onStep: (id: string, by: -1 | 1) => void;
}

function StepButton({ id, way, disabled, name, onStep }: StepButtonProps) {
  const words = t.value.items;
  return (
    <button
      type="button"
      class="order-step"
      data-focus={`${id} ${way}`}
      data-step={way}
      disabled={disabled}
      onClick={() => onStep(id, way === "up" ? -1 : 1)}
    >
      <Icon name={way === "up" ? "arrow_up" : "arrow_down"} />
      <span aria-hidden="true">{words[way]}</span>
      <span class="visually-hidden">
        {words[way]}: {name}
      </span>
    </button>
  );
}

function textOf(option: Option | undefined): string {
  return option === undefined ? "" : textIn(option.text, testLanguage.value);
}

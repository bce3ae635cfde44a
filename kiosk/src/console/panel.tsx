// What the panels of the console are made of.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../components/button.tsx";
import { Icon, type IconName } from "../components/icon.tsx";
import type { Mark } from "../domain/console_view.ts";
import type { Part } from "./console.ts";
import { clockOf } from "./times.ts";

export interface PanelProps {
  readonly name: string;
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
  /** Beside the title. */
  readonly aside?: ComponentChildren;
  readonly mark?: Mark;
  /** What the box told it by, where that may fail by itself. Of a silent box the banner tells: null. */
  readonly part?: Part<unknown> | null;
}

export function Panel(props: PanelProps) {
  const id = `panel-${props.name}`;
  return (
    <section
      class={`panel panel-${props.name} ${props.mark ? `panel-${props.mark}` : ""}`}
      aria-labelledby={id}
      data-panel={props.name}
    >
      <div class="panel-head">
        <h2 id={id} tabIndex={-1}>
          {props.title}
        </h2>
        {props.aside}
      </div>
      {props.part ? <Trouble part={props.part} /> : null}
      {props.children}
    </section>
  );
}

/** This part alone could not be had: what stands below is as old as it says. */
function Trouble({ part }: { part: Part<unknown> }) {
  if (part.trouble === null) return null;
  const kept = part.heard === null ? "" : ` What stands here is as of ${clockOf(part.heard.at_ms)}.`;
  return (
    <p class="trouble">
      <Icon name="warning" />
      <span>
        {part.trouble}
        {kept}
      </span>
    </p>
  );
}

const kMarkIcons: Readonly<Record<Mark, IconName>> = {
  good: "check",
  warn: "warning",
  bad: "warning",
  unknown: "question",
};

/** A state as an icon with words. */
export function Marked(props: { mark: Mark; children: ComponentChildren }) {
  return (
    <span class={`marked marked-${props.mark}`}>
      <Icon name={kMarkIcons[props.mark]} />
      <span>{props.children}</span>
    </span>
  );
}

/** Rows of which the first few are shown until somebody asks for all. */
export function Rows<T>(props: {
  rows: readonly T[];
  first: number;
  row: (row: T) => ComponentChildren;
  class?: string;
  name: string;
}) {
  const [all, setAll] = useState(false);
  const shown = all ? props.rows : props.rows.slice(0, props.first);
  return (
    <>
      <ul class={`rows ${props.class ?? ""}`} aria-label={props.name}>
        {shown.map(props.row)}
      </ul>
      {props.rows.length > props.first ? (
        <Button kind="quiet" icon={all ? "arrow_up" : "arrow_down"} onPress={() => setAll(!all)}>
          {all ? `Show ${props.first} only` : `Show all ${props.rows.length}`}
        </Button>
      ) : null}
    </>
  );
}

/** Nothing to show, and why. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

// What every screen has below the bar: heading, main part, acts.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Notice } from "./notice.tsx";

export interface ScreenProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Hidden where the screen shows its title in its own way; readers hear it all the same. */
  readonly title_hidden?: boolean;
  readonly lead?: ComponentChildren;
  readonly acts?: ComponentChildren;
  /** Stays in sight where the main part scrolls. */
  readonly above?: ComponentChildren;
  /** Where on the screen one is, say at which question; somewhere else is read from its beginning. */
  readonly place?: string;
  /** The page stays where the fingers are, wherever on the screen one is. */
  readonly stays?: boolean;
}

export function Screen(props: ScreenProps) {
  const main = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // Where text is large the frame scrolls as well, or the screens as a whole, and those boxes stay.
  useLayoutEffect(() => {
    for (const box of [main.current, main.current?.closest(".screen"), main.current?.closest("#kiosk")]) {
      box?.scrollTo(0, 0);
    }
  }, [props.stays ? null : props.place]);
  // It is read from its heading on, and Tab starts there, unless a field of it has taken the focus.
  useEffect(() => {
    if (!main.current?.contains(document.activeElement)) heading.current?.focus({ preventScroll: true });
  }, [props.place]);
  return (
    <>
      {props.above ? (
        <section class="above" aria-label={props.title}>
          {props.above}
        </section>
      ) : null}
      <main class="main" ref={main}>
        <Notice />
        <div class={props.title_hidden ? "visually-hidden" : "heading"}>
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
          {props.lead ? <p class="lead">{props.lead}</p> : null}
        </div>
        {props.children}
      </main>
      {props.acts ? <footer class="acts">{props.acts}</footer> : null}
    </>
  );
}

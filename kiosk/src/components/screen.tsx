// What every screen stands in: bar, banner, heading, main part, acts.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ContentLanguages } from "../domain/content_language.ts";
import { Banner } from "./banner.tsx";
import { Notice } from "./notice.tsx";
import { TopBar } from "./top_bar.tsx";

export interface ScreenProps {
  readonly name: string;
  readonly title: string;
  readonly children: ComponentChildren;
  /** Hidden where the screen shows its title in its own way; readers hear it all the same. */
  readonly title_hidden?: boolean;
  readonly lead?: ComponentChildren;
  readonly acts?: ComponentChildren;
  /** The languages of the test that is being taken. */
  readonly content?: ContentLanguages;
}

export function Screen(props: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // A new screen is read from its heading on, and Tab starts there.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div class={`screen screen-${props.name}`} data-screen={props.name}>
      <TopBar content={props.content ?? null} choose_language={props.name !== "attract"} />
      <Banner />
      <main class="main">
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
    </div>
  );
}

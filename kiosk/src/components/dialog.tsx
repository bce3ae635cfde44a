import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

/** Over everything; the browser keeps the focus inside. Closing is the caller's act alone, so Escape does nothing. */
export function Dialog(props: {
  name: string;
  icon: IconName;
  title: string;
  class?: string;
  /** No stray Enter is to press any of its buttons. */
  read_first?: boolean;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Gives the focus back to where it was.
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${props.class ?? ""}`}
      aria-labelledby={`${props.name}-title`}
      data-dialog={props.name}
      // Chromium lets a second Escape through where only `cancel` is stopped.
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "Escape") event.preventDefault();
      }}
      onCancel={(event: Event) => event.preventDefault()}
    >
      <Icon name={props.icon} class="dialog-icon" />
      <h2 id={`${props.name}-title`} tabIndex={-1} autofocus={props.read_first ?? false}>
        {props.title}
      </h2>
      {props.children}
    </dialog>
  );
}

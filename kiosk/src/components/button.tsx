import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress: () => void;
  readonly kind?: "primary" | "plain" | "quiet";
  readonly icon?: IconName;
  readonly icon_end?: IconName;
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly label?: string;
  readonly testid?: string;
  readonly class?: string;
  /** Of a dialog's buttons, the one that a stray Enter may press. */
  readonly autofocus?: boolean;
}

/** The one button of the kiosk: large, with words, and an icon where it helps. */
export function Button(props: ButtonProps) {
  return (
    <button
      type="button"
      class={`button button-${props.kind ?? "plain"} ${props.class ?? ""}`}
      onClick={props.onPress}
      disabled={props.disabled ?? false}
      autofocus={props.autofocus ?? false}
      aria-pressed={props.pressed}
      aria-label={props.label}
      data-testid={props.testid}
    >
      {props.icon ? <Icon name={props.icon} /> : null}
      <span>{props.children}</span>
      {props.icon_end ? <Icon name={props.icon_end} /> : null}
    </button>
  );
}

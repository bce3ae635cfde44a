import type { ComponentChildren } from "preact";
import { problemText } from "../i18n/problem_text.ts";
import { t } from "../operator/language.ts";
import { Icon, type IconName } from "./icon.tsx";
import { useKiosk } from "./kiosk_context.ts";

/** One sentence that one should not miss. */
export function Hint(props: {
  children: ComponentChildren;
  icon?: IconName;
  testid?: string;
  /** Good news. */
  good?: boolean;
}) {
  return (
    <p class={props.good ? "hint hint-good" : "hint"} role="alert" data-testid={props.testid ?? "problem"}>
      <Icon name={props.icon ?? "warning"} />
      <span>{props.children}</span>
    </p>
  );
}

/** What went wrong on the way to this screen. A silent box has its own banner. */
export function Notice() {
  const hindrance = useKiosk().hindrance.value;
  if (hindrance === null || hindrance === "unreachable") return null;
  return <Hint>{problemText(hindrance, t.value)}</Hint>;
}

import type { NumberKey } from "../domain/number_entry.ts";
import { t } from "../operator/language.ts";
import { Icon } from "./icon.tsx";

const kDigits: readonly NumberKey[] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export interface DigitPadProps {
  readonly onKey: (key: NumberKey) => void;
  /** With decimal mark and sign, for numbers; without, for PINs and badges. */
  readonly decimal?: boolean;
}

/** Keys in the page, for a kiosk has no on-screen keyboard that could be relied on. */
export function DigitPad({ onKey, decimal }: DigitPadProps) {
  const words = t.value.pad;
  const key = (name: NumberKey) => (
    <button
      key={name}
      type="button"
      class="key"
      data-key={name}
      aria-label={words.digit(name)}
      onClick={() => onKey(name)}
    >
      {name}
    </button>
  );
  const back = (
    <button
      type="button"
      class="key key-act"
      data-key="back"
      aria-label={words.delete}
      onClick={() => onKey("back")}
    >
      <Icon name="delete" />
    </button>
  );
  const clear = (
    <button type="button" class="key key-act key-word" data-key="clear" onClick={() => onKey("clear")}>
      {words.clear}
    </button>
  );
  if (!decimal) {
    return (
      <div class="pad">
        {kDigits.map(key)}
        {clear}
        {key("0")}
        {back}
      </div>
    );
  }
  return (
    <div class="pad pad-decimal">
      {kDigits.slice(0, 3).map(key)}
      {back}
      {kDigits.slice(3, 6).map(key)}
      {clear}
      {kDigits.slice(6).map(key)}
      <button
        type="button"
        class="key key-act"
        data-key="sign"
        aria-label={words.sign}
        onClick={() => onKey("sign")}
      >
        <span aria-hidden="true">±</span>
      </button>
      {key("0")}
      <button
        type="button"
        class="key key-act"
        data-key="mark"
        aria-label={words.mark}
        onClick={() => onKey("mark")}
      >
        <span aria-hidden="true">{words.mark_sign}</span>
      </button>
    </div>
  );
}

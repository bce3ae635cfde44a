import type { NumberKey } from "../domain/number_entry.ts";
import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { DigitPad } from "./digit_pad.tsx";
import type { IconName } from "./icon.tsx";
import { enterPresses, useDigitKeys } from "./use_digit_keys.ts";
import { useTyped } from "./use_typed.ts";

export const kPinDigitsLeast = 4;
const kPinDigitsMost = 12;

export interface PinEntryProps {
  readonly label: string;
  readonly act: string;
  readonly act_busy: string;
  readonly icon: IconName;
  readonly busy: boolean;
  readonly disabled?: boolean;
  /** The PIN lives in this component only, and is forgotten once given. */
  readonly onPin: (pin: string) => void;
  /** A badge that is held to the reader meanwhile. It is never a PIN; without this it is nothing. */
  readonly onBadge?: (badge: string) => void;
}

/** No input element: nothing for a browser to fill in, remember or offer to save. */
export function PinEntry(props: PinEntryProps) {
  const { text: pin, now, set } = useTyped();
  const isReady = (typed: string) =>
    typed.length >= kPinDigitsLeast && !props.busy && props.disabled !== true;
  const press = (key: NumberKey) => {
    if (props.busy) return;
    if (key === "back") set(now().slice(0, -1));
    else if (key === "clear") set("");
    else if (/^\d$/.test(key) && now().length < kPinDigitsMost) set(now() + key);
  };
  const give = () => {
    const typed = now();
    if (!isReady(typed)) return;
    set("");
    props.onPin(typed);
  };
  useDigitKeys({
    character: (character) => {
      if (/^\d$/.test(character)) press(character as NumberKey);
    },
    back: () => press("back"),
    enter: (_, badge) => {
      if (badge !== null) {
        set("");
        if (!props.busy) props.onBadge?.(badge);
      } else if (enterPresses()) return false;
      else give();
      return true;
    },
  });
  return (
    <div class="entry">
      <div class="entry-field">
        <p class="entry-label">{props.label}</p>
        <p class="pin-dots" role="status" data-testid="pin-dots">
          <span class="visually-hidden">{t.value.identify.digits(pin.length)}</span>
          {Array.from({ length: Math.max(kPinDigitsLeast, pin.length) }, (_, at) => (
            <span key={at} class={at < pin.length ? "dot dot-full" : "dot"} aria-hidden="true" />
          ))}
        </p>
      </div>
      <DigitPad onKey={press} />
      <Button
        kind="primary"
        class="entry-act"
        icon={props.icon}
        disabled={!isReady(pin)}
        testid="pin-enter"
        onPress={give}
      >
        {props.busy ? props.act_busy : props.act}
      </Button>
    </div>
  );
}

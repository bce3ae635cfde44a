import { useRef } from "preact/hooks";
import { isBadgeCharacter, kBadgeCharactersMost, kHandPauseMs } from "../domain/badge_reader.ts";
import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { DigitPad } from "./digit_pad.tsx";
import { enterPresses, useDigitKeys } from "./use_digit_keys.ts";
import { useTyped } from "./use_typed.ts";

/** The badge by hand, or by a reader that is held to it while this screen is shown. */
export function BadgeEntry({ label, onBadge }: { label?: string; onBadge: (badge: string) => void }) {
  const { text, now, set } = useTyped();
  const words = t.value.identify;
  const add = (character: string) => set((now() + character).slice(0, kBadgeCharactersMost));
  const erase = () => set(now().slice(0, -1));
  const give = () => {
    if (now() !== "") onBadge(now());
  };
  const pressed_ms = useRef(Number.NEGATIVE_INFINITY);
  const after_pause = useRef(0);
  useDigitKeys({
    character: (character, at_ms) => {
      // A pause, or a hand that has taken away what stood before it.
      const { length } = now();
      if (at_ms - pressed_ms.current > kHandPauseMs || length < after_pause.current)
        after_pause.current = length;
      pressed_ms.current = at_ms;
      if (isBadgeCharacter(character)) add(character);
    },
    back: erase,
    enter: (_, badge) => {
      // What was typed by hand before it is no part of it.
      if (badge !== null) set(now().slice(after_pause.current));
      else if (enterPresses()) return false;
      give();
      return true;
    },
  });
  return (
    <div class="entry">
      <div class="entry-field">
        <p class="entry-label" id="badge-label">
          {label ?? words.badge_field}
        </p>
        <p class="entry-text" role="status" aria-labelledby="badge-label" data-testid="badge-text">
          {text === "" ? <span class="entry-empty">–</span> : text}
        </p>
      </div>
      <DigitPad
        onKey={(key) => {
          if (key === "back") erase();
          else if (key === "clear") set("");
          else add(key);
        }}
      />
      <Button
        kind="primary"
        class="entry-act"
        icon_end="arrow_next"
        disabled={text === ""}
        testid="badge-enter"
        onPress={give}
      >
        {words.next}
      </Button>
    </div>
  );
}

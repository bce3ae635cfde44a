import {
  kTextSizes,
  kThemes,
  motion,
  type TextSize,
  type Theme,
  textSize,
  theme,
} from "../operator/display.ts";
import { t } from "../operator/language.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { useOpenHere } from "./use_open_here.ts";

/** On every screen: larger text, other colours, no motion. They hold until the first screen is shown anew. */
export function DisplaySwitch() {
  const [open, setOpen] = useOpenHere();
  return (
    <>
      <button type="button" class="display-open" data-testid="display" onClick={() => setOpen(true)}>
        <span aria-hidden="true">Aa</span>
        <span class="visually-hidden">{t.value.display.open}</span>
      </button>
      {open ? <DisplayDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function DisplayDialog({ onClose }: { onClose: () => void }) {
  const words = t.value.display;
  return (
    <Dialog name="display" icon="text_size" title={words.title}>
      <div class="display-groups">
        <Choice
          name="text"
          title={words.text}
          value={textSize.value}
          values={kTextSizes}
          text={(size: TextSize) => words.text_size[size]}
          onChoose={(size) => {
            textSize.value = size;
          }}
        />
        <Choice
          name="theme"
          title={words.theme}
          value={theme.value}
          values={kThemes}
          text={(name: Theme) => words.themes[name]}
          onChoose={(name) => {
            theme.value = name;
          }}
        />
        <Choice
          name="motion"
          title={words.motion}
          value={motion.value}
          values={["auto", "off"] as const}
          text={(name) => words.motions[name]}
          onChoose={(name) => {
            motion.value = name;
          }}
        />
      </div>
      <Button kind="primary" icon="check" testid="display-close" onPress={onClose}>
        {t.value.common.close}
      </Button>
    </Dialog>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly title: string;
  readonly value: T;
  readonly values: readonly T[];
  readonly text: (value: T) => string;
  readonly onChoose: (value: T) => void;
}

function Choice<T extends string>({ name, title, value, values, text, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset class="display-group">
      <legend>{title}</legend>
      {values.map((one) => (
        <label key={one} class="choice" data-testid={`${name}-${one}`}>
          <input
            type="radio"
            name={`display-${name}`}
            checked={one === value}
            onChange={() => onChoose(one)}
          />
          <span class="choice-mark" aria-hidden="true" />
          <span class="choice-text">{text(one)}</span>
        </label>
      ))}
    </fieldset>
  );
}

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/button.tsx";
import type { Item } from "../../domain/attempt.ts";
import { languageOf, textIn } from "../../domain/texts.ts";
import { t, testLanguage } from "../../operator/language.ts";
import { Missing } from "./missing.tsx";

/** A point of the picture in per mille, and the picture's width over its height. */
export interface Tapped {
  readonly x: number;
  readonly y: number;
  readonly aspect: number;
}

export interface PictureProps {
  readonly item: Item;
  readonly onTap?: (tapped: Tapped) => void;
  /** Laid over the picture. */
  readonly children?: ComponentChildren;
}

/** The item's picture, and the same as large as the screen. */
export function Picture(props: PictureProps) {
  const [large, setLarge] = useState(false);
  const [failed, setFailed] = useState(false);
  if (failed) {
    return (
      <Missing icon="warning" onAgain={() => setFailed(false)}>
        {t.value.items.picture_failed}
      </Missing>
    );
  }
  return (
    <div class="picture">
      <Plate {...props} onFail={() => setFailed(true)} />
      <Button icon="enlarge" class="picture-enlarge" testid="enlarge" onPress={() => setLarge(true)}>
        {t.value.items.enlarge}
      </Button>
      {large ? <LargePicture {...props} onClose={() => setLarge(false)} /> : null}
    </div>
  );
}

function Plate({ item, onTap, onFail, children }: PictureProps & { onFail?: () => void }) {
  const [aspect, setAspect] = useState<number | null>(null);
  const language = testLanguage.value;
  const alt = item.image_alt;
  const tap = (event: MouseEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    onTap?.({
      x: ((event.clientX - box.left) / box.width) * 1_000,
      y: ((event.clientY - box.top) / box.height) * 1_000,
      aspect: box.width / box.height,
    });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list of places beside it is the same for keys and readers
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      class={onTap ? "plate plate-live" : "plate"}
      style={aspect === null ? undefined : { "--picture-aspect": String(aspect) }}
      onClick={onTap ? tap : undefined}
    >
      <img
        onLoad={(event) => setAspect(aspectOf(event.currentTarget))}
        onError={onFail}
        src={item.image ?? ""}
        alt={alt ? textIn(alt, language) : t.value.question.picture}
        lang={alt ? languageOf(alt, language) : undefined}
      />
      {children}
    </div>
  );
}

function aspectOf(image: HTMLImageElement): number | null {
  return image.naturalHeight > 0 ? image.naturalWidth / image.naturalHeight : null;
}

function LargePicture(props: PictureProps & { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="picture-large"
      aria-label={t.value.question.picture}
      data-dialog="picture"
      onClose={props.onClose}
    >
      <div class="picture-room">
        <Plate {...props} />
      </div>
      <Button kind="primary" icon="cross" testid="picture-close" onPress={() => dialog.current?.close()}>
        {t.value.common.close}
      </Button>
    </dialog>
  );
}

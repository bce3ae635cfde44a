import { useRef, useState } from "preact/hooks";

export interface Typed {
  /** As drawn. */
  readonly text: string;
  /** As typed: a reader and quick fingers are ahead of what is drawn. */
  readonly now: () => string;
  readonly set: (text: string) => void;
}

export function useTyped(): Typed {
  const [text, draw] = useState("");
  const typed = useRef("");
  return {
    text,
    now: () => typed.current,
    set: (next) => {
      typed.current = next;
      draw(next);
    },
  };
}

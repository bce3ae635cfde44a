import { useEffect } from "preact/hooks";
import { countWords } from "../domain/ages.ts";
import { needsOf } from "../domain/console_view.ts";
import { Board } from "./board.tsx";
import type { Console } from "./console.ts";
import { SignInCard } from "./sign_in_card.tsx";

export function ConsoleApp({ view }: { view: Console }) {
  const access = view.access.value;
  const report = view.box.value.heard?.value ?? null;
  const silent = view.silent.value;
  // The window's name tells it behind other windows, too.
  useEffect(() => {
    document.title = [titleOf(), "Millrace console"].filter(Boolean).join(" – ");
  });
  const titleOf = () => {
    if (report === null) return "";
    if (silent) return `${report.edge} does not answer`;
    const needs = needsOf(report).length;
    return needs === 0 ? report.edge : `${countWords(needs, "thing", "things")} at ${report.edge}`;
  };
  return access.kind === "in" ? <Board view={view} actor={access.actor} /> : <SignInCard view={view} />;
}

// Wires the console of plant IT: the code from the page's address, the box's API, the state of the page, the panels.

import { render } from "preact";
import { ConsoleApi } from "../api/console_api.ts";
import { codeIn } from "../domain/console_code.ts";
import "../styles/console.css";
import { type Clock, Console } from "./console.ts";
import { ConsoleApp } from "./console_app.tsx";

/** Out of the address at once, so that it stands in no history and no picture of the screen. */
function takeCode(): string {
  const { hash, pathname, search } = location;
  if (hash === "") return "";
  history.replaceState(null, "", pathname + search);
  return codeIn(hash);
}

const code = takeCode();
const clock: Clock = {
  now: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
const view = new Console(new ConsoleApi(), clock);
const place = document.getElementById("console");
if (place === null) throw new Error("console.html has no place for the console");
render(<ConsoleApp view={view} />, place);
document.addEventListener("visibilitychange", () => view.show(document.visibilityState === "visible"));
// Another address of it, opened in this window.
addEventListener("hashchange", () => {
  const newer = takeCode();
  if (newer !== "") void view.signIn(newer);
});
view.show(document.visibilityState === "visible");
void view.start(code);

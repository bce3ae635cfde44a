// Wires the kiosk: the box's API, the state of the page, the screens.

import { render } from "preact";
import { BoxApi } from "./api/box_api.ts";
import { BoxHttp } from "./api/http.ts";
import { App } from "./app.tsx";
import { AppUpdate } from "./operator/app_update.ts";
import { followOperator, startDisplay } from "./operator/display.ts";
import { Kiosk } from "./operator/kiosk.ts";
import { startLanguage } from "./operator/language.ts";
import { BrowserOutboxStore } from "./storage/outbox_store.ts";
import "./styles/index.css";

/** The kiosk's name stands in its start address (`/?kiosk=gate-3`), for one box serves many screens. */
const kDefaultKioskName = "kiosk";

const asked = new URLSearchParams(location.search);
const name = asked.get("kiosk") ?? kDefaultKioskName;
startDisplay(name, asked);
const kiosk = new Kiosk(
  new BoxApi(new BoxHttp(name)),
  name,
  new BrowserOutboxStore(),
  await startLanguage(location.search),
);
const place = document.getElementById("kiosk");
if (place === null) throw new Error("index.html has no place for the kiosk");
followOperator(kiosk);
if (asked.get("calibrate") === "1") kiosk.show({ name: "calibrate" });
render(<App kiosk={kiosk} />, place);
void kiosk.start();
// The browser knows of an unplugged cable before the next look at the box is due.
for (const change of ["online", "offline"]) addEventListener(change, () => kiosk.box.look());
if (import.meta.env.PROD) void new AppUpdate(kiosk).start();

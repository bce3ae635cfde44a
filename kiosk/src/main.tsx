// Wires the kiosk: the box's API, the state of the page, the screens.

import { render } from "preact";
import { BoxApi } from "./api/box_api.ts";
import { App } from "./app.tsx";
import { AppUpdate } from "./operator/app_update.ts";
import { Kiosk } from "./operator/kiosk.ts";
import "./styles/index.css";

/** The kiosk's name stands in its start address (`/?kiosk=gate-3`), for one box serves many screens. */
const kDefaultKioskName = "kiosk";

const name = new URLSearchParams(location.search).get("kiosk") ?? kDefaultKioskName;
const kiosk = new Kiosk(new BoxApi(), name);
const place = document.getElementById("kiosk");
if (place === null) throw new Error("index.html has no place for the kiosk");
render(<App kiosk={kiosk} />, place);
void kiosk.start();
if (import.meta.env.PROD) void new AppUpdate(kiosk).start();

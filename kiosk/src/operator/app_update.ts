// Brings a new release of the app in while nobody is at the screen, and at no other time.

import { effect } from "@preact/signals";
import { isOtherRelease } from "../api/app_version.ts";
import type { Kiosk } from "./kiosk.ts";

const kWorker = "/service_worker.js";
const kLookMs = 60_000;
/** Reloaded for this release already: a second time would not help. */
const kReloadedFor = "millrace-reloaded-for";

/** Owner: main. Without service workers (plain HTTP from another machine) a reload brings the new release. */
export class AppUpdate {
  private readonly kiosk: Kiosk;
  private registration: ServiceWorkerRegistration | null = null;
  private looked_at_ms = Number.NEGATIVE_INFINITY;

  constructor(kiosk: Kiosk) {
    this.kiosk = kiosk;
  }

  async start(): Promise<void> {
    // Undefined where the page does not come by a secure way.
    const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker;
    if (workers !== undefined) {
      this.registration = await workers.register(kWorker, { updateViaCache: "none" }).catch(() => null);
    }
    this.registration?.addEventListener("updatefound", () => {
      const fresh = this.registration?.installing;
      fresh?.addEventListener("statechange", () => this.look());
    });
    effect(() => {
      const free = this.kiosk.screen.value.name === "attract";
      const served = this.kiosk.box.status.value?.app;
      // Not at once: a badge that is held to a locked screen passes through the first one.
      if (free) queueMicrotask(() => this.look(served));
    });
    setInterval(() => this.look(), kLookMs);
  }

  private look(served?: string): void {
    if (!this.mayReload()) return;
    if (this.registration?.waiting && navigator.serviceWorker.controller !== null) {
      void this.begin(this.registration);
      return;
    }
    const other = isOtherRelease(served);
    if (this.registration === null) {
      if (other) this.reloadOnce(served);
      return;
    }
    const now = performance.now();
    if (!other && now - this.looked_at_ms < kLookMs) return;
    this.looked_at_ms = now;
    // A box that is away, or a worker that it cannot give: this release stays, and goes on to work.
    this.registration.update().catch(() => undefined);
  }

  /**
   * The waiting worker is not asked to skip its waiting: Chromium may let it take over minutes later, in the middle of
   * somebody's test. Without a worker the page comes from the box, at once, and its release brings its own worker.
   */
  private async begin(registration: ServiceWorkerRegistration): Promise<void> {
    if (!(await boxServesApp()) || !this.mayReload()) return;
    await registration.unregister();
    if (this.mayReload()) location.reload();
  }

  /** Nobody is there, and nothing that has no answer would go with the page: some browsers store nothing. */
  private mayReload(): boolean {
    const { outbox, desk, screen } = this.kiosk;
    return screen.peek().name === "attract" && outbox.outlasts_page && desk.outlasts_page;
  }

  private reloadOnce(served: string): void {
    if (sessionStorage.getItem(kReloadedFor) === served) return;
    sessionStorage.setItem(kReloadedFor, served);
    location.reload();
  }
}

/** Asked right before, for what was heard of the box may be seconds old, and without it there is no page. */
async function boxServesApp(): Promise<boolean> {
  try {
    return (await fetch("/version.json", { cache: "no-store" })).ok;
  } catch {
    return false;
  }
}

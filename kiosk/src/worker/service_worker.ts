// Opens the app while the plant box is away. One worker belongs to one release and knows exactly its files: a new
// release is fetched beside the one in use and waits until the page, on its first screen, lets the former one go.

import { cacheName, isOldCache, ownFile } from "./policy.ts";

declare const __MILLRACE_APP_VERSION__: string;
/** Filled in by the build, once the names of the files are known. */
declare const __MILLRACE_APP_FILES__: readonly string[];

/** What of the worker's surroundings is used here; the DOM's types do not know them. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
/** Chromium's static routing: https://w3c.github.io/ServiceWorker/#service-worker-static-routing-api */
interface InstallEvent extends ExtendableEvent {
  addRoutes?(rules: { condition: { urlPattern: string }; source: "network" }[]): Promise<void>;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install", listener: (event: InstallEvent) => void): void;
  addEventListener(type: "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const version = __MILLRACE_APP_VERSION__;
const files = __MILLRACE_APP_FILES__;

scope.addEventListener("install", (event) => {
  // Not by way of this worker, which the browser stops when nothing was asked of it for a while: an answer would wait
  // until it runs again.
  void event.addRoutes?.([{ condition: { urlPattern: "/api/*" }, source: "network" }]);
  event.waitUntil(fetchRelease());
});

scope.addEventListener("activate", (event) => event.waitUntil(clearOldReleases()));

scope.addEventListener("fetch", (event) => {
  const { method, url, mode } = event.request;
  const file = ownFile({ method, url, navigates: mode === "navigate" }, location.origin, files);
  if (file !== null) event.respondWith(answer(file, event.request));
});

/** All or nothing. A box that changes its release in the meantime gives a mixture, which must not be kept. */
async function fetchRelease(): Promise<void> {
  await caches.delete(cacheName(version));
  const cache = await caches.open(cacheName(version));
  await Promise.all(
    files.map(async (file) => {
      const response = await fetch(file, { cache: "no-cache" });
      if (!response.ok) throw new Error(`${file}: ${response.status}`);
      await cache.put(file, response);
    }),
  );
  const response = await fetch("/version.json", { cache: "no-store" });
  const served = (await response.json()) as { version?: unknown };
  if (served.version !== version) throw new Error("the box serves another release by now");
}

/** Takes the page that installed it as well: a page without a worker would let the next release in unasked. */
async function clearOldReleases(): Promise<void> {
  await scope.clients.claim();
  const names = await caches.keys();
  await Promise.all(names.filter((name) => isOldCache(name, version)).map((name) => caches.delete(name)));
}

/** From the cache; whatever is wrong with it, the network is asked, so that no release gets stuck. */
async function answer(file: string, request: Request): Promise<Response> {
  try {
    const cache = await caches.open(cacheName(version));
    const kept = await cache.match(file);
    if (kept !== undefined) return kept;
  } catch {
    // As if nothing were there.
  }
  return fetch(request);
}

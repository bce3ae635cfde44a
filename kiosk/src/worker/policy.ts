// Which requests the service worker answers from its own files, and which caches are its own.

const kCachePrefix = "millrace-app-";
const kPage = "/index.html";

export const cacheName = (version: string) => kCachePrefix + version;

/** Of an earlier release of this app; anything else in the browser is not ours to clear. */
export const isOldCache = (name: string, version: string) =>
  name.startsWith(kCachePrefix) && name !== cacheName(version);

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly navigates: boolean;
}

/**
 * The file of this release that answers the request, or null: then it goes to the box as if there were no worker. Only
 * the app's own files are answered here, never the API, whose answers are about one person at one moment.
 */
export function ownFile(asked: Asked, origin: string, files: readonly string[]): string | null {
  const url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== origin) return null;
  if (asked.navigates) return url.pathname === "/" || url.pathname === kPage ? kPage : null;
  return files.includes(url.pathname) ? url.pathname : null;
}

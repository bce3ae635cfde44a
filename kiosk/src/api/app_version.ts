// Which release of the app this page is. The build puts it here, into version.json and into the service worker.

declare const __MILLRACE_APP_VERSION__: string | undefined;

export const kAppVersion =
  typeof __MILLRACE_APP_VERSION__ === "undefined" ? "development" : __MILLRACE_APP_VERSION__;

/** Whether the box serves another release than this page; `served` is empty where it serves none. */
export function isOtherRelease(served: string | undefined): served is string {
  return served !== undefined && served !== "" && served !== kAppVersion;
}

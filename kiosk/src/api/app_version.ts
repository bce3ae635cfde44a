// Which release of the app this page is. The build puts it here, into version.json and into the service worker.

declare const __MILLRACE_APP_VERSION__: string | undefined;

export const kAppVersion =
  typeof __MILLRACE_APP_VERSION__ === "undefined" ? "development" : __MILLRACE_APP_VERSION__;

import { expect, test } from "vitest";
import { cacheName, isOldCache, ownFile } from "../../src/worker/policy.ts";

const kOrigin = "https://box.plant.test:8443";
const kFiles = ["/index.html", "/assets/index-1.js", "/mark.svg"];
const ask = (path: string, more: Partial<Parameters<typeof ownFile>[0]> = {}) =>
  ownFile({ method: "GET", url: kOrigin + path, navigates: false, ...more }, kOrigin, kFiles);

test("the app's own files come from the cache", () => {
  expect(ask("/assets/index-1.js")).toBe("/assets/index-1.js");
  expect(ask("/?kiosk=gate-3", { navigates: true })).toBe("/index.html");
});

test.each([
  "/api/v1/work",
  "/api/v1/packages/t/1/media/a.svg",
  "/admin/v1/box",
  "/console.html",
  "/healthz",
  "/version.json",
  "/service_worker.js",
])("%s is the box's to answer", (path) => {
  expect(ask(path)).toBeNull();
  expect(ask(path, { navigates: true })).toBeNull();
});

test("files of another release, other origins and writes are left alone", () => {
  expect(ask("/assets/index-2.js")).toBeNull();
  expect(ask("/index.html", { method: "POST" })).toBeNull();
  expect(ask("/index.html", { url: "https://elsewhere.test/index.html" })).toBeNull();
});

test("only caches of other releases of this app are old", () => {
  expect(isOldCache(cacheName("1"), "2")).toBe(true);
  expect(isOldCache(cacheName("2"), "2")).toBe(false);
  expect(isOldCache("somebody-elses", "2")).toBe(false);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConsoleApi } from "../../src/api/console_api.ts";

let asked: { method: string; path: string; token: string | undefined; body: unknown }[] = [];

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (path: string, { method, headers, body }: RequestInit) => {
    const token = (headers as Record<string, string>)["X-Millrace-CSRF"];
    asked.push({
      method: method ?? "",
      path,
      token,
      body: body === undefined ? null : JSON.parse(String(body)),
    });
    return new Response('{"csrf":"token","actor":"anna","until":"2026-11-27T14:00:00.000Z"}');
  });
});

afterEach(() => vi.unstubAllGlobals());

test("signing in and a session from before both give the token that decisions carry", async () => {
  for (const begin of [(api: ConsoleApi) => api.signIn("CODE"), (api: ConsoleApi) => api.session()]) {
    asked = [];
    const api = new ConsoleApi();
    await begin(api);
    await api.discard({ stream_id: "s-1", sequence: 17 }, "on paper");
    expect(asked.map(({ token }) => token)).toEqual([undefined, "token"]);
  }
});

test("each request goes to its place", async () => {
  const api = new ConsoleApi();
  await api.signIn("CODE");
  await api.box();
  await api.history(168);
  await api.parked();
  await api.conflicts();
  await api.replay({ stream_id: "s-1", sequence: 17 }, "raised");
  await api.signOut();
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /admin/v1/session",
    "GET /admin/v1/box",
    "GET /admin/v1/history?hours=168",
    "GET /admin/v1/parked",
    "GET /admin/v1/conflicts",
    "POST /admin/v1/parked/s-1/17/replay",
    "DELETE /admin/v1/session",
  ]);
  expect([asked[0]?.body, asked[5]?.body]).toEqual([{ code: "CODE" }, { reason: "raised" }]);
});

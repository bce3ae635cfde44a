import { afterEach, expect, test, vi } from "vitest";
import { BoxHttp, problemOf } from "../../src/api/http.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const answering = (answer: () => Promise<Response>) => {
  const asked = vi.fn<(path: string, request: RequestInit) => Promise<Response>>(answer);
  vi.stubGlobal("fetch", asked);
  return asked;
};

test("a write carries the session's token, a read does not", async () => {
  const asked = answering(async () => new Response("{}"));
  const http = new BoxHttp();
  http.csrf = "token";
  await http.send("GET", "/api/v1/work");
  await http.send("POST", "/api/v1/attempts", { a: 1 });
  const headers = asked.mock.calls.map(([, request]) => request.headers as Record<string, string>);
  expect(headers[0]).not.toHaveProperty("X-Millrace-CSRF");
  expect(headers[1]).toMatchObject({ "X-Millrace-CSRF": "token", "Content-Type": "application/json" });
});

test("a kiosk says its name, whatever letters it has", async () => {
  const asked = answering(async () => new Response("{}"));
  await new BoxHttp("Tor 3 – Süd").send("GET", "/api/v1/status");
  await new BoxHttp().send("GET", "/admin/v1/box");
  const headers = asked.mock.calls.map(([, request]) => request.headers as Record<string, string>);
  expect(headers[0]).toMatchObject({ "X-Millrace-Kiosk": "Tor%203%20%E2%80%93%20S%C3%BCd" });
  expect(headers[1]).not.toHaveProperty("X-Millrace-Kiosk");
});

test("a box that does not answer is an outcome, and so is half an answer", async () => {
  answering(() => Promise.reject(new TypeError("connection refused")));
  expect(await new BoxHttp().send("GET", "/")).toEqual({ kind: "unreachable" });
  answering(async () => new Response('{"half":'));
  expect(await new BoxHttp().send("GET", "/")).toEqual({ kind: "unreachable" });
});

test("an empty answer is one", async () => {
  answering(async () => new Response(null, { status: 204 }));
  expect(await new BoxHttp().send("DELETE", "/api/v1/session")).toEqual({ kind: "ok", value: null });
});

test("reads a problem document", () => {
  const text = JSON.stringify({
    type: "urn:millrace:problem:locked-out",
    status: 429,
    detail: "wait",
    retry_after_s: 30,
  });
  expect(problemOf(429, new Headers(), text)).toEqual({
    code: "locked-out",
    status: 429,
    detail: "wait",
    retry_after_s: 30,
  });
});

test("names what is no problem document by its status, and reads Retry-After", () => {
  expect(problemOf(503, new Headers({ "Retry-After": "5" }), "<html>")).toEqual({
    code: "http-503",
    status: 503,
    detail: "",
    retry_after_s: 5,
  });
});

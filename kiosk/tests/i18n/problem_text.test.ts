/// <reference types="vite/client" />
import { expect, test } from "vitest";
import api from "../../../docs/kiosk-api.yaml?raw";
import type { Problem } from "../../src/domain/outcome.ts";
import { en } from "../../src/i18n/en.ts";
import { kScreenLanguages, loadDictionary } from "../../src/i18n/index.ts";
import { problemText } from "../../src/i18n/problem_text.ts";

const problem = (status: number, code: string): Problem => ({
  code,
  status,
  detail: "",
  retry_after_s: null,
});

test("a leader who decides on their own request is told so, and not that it takes a team leader", () => {
  expect(problemText(problem(403, "own-request"), en)).toBe(en.refusals.own_request);
  // What a box of the release before says of it.
  expect(problemText(problem(403, "not-allowed"), en)).toBe(en.refusals.not_allowed);
});

test.each(kScreenLanguages)(
  "in %s, what is gone is said to be gone, and nobody is asked to try it again",
  async (language) => {
    const words = await loadDictionary(language);
    const text = problemText(problem(404, "not-found"), words);
    expect(text).toBe(words.problems.not_found);
    expect(text).not.toContain("not-found");
  },
);

test.each(kScreenLanguages)(
  "in %s, a test that the box refuses for plant IT's sake sends nobody back to the list",
  async (language) => {
    const words = await loadDictionary(language);
    const text = problemText(problem(409, "package-unusable"), words);
    expect(text).toBe(`${words.problems.package_unusable} ${words.common.reference("package-unusable")}`);
  },
);

test("a code of a newer box is told by its name, as a reference", () => {
  const text = problemText(problem(403, "of-tomorrow"), en);
  expect(text).toBe(`${en.problems.other} ${en.common.reference("of-tomorrow")}`);
});

/** Nobody at the screen can do more about them than try again and tell plant IT the code: the general text says that. */
const kForPlantIt = {
  "invalid-input": "this app sends nothing that the box does not take",
  "unsupported-media-type": "as above",
  "too-large": "as above",
  "header-too-large": "as above",
  malformed: "as above",
  "bad-target": "as above",
  "bad-response": "an answer of a kind that the question does not have; as above",
  "wrong-origin": "the page of another server, or a proxy that is set up wrongly",
  internal: "the box itself is at fault",
};

const kCodes = [...new Set(api.match(/urn:millrace:problem:[a-z-]+/g))].map((type) =>
  type.replace("urn:millrace:problem:", ""),
);

test("every problem that the box names has its own text, or is left to the general one for a reason", () => {
  expect(kCodes.length).toBeGreaterThan(20);
  const general = kCodes.filter((code) => problemText(problem(400, code), en).startsWith(en.problems.other));
  expect(general.sort()).toEqual(Object.keys(kForPlantIt).sort());
});

test("a sign-in that has ended, and a test that was taken up elsewhere, are told as such", () => {
  expect(problemText(problem(401, "not-signed-in"), en)).toBe(en.identify.session_ended);
  expect(problemText(problem(403, "bad-csrf"), en)).toBe(en.identify.session_ended);
  expect(problemText(problem(409, "stale-lease"), en)).toBe(en.elsewhere.lead);
});

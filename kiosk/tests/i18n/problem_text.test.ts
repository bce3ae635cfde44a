import { expect, test } from "vitest";
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
    expect(text).toBe(
      `${words.problems.package_unusable} ${words.common.reference("package-unusable")}`,
    );
  },
);

test("a code of a newer box is told by its name, as a reference", () => {
  const text = problemText(problem(403, "of-tomorrow"), en);
  expect(text).toBe(`${en.problems.other} ${en.common.reference("of-tomorrow")}`);
});

// A dictionary as a list of its texts, each with the way to it.

type Speak = (...given: readonly number[]) => string;

/** A text, or what makes one from what it is given. */
export type Leaf = string | Speak;

export function leavesOf(dictionary: object, way = ""): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  for (const [name, value] of Object.entries(dictionary)) {
    const here = way === "" ? name : `${way}.${name}`;
    if (typeof value === "object" && value !== null) {
      for (const [inner, leaf] of leavesOf(value, here)) leaves.set(inner, leaf);
    } else {
      leaves.set(here, value);
    }
  }
  return leaves;
}

/** The text, made from these numbers if it is one that is made. */
export function said(leaf: Leaf | undefined, given: readonly number[]): string {
  if (leaf === undefined) return "";
  return typeof leaf === "function" ? leaf(...given) : leaf;
}

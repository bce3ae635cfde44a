// A number typed key by key on the pad: what each key does, and when the text is a number.

/** The box takes nine digits before the decimal mark and nine behind it; so many in all always fit. */
export const kNumberEntryCharactersMost = 9;

export type NumberKey =
  | "0"
  | "1"
  | "2"
  | "3"
  | "4"
  | "5"
  | "6"
  | "7"
  | "8"
  | "9"
  | "mark"
  | "sign"
  | "back"
  | "clear";

/** The text after one key. Either decimal mark may stand in the text; `mark` is the one that the key writes. */
export function pressKey(text: string, key: NumberKey, mark: "," | "."): string {
  switch (key) {
    case "back":
      return text.slice(0, -1);
    case "clear":
      return "";
    case "sign":
      return text.startsWith("-") ? text.slice(1) : `-${text}`;
    case "mark":
      if (/[.,]/.test(text)) return text;
      return bounded(text, /\d/.test(text) ? mark : `0${mark}`);
    default: {
      const digits = text.replace("-", "");
      return digits === "0" ? text.slice(0, -1) + key : bounded(text, key);
    }
  }
}

/** The decimal string that the box understands ("12,50" is "12.50"), or null while the text is no number yet. */
export function toNumber(text: string): string | null {
  const match = /^(-?)(\d+)(?:[.,](\d*))?$/.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = ""] = match;
  const plain = whole.replace(/^0+(?=\d)/, "");
  return `${sign}${plain}${fraction === "" ? "" : `.${fraction}`}`;
}

/** What a keyboard may leave in the field: digits, one mark, a leading minus. */
export function cleanTyped(typed: string): string {
  const sign = typed.trimStart().startsWith("-") ? "-" : "";
  const [whole = "", ...rest] = typed.replace(/[^\d.,]/g, "").split(/(?=[.,])/);
  const fraction = rest.join("").replace(/[.,]/g, "");
  const mark = rest[0]?.[0] ?? "";
  return `${sign}${whole}${mark}${fraction}`.slice(0, kNumberEntryCharactersMost);
}

/** The box's decimal string as the reader writes it. */
export function shownNumber(number: string, mark: "," | "."): string {
  return number.replace(".", mark);
}

function bounded(text: string, more: string): string {
  return text.length + more.length > kNumberEntryCharactersMost ? text : text + more;
}

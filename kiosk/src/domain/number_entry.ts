// A number typed key by key on the pad: what each key does, and when the text is a number.

/** As the box: so many digits before the decimal mark, and as many behind it. */
const kDigitsEachSideMost = 9;
/** With a sign and a mark. */
export const kNumberEntryCharactersMost = 2 * kDigitsEachSideMost + 2;

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
      return text + (/\d/.test(text) ? mark : `0${mark}`);
    default: {
      if (text.replace("-", "") === "0") return text.slice(0, -1) + key;
      const digits = /\d*$/.exec(text)?.[0] ?? "";
      return digits.length < kDigitsEachSideMost ? text + key : text;
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

/** What a keyboard may leave in the field: digits, as many as the box takes, one mark, a leading minus. */
export function cleanTyped(typed: string): string {
  const sign = typed.trimStart().startsWith("-") ? "-" : "";
  const [whole = "", ...rest] = typed.replace(/[^\d.,]/g, "").split(/(?=[.,])/);
  const fraction = rest.join("").replace(/[.,]/g, "");
  const mark = rest[0]?.[0] ?? "";
  return sign + whole.slice(0, kDigitsEachSideMost) + mark + fraction.slice(0, kDigitsEachSideMost);
}

/** The box's decimal string as the reader writes it. */
export function shownNumber(number: string, mark: "," | "."): string {
  return number.replace(".", mark);
}

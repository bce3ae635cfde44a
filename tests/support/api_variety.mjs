// How much of what docs/kiosk-api.yaml lets the box say has been said: which optional members, which values of an
// enumeration, which kinds of an answer and which nulls.

/// One word for each of them: "Step.at", "Step.state = done", "Response {choice}", "Work.due_at = null".
///   schemas   the document's, whose references are plain names
///   is_valid  (schema, value): whether the value is as described
export class Variety {
  described = new Set();
  told = new Set();
  #schemas;
  #is_valid;
  #walked = new Set();

  constructor(schemas, is_valid) {
    this.#schemas = schemas;
    this.#is_valid = is_valid;
  }

  get missing() {
    return [...this.described].filter((word) => !this.told.has(word)).sort();
  }

  /// Notes all that an answer with this schema may say.
  describe(schema, at) {
    if (schema.$ref) {
      if (this.#walked.has(schema.$ref)) return;
      this.#walked.add(schema.$ref);
      return this.describe(this.#schemas[schema.$ref], schema.$ref);
    }
    for (const value of schema.enum ?? []) this.described.add(value_word(at, value));
    if (is_nullable(schema)) this.described.add(value_word(at, null));
    for (const part of schema.allOf ?? []) this.describe(part, at);
    for (const kind of schema.oneOf ?? []) {
      this.described.add(kind_word(at, kind));
      this.describe(kind, at);
    }
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      if (!schema.required?.includes(name)) this.described.add(`${at}.${name}`);
      this.describe(member, `${at}.${name}`);
    }
    for (const inner of inner_of(schema)) this.describe(inner, at);
  }

  /// Notes what this one says.
  note(schema, value, at) {
    if (schema.$ref) return this.note(this.#schemas[schema.$ref], value, schema.$ref);
    if (schema.enum || (value === null && is_nullable(schema))) this.told.add(value_word(at, value));
    for (const part of schema.allOf ?? []) this.note(part, value, at);
    for (const kind of schema.oneOf ?? []) {
      if (!this.#is_valid(kind, value)) continue;
      this.told.add(kind_word(at, kind));
      this.note(kind, value, at);
    }
    if (value === null || typeof value !== 'object') return;
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      if (!(name in value)) continue;
      this.told.add(`${at}.${name}`);
      this.note(member, value[name], `${at}.${name}`);
    }
    for (const inner of inner_of(schema)) for (const one of Object.values(value)) this.note(inner, one, at);
  }
}

const value_word = (at, value) => `${at} = ${value}`;
const kind_word = (at, kind) => (kind.required ? `${at} {${kind.required}}` : value_word(at, kind.$ref ?? null));
const is_nullable = ({ type }) => Array.isArray(type) && type.includes('null');
/// What a list's elements, or a table's values, are.
const inner_of = ({ items, additionalProperties }) => [items, additionalProperties].filter((inner) => inner && typeof inner === 'object');

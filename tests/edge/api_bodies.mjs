// Bodies that are not what docs/kiosk-api.yaml describes, made from those that the box has taken: each breaks in one place.
import { submission_key } from '../support/operator_client.mjs';

const WRONG_TYPE = { string: 7, integer: '1', boolean: 'yes', array: 'none', object: 'none' };
const type_of = ({ type }) => (Array.isArray(type) ? type.find((one) => one !== 'null') : type);

/// [what is wrong, the value instead], for a value that is as described. `resolve`: a schema without its reference.
function* broken_values(schema, value, resolve) {
  if (schema.oneOf || schema.enum || type_of(schema)) yield ['of another type', schema.enum ? 7 : (WRONG_TYPE[type_of(schema)] ?? 7)];
  if (schema.enum) yield ['not in the list', 'no-such-word'];
  if (schema.maxLength) yield ['too long', 'a'.repeat(schema.maxLength + 1)];
  if (schema.pattern) yield ['of another form', '?'];
  if (type_of(schema) === 'integer') yield ['not whole', 1.5];
  if (schema.minimum !== undefined) yield ['too small', schema.minimum - 1];
  if (schema.minItems) yield ['too few', value.slice(0, schema.minItems - 1)];
  if (schema.maxItems) yield ['too many', Array.from({ length: schema.maxItems + 1 }, (_, i) => `op-${i}`)];
  if (schema.uniqueItems) yield ['one twice', [...value, value[0]]];
  if (schema.minProperties) yield ['none', {}];
  for (const part of schema.allOf ?? []) yield* broken_values(resolve(part), value, resolve);
  for (const kind of schema.oneOf ?? []) {
    const is_this = value !== null && kind.properties && Object.keys(value).every((name) => name in kind.properties);
    if (is_this) yield* broken_members(kind, value, resolve);
  }
  if (schema.items) yield ['with a wrong element', [...value.slice(1), 7]];
  if (schema.additionalProperties?.type) yield ['with a wrong value', { ...value, [Object.keys(value)[0]]: 7 }];
  if (type_of(schema) === 'object') yield* broken_members(schema, value, resolve);
}

function* broken_members(schema, body, resolve) {
  for (const [name, described] of Object.entries(schema.properties ?? {})) {
    if (!(name in body)) continue;
    const { [name]: value, ...others } = body;
    yield [`without ${name}`, others];
    for (const [what, instead] of broken_values(resolve(described), value, resolve)) {
      yield [`${name} ${what}`, { ...others, [name]: instead }];
    }
  }
}

/// Every operation with a body, and all that is wrong about it, once: [{method, path, what, body}].
///   document   ApiDocument
///   answers    of a journey: the bodies that were taken are what is broken here
///   own        members of the bodies as the one who sends them may write them
export function broken_bodies(document, answers, own) {
  const found = new Map();
  for (const { method, path, pattern, schema } of document.bodies) {
    const taken = answers.filter((answer) => answer.method === method && answer.status < 300 && pattern.test(answer.path));
    if (taken.length === 0) throw new Error(`${method} ${path}: no body was ever taken`);
    for (const { body } of taken) {
      const mine = { ...own, submission_key: submission_key() };
      const whole = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, mine[name] ?? value]));
      for (const [what, broken] of broken_values(document.resolve(schema), whole, (part) => document.resolve(part))) {
        const name = `${method} ${path}: ${what}`;
        if (!found.has(name) && !document.takes(schema, broken)) found.set(name, { name, method, path, body: broken });
      }
    }
  }
  return [...found.values()];
}

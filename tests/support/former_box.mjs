// A box of the former release, as far as the app can tell: today's box behind the API as it was then. It refuses
// addresses and members that it did not know, and tells no more than it told; values are not looked at. Headers, streams of events and files are today's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/// docs/kiosk-api.yaml of the former release, replaced whole when one is made; until there is one, of af5fc76.
export const FORMER_API = parse(readFileSync(join(import.meta.dirname, 'former_kiosk_api.yaml'), 'utf8'));

/// In the page: every request to the box, as the former release would take it.
export function as_the_former_box([api]) {
  const resolve = (part) => (part.$ref ? resolve(part.$ref.split('/').slice(1).reduce((at, name) => at[name], api)) : part);
  const shapes_of = (schema) => {
    const whole = resolve(schema);
    return [whole, ...[...(whole.allOf ?? []), ...(whole.oneOf ?? [])].flatMap(shapes_of)];
  };
  /// The value without the members that are not described.
  const described = (schema, value) => {
    if (typeof value !== 'object' || value === null) return value;
    const shapes = shapes_of(schema);
    if (Array.isArray(value)) {
      const { items } = shapes.find((shape) => shape.items);
      return value.map((one) => described(items, one));
    }
    const of_member = (name) => shapes.map(({ properties, additionalProperties }) => properties?.[name] ?? additionalProperties).find(Boolean);
    const members = Object.entries(value).map(([name, inner]) => [name, inner, of_member(name)]);
    return Object.fromEntries(members.filter(([, , known]) => known).map(([name, inner, known]) => [name, described(known, inner)]));
  };
  const takes = (schema, body) =>
    JSON.stringify(described(schema, body)) === JSON.stringify(body) && (resolve(schema).required ?? []).every((name) => name in body);

  const real = globalThis.fetch;
  globalThis.changed_answers = 0;
  globalThis.refused_by_former = [];
  const refuse = (route, status, code) => {
    globalThis.refused_by_former.push(route);
    return Response.json({ type: `urn:millrace:problem:${code}`, title: code, status, detail: '' }, { status });
  };
  globalThis.fetch = async (asked, options) => {
    const url = new URL(asked, location.href);
    if (!url.pathname.startsWith('/api/')) return real(asked, options);
    const method = (options?.method ?? 'GET').toLowerCase();
    const path = Object.keys(api.paths).find((one) => new RegExp(`^${one.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(url.pathname));
    const operation = api.paths[path]?.[method];
    if (!operation) return refuse(`${method} ${url.pathname}`, 404, 'not-found');
    if (options?.body) {
      const schema = operation.requestBody?.content['application/json'].schema;
      if (!schema || !takes(schema, JSON.parse(options.body))) return refuse(`${method} ${path}`, 400, 'invalid-input');
    }
    // What it does not know in an address it does not read.
    const parameters = [...(api.paths[path].parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
    for (const name of [...url.searchParams.keys()]) {
      if (!parameters.some((one) => one.in === 'query' && one.name === name)) url.searchParams.delete(name);
    }
    const answer = await real(url, options);
    const response = operation.responses[answer.status];
    const schema = response && Object.values(resolve(response).content ?? {})[0]?.schema;
    if (!schema || !/json/.test(answer.headers.get('content-type') ?? '')) return answer;
    globalThis.changed_answers += 1;
    return new Response(JSON.stringify(described(schema, await answer.json())), { status: answer.status, headers: answer.headers });
  };
}

/// What this page asked for that the former release would refuse: "post /api/v1/unlock"; nothing before another box.
export const refused_by_former = (page) => page.evaluate(() => globalThis.refused_by_former ?? []);

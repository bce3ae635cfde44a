// docs/kiosk-api.yaml, or another document of its kind, as a judge: which routes there are, and whether an answer is one that it describes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { Variety } from './api_variety.mjs';
import { root } from './stack.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const SCHEMAS = '#/components/schemas/';

export const read_document = (name = 'kiosk-api.yaml') => parse(readFileSync(join(root, 'docs', name), 'utf8'));

/// Readers are told to ignore what they do not know; the box must say nothing that is not written down.
function close(schema) {
  if (schema === null || typeof schema !== 'object') return;
  if (schema.properties && schema.type === 'object') schema.additionalProperties ??= false;
  for (const part of Object.values(schema)) close(part);
}

/// What each event of a stream carries, of those that are there as a whole.
const data_of = (stream) => [...stream.matchAll(/^data: ?(.*)\n\n/gm)].map(([, data]) => JSON.parse(data));

/// Of a response that several operations share, its own.
const name_of = (response, operation, status) => response.$ref?.split('/').at(-1) ?? `${operation.operationId} ${status}`;

export class ApiDocument {
  #ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  #paths;
  #document;
  /// What was checked and described: "GET /path 200".
  seen = new Set();
  /// What was sent beside the path and accepted: "GET /path?name".
  #asked = new Set();
  #open;
  #variety;

  /// `open`: as a reader takes it, who does not mind members that are not described.
  constructor(document = read_document(), { open = false } = {}) {
    this.#open = open;
    // Each schema is one of its own to the validator, named as it is here.
    this.#document = JSON.parse(JSON.stringify(document).replaceAll(`"${SCHEMAS}`, '"'));
    if (!open) close(this.#document);
    for (const [name, schema] of Object.entries(this.#document.components.schemas)) this.#ajv.addSchema(schema, name);
    this.#paths = Object.keys(this.#document.paths).map((path) => ({
      path,
      pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
    }));
    this.#variety = new Variety(this.#document.components.schemas, (schema, value) => this.takes(schema, value));
    for (const { operation } of this.#operations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        for (const { schema } of Object.values(this.#response(response).content ?? {})) this.#variety.describe(schema, name_of(response, operation, status));
      }
    }
  }

  /// Of what the box may say in its answers, what none of those that were checked has said: see api_variety.mjs.
  get never_told() {
    return this.#variety.missing;
  }

  /// Each operation that takes a body: {method, path, pattern, schema}.
  get bodies() {
    return this.#operations
      .filter(({ operation }) => operation.requestBody)
      .map(({ method, path, operation }) => ({
        method: method.toUpperCase(),
        path,
        pattern: this.#paths.find((one) => one.path === path).pattern,
        schema: operation.requestBody.content['application/json'].schema,
      }));
  }

  /// The schema without its reference.
  resolve(schema) {
    return schema.$ref ? this.#document.components.schemas[schema.$ref] : schema;
  }

  /// Whether the value is as the schema describes it.
  takes(schema, value) {
    return this.#schema_faults(schema, value).length === 0;
  }

  #response(response) {
    return response.$ref ? this.#document.components.responses[response.$ref.split('/').at(-1)] : response;
  }

  /// "GET /path/{name}", ascending.
  get routes() {
    return this.#operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort();
  }

  /// Every status of every operation: "GET /path 200", ascending.
  get statuses() {
    return this.#operations
      .flatMap(({ method, path, operation }) =>
        Object.keys(operation.responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      )
      .sort();
  }

  get #operations() {
    return Object.entries(this.#document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method] })),
    );
  }

  /// What may be asked beside the path, of all operations: "GET /path?name", ascending.
  get queries() {
    return this.#operations
      .flatMap(({ method, path, operation }) => [...this.#queries_of(path, operation).keys()].map((name) => `${method.toUpperCase()} ${path}?${name}`))
      .sort();
  }

  /// Of those, what none of the answers that were checked was asked with.
  get never_asked() {
    return this.queries.filter((name) => !this.#asked.has(name));
  }

  /// By name, the schema of each.
  #queries_of(path, operation) {
    const parameters = [...(this.#document.paths[path].parameters ?? []), ...(operation.parameters ?? [])];
    const resolved = parameters.map((one) => (one.$ref ? this.#document.components.parameters[one.$ref.split('/').at(-1)] : one));
    return new Map(resolved.filter((one) => one.in === 'query').map(({ name, schema }) => [name, schema]));
  }

  #query_faults(method, path, operation, query) {
    const described = this.#queries_of(path, operation);
    return [...query].flatMap(([name, value]) => {
      const schema = described.get(name);
      if (!schema) return [`?${name} is not described`];
      this.#asked.add(`${method} ${path}?${name}`);
      // A number is written there without a type.
      const faults = [value, Number(value)].map((read) => this.#schema_faults(schema, read));
      return faults.some(({ length }) => length === 0) ? [] : faults[0].map((fault) => `?${name}: ${fault}`);
    });
  }

  /// What is wrong with an answer, and with the request that it accepted: one sentence each. `body`: as it was sent.
  faults_of({ method, path, status, type, text, body }) {
    const [address, query] = path.split('?');
    const known = this.#paths.find(({ pattern }) => pattern.test(address));
    const operation = known && this.#document.paths[known.path][method.toLowerCase()];
    if (!operation) return [`${method} ${address} is not described`];
    const name = `${method} ${known.path} ${status}`;
    if (!operation.responses[status]) return [`${name} is not described`];
    this.seen.add(name);
    const response = operation.responses[status];
    const faults = this.#answer_faults(this.#response(response), type, text, name_of(response, operation, status));
    if (status < 300 && body !== undefined && body !== null) {
      const schema = operation.requestBody?.content['application/json'].schema;
      faults.push(...(schema ? this.#schema_faults(schema, body) : ['a request body is not described']));
    }
    if (status < 300 && !this.#open) faults.push(...this.#query_faults(method, known.path, operation, new URLSearchParams(query)));
    return faults.map((fault) => `${name}: ${fault}`);
  }

  #answer_faults(response, type, text, at) {
    const media = (type ?? '').split(';')[0];
    if (!response.content) return text === '' ? [] : ['has a body, and none is described'];
    const described = Object.keys(response.content).find((one) =>
      one.endsWith('/*') ? media.startsWith(one.slice(0, -1)) : one === media,
    );
    if (!described) return [`is ${media}, and that is not described`];
    const { schema } = response.content[described];
    const values = media === 'text/event-stream' ? data_of(text) : media.endsWith('json') ? [JSON.parse(text)] : [];
    for (const value of values) this.#variety.note(schema, value, at);
    return values.flatMap((value) => this.#schema_faults(schema, value));
  }

  #schema_faults(schema, value) {
    const valid = this.#ajv.compile(schema);
    if (valid(value)) return [];
    return valid.errors.map(({ instancePath, message, params }) =>
      `${instancePath || 'the body'} ${message}${params.additionalProperty ? ` (${params.additionalProperty})` : ''}`);
  }
}

// docs/kiosk-api.yaml as a judge: which routes there are, and whether an answer is one that it describes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { root } from './stack.mjs';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const SCHEMAS = '#/components/schemas/';

export const read_document = () => parse(readFileSync(join(root, 'docs', 'kiosk-api.yaml'), 'utf8'));

/// Readers are told to ignore what they do not know; the box must say nothing that is not written down.
function close(schema) {
  if (schema === null || typeof schema !== 'object') return;
  if (schema.properties && schema.type === 'object') schema.additionalProperties ??= false;
  for (const part of Object.values(schema)) close(part);
}

/// What each event of a stream carries, of those that are there as a whole.
const data_of = (stream) => [...stream.matchAll(/^data: ?(.*)\n\n/gm)].map(([, data]) => JSON.parse(data));

export class ApiDocument {
  #ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  #paths;
  #document;
  /// What was checked and described: "GET /path 200".
  seen = new Set();

  constructor(document = read_document()) {
    // Each schema is one of its own to the validator, named as it is here.
    this.#document = JSON.parse(JSON.stringify(document).replaceAll(`"${SCHEMAS}`, '"'));
    close(this.#document);
    for (const [name, schema] of Object.entries(this.#document.components.schemas)) this.#ajv.addSchema(schema, name);
    this.#paths = Object.keys(this.#document.paths).map((path) => ({
      path,
      pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
    }));
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

  /// What is wrong with an answer, and with the request that it accepted: one sentence each. `body`: as it was sent.
  faults_of({ method, path, status, type, text, body }) {
    const address = path.split('?')[0];
    const known = this.#paths.find(({ pattern }) => pattern.test(address));
    const operation = known && this.#document.paths[known.path][method.toLowerCase()];
    if (!operation) return [`${method} ${address} is not described`];
    const name = `${method} ${known.path} ${status}`;
    if (!operation.responses[status]) return [`${name} is not described`];
    this.seen.add(name);
    const faults = this.#answer_faults(operation.responses[status], type, text);
    if (status < 300 && body !== undefined && body !== null) {
      const schema = operation.requestBody?.content['application/json'].schema;
      faults.push(...(schema ? this.#schema_faults(schema, body) : ['a request body is not described']));
    }
    return faults.map((fault) => `${name}: ${fault}`);
  }

  #answer_faults(response, type, text) {
    if (response.$ref) {
      return this.#answer_faults(this.#document.components.responses[response.$ref.split('/').at(-1)], type, text);
    }
    const media = (type ?? '').split(';')[0];
    if (!response.content) return text === '' ? [] : ['has a body, and none is described'];
    const described = Object.keys(response.content).find((one) =>
      one.endsWith('/*') ? media.startsWith(one.slice(0, -1)) : one === media,
    );
    if (!described) return [`is ${media}, and that is not described`];
    const { schema } = response.content[described];
    if (media === 'text/event-stream') return data_of(text).flatMap((data) => this.#schema_faults(schema, data));
    return media.endsWith('json') ? this.#schema_faults(schema, JSON.parse(text)) : [];
  }

  #schema_faults(schema, value) {
    const valid = this.#ajv.compile(schema);
    if (valid(value)) return [];
    return valid.errors.map(({ instancePath, message, params }) =>
      `${instancePath || 'the body'} ${message}${params.additionalProperty ? ` (${params.additionalProperty})` : ''}`);
  }
}

// The golden files read by a second hand: protobufjs for the data, node:crypto for the evidence, and the
// mappings undone by rules written here. Nothing of the C++ code takes part.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import {
  attribute_bytes,
  chain_hash,
  event_of_message,
  faults_of_run,
  parse_attribute_bytes,
  prevhash_of,
  public_key,
  sequence_of,
  sha256,
  signature_holds,
  Verifier,
} from '../../support/evidence.mjs';
import { contracts, decode, type_of } from '../../support/events.mjs';

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
type Attributes = Record<string, string>;
type Event = { attributes: Attributes; data: Buffer };

interface GoldenMessage {
  file: string;
  schema: string;
  fields: { [name: string]: Json };
}
interface GoldenEvent extends GoldenMessage {
  made_by: 'box' | 'centre' | 'relay';
  attributes: Attributes;
  evidence?: Record<
    'attribute_bytes' | 'attribute_sha256' | 'data_sha256' | 'prevhash' | 'hash' | 'signature',
    string
  >;
  mqtt?: { topic: string; content_type: string; user_properties: [string, string][] };
  amqp: {
    message_id: string;
    group_id: string;
    subject: string;
    correlation_id: string;
    content_type: string;
    application_properties: Attributes;
  };
}
interface Manifest {
  format: string;
  streams: Record<string, { stream_id: string; key_id: string; public_key: string }>;
  events: GoldenEvent[];
  messages: GoldenMessage[];
}

const folder = join(dirname(fileURLToPath(import.meta.url)), 'files');
const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const data_of = (golden: GoldenMessage): Buffer => readFileSync(join(folder, golden.file));
const event_of = (golden: GoldenEvent): Event => ({
  attributes: golden.attributes,
  data: data_of(golden),
});
const keys = Object.fromEntries(
  Object.values(manifest.streams).map((stream) => [stream.key_id, public_key(stream.public_key)]),
);
const key_of = (golden: GoldenEvent) => keys[manifest.streams[golden.made_by].key_id];
const signed = manifest.events.filter((golden) => golden.evidence !== undefined);

/// Bytes as hexadecimal, as in the manifest.
function plain(value: unknown): Json {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  }
  return value as Json;
}

/// The fields that a message of this type has and `value` has not, at any depth.
function missing_fields(schema: string, value: { [name: string]: Json }, path: string): string[] {
  return type_of(schema).fieldsArray.flatMap((field) => {
    const place = `${path}.${field.name}`;
    if (!(field.name in value)) return field.partOf ? [] : [place];
    const inner = value[field.name];
    const type = field.resolvedType;
    if (type === null || !('fieldsArray' in type)) return [];
    const elements = field.repeated ? (inner as Json[]) : [inner];
    return elements.flatMap((element) =>
      missing_fields(type.fullName.slice(1), element as { [name: string]: Json }, place),
    );
  });
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] ^= 1;
  return copy;
}

/// Malformed evidence is refused as loudly as a signature that does not hold.
function holds(event: Event, key: ReturnType<typeof public_key>): boolean {
  try {
    return signature_holds(event, key);
  } catch {
    return false;
  }
}

describe('the data', () => {
  for (const golden of [...manifest.events, ...manifest.messages]) {
    test(`${golden.schema} is read field by field as written`, () => {
      const decoded = plain(decode(golden.schema, data_of(golden))) as { [name: string]: Json };
      assert.ok(Object.keys(golden.fields).length > 0);
      for (const [name, expected] of Object.entries(golden.fields)) {
        assert.deepEqual(decoded[name], expected, `field ${name}`);
      }
      assert.deepEqual(decoded, golden.fields);
    });

    test(`${golden.schema} leaves no field out`, () => {
      assert.deepEqual(missing_fields(golden.schema, golden.fields, golden.schema), []);
    });

    test(`${golden.schema} read from any changed byte is another message or none`, () => {
      const data = data_of(golden);
      for (let at = 0; at < data.length; ++at) {
        let read: Json;
        try {
          read = plain(decode(golden.schema, flipped(data, at)));
        } catch {
          continue;
        }
        assert.notDeepEqual(read, golden.fields, `byte ${at}`);
      }
    });
  }

  test('every message with a header is among the golden files', () => {
    const present = new Set(manifest.events.map((golden) => golden.schema));
    const wanted = ['millrace.events.v1', 'millrace.commands.v1'].flatMap((name) => {
      const package_ = contracts.lookup(name) as protobuf.Namespace;
      return package_.nestedArray
        .filter((inner) => inner instanceof protobuf.Type && 'h' in inner.fields)
        .map((type) => type.fullName.slice(1));
    });
    assert.equal(wanted.length, 16);
    assert.deepEqual([...present].sort(), wanted.sort());
  });

  test('every file is in the manifest', () => {
    const listed = [...manifest.events, ...manifest.messages].map((golden) => golden.file);
    assert.deepEqual(readdirSync(folder).sort(), [...listed, 'manifest.json'].sort());
  });
});

describe('the evidence', () => {
  for (const golden of signed) {
    const event = event_of(golden);
    const { evidence } = golden;

    test(`${golden.schema}: attribute bytes, hashes and signature are recomputed`, () => {
      const bytes = attribute_bytes(event.attributes);
      assert.equal(bytes.toString('hex'), evidence?.attribute_bytes);
      assert.equal(sha256(bytes).toString('hex'), evidence?.attribute_sha256);
      assert.equal(sha256(event.data).toString('hex'), evidence?.data_sha256);
      assert.equal(prevhash_of(event).toString('hex'), evidence?.prevhash);
      assert.equal(chain_hash(event).toString('hex'), evidence?.hash);
      assert.equal(
        Buffer.from(event.attributes.signature, 'base64url').toString('hex'),
        evidence?.signature,
      );
      assert.ok(signature_holds(event, key_of(golden)));
      const { prevhash, signature, keyid, traceparent, ...hashed } = event.attributes;
      assert.deepEqual(parse_attribute_bytes(bytes), hashed);
    });

    test(`${golden.schema}: the signature does not hold for any changed byte of the data`, () => {
      for (let at = 0; at < event.data.length; ++at) {
        assert.ok(!holds({ ...event, data: flipped(event.data, at) }, key_of(golden)), `byte ${at}`);
      }
      assert.ok(!holds({ ...event, data: event.data.subarray(1) }, key_of(golden)));
    });

    test(`${golden.schema}: nor for any changed, missing or added attribute`, () => {
      for (const [name, value] of Object.entries(event.attributes)) {
        if (name === 'keyid' || name === 'traceparent') continue; // not part of what is signed
        for (let at = 0; at < Buffer.byteLength(value); ++at) {
          // latin1: any byte is a character, so that every change survives as text.
          const changed = flipped(Buffer.from(value, 'utf8'), at).toString('latin1');
          const attributes = { ...event.attributes, [name]: changed };
          assert.ok(!holds({ ...event, attributes }, key_of(golden)), `${name}, byte ${at}`);
        }
        const { [name]: _, ...without } = event.attributes;
        assert.ok(!holds({ ...event, attributes: without }, key_of(golden)), `without ${name}`);
      }
      assert.ok(!holds({ ...event, attributes: { ...event.attributes, added: '' } }, key_of(golden)));
      const traced = { ...event.attributes, traceparent: 'changed on the way' };
      assert.ok(holds({ ...event, attributes: traced }, key_of(golden)));
    });

    test(`${golden.schema}: another stream's key did not sign it`, () => {
      const other = Object.keys(keys).find((id) => id !== golden.attributes.keyid) ?? '';
      assert.ok(!holds(event, keys[other]));
    });
  }

  for (const [maker, stream] of Object.entries(manifest.streams)) {
    const run = signed.filter((golden) => golden.made_by === maker).map(event_of);

    test(`the ${maker}'s stream is whole`, () => {
      assert.ok(run.length > 1);
      assert.deepEqual(faults_of_run(run, keys), []);
      assert.ok(run.every((event) => event.attributes.streamid === stream.stream_id));
      assert.equal(Number(sequence_of(run[run.length - 1])), run.length);
    });

    test(`a record taken out of the ${maker}'s stream, doubled or changed is named`, () => {
      for (let at = 0; at < run.length - 1; ++at) {
        assert.notDeepEqual(faults_of_run(run.toSpliced(at, 1), keys), [], `without ${at}`);
        assert.notDeepEqual(faults_of_run([...run, run[at]], keys), [], `twice ${at}`);
        const changed = { ...run[at], data: flipped(run[at].data, 0) };
        // The record itself, and its successor, which names the hash of the true one.
        assert.equal(faults_of_run(run.with(at, changed), keys).length, 2, `changed ${at}`);
      }
    });
  }
});

describe('the mappings', () => {
  for (const golden of manifest.events) {
    const { datacontenttype, ...others } = golden.attributes;

    test(`${golden.schema} on Service Bus`, () => {
      const { amqp } = golden;
      assert.equal(amqp.content_type, datacontenttype);
      assert.equal(amqp.message_id, others.id);
      assert.equal(amqp.group_id, others.partitionkey);
      assert.equal(amqp.subject, others.type);
      assert.equal(amqp.correlation_id, others.correlationid);
      assert.deepEqual(
        amqp.application_properties,
        Object.fromEntries(Object.entries(others).map(([name, value]) => [`cloudEvents_${name}`, value])),
      );
      for (const separator of ['_', ':']) {
        const properties = Object.entries(amqp.application_properties).map(([name, value]) => [
          name.replace('_', separator),
          value,
        ]);
        const read = event_of_message({
          contentType: amqp.content_type,
          applicationProperties: { ...Object.fromEntries(properties), unrelated: 1 },
          body: data_of(golden),
        });
        assert.deepEqual(read, event_of(golden));
      }
    });

    if (golden.evidence !== undefined) {
      test(`${golden.schema} as a consumer receives it`, () => {
        const { key_id, public_key: text } = manifest.streams[golden.made_by];
        const verifier = new Verifier([{ id: key_id, public_key: text }]);
        const message = {
          messageId: golden.amqp.message_id,
          sessionId: golden.amqp.group_id,
          subject: golden.amqp.subject,
          contentType: golden.amqp.content_type,
          applicationProperties: golden.amqp.application_properties,
          body: data_of(golden),
        };
        const proof = verifier.check(message);
        assert.deepEqual([proof.ok, proof.hash?.toString('hex')], [true, golden.evidence?.hash]);
        for (const name of ['messageId', 'sessionId', 'subject', 'contentType'] as const) {
          assert.ok(!verifier.check({ ...message, [name]: `${message[name]}x` }).ok, name);
        }
        assert.ok(!verifier.check({ ...message, body: flipped(message.body, 3) }).ok);
        assert.ok(!new Verifier([]).check(message).ok);
      });
    }

    if (golden.mqtt === undefined) continue;
    const { mqtt } = golden;
    test(`${golden.schema} on MQTT`, () => {
      const [, entity, verb] = others.type.split('.');
      assert.equal(mqtt.topic, `millrace/v1/demo/box-1/evt/${entity}/${verb}`);
      assert.equal(others.source, '/sites/demo/edges/box-1');
      assert.equal(mqtt.content_type, datacontenttype);
      assert.deepEqual(
        Object.fromEntries(mqtt.user_properties),
        { ...others, base: String(Number(others.sequence)) },
      );
      assert.equal(mqtt.user_properties.length, Object.keys(others).length + 1);
    });
  }
});

describe('the pages', () => {
  const page = (name: string) => readFileSync(join(folder, '..', '..', '..', '..', 'docs', name), 'utf8');

  test('name every message, and every attribute that occurs', () => {
    const contract = page('contract.md');
    const asyncapi = page('asyncapi.yaml');
    for (const golden of manifest.events) {
      const [message] = golden.schema.split('.').slice(-1);
      assert.ok(contract.includes(message), `contract.md does not name ${message}`);
      assert.ok(asyncapi.includes(`name: ${golden.attributes.type}\n`), `asyncapi.yaml: ${message}`);
      for (const name of Object.keys(golden.attributes)) {
        assert.ok(contract.includes(`| \`${name}\` |`), `contract.md does not describe ${name}`);
      }
    }
    for (const golden of manifest.messages) assert.ok(asyncapi.includes(`name: ${golden.schema}\n`));
  });
});

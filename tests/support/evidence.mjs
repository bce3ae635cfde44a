// The evidence of a record (docs/contract.md), computed by a second hand: node:crypto and nothing else.
// An event is {attributes: {name: text}, data: Buffer}.
import { createHash, createPublicKey, verify } from 'node:crypto';

const NOT_HASHED = new Set(['prevhash', 'signature', 'keyid', 'traceparent']);
const FIRST_PREVHASH = Buffer.alloc(32);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/// The canonical bytes of the attributes: what is signed of them.
export function attribute_bytes(attributes) {
  const pairs = Object.entries(attributes)
    .filter(([name]) => !NOT_HASHED.has(name))
    .map((pair) => pair.map((text) => Buffer.from(text, 'utf8')))
    .sort(([left], [right]) => Buffer.compare(left, right));
  return Buffer.concat(
    pairs.flatMap(([name, value]) => {
      if (name.length === 0 || name.length > 0xff) throw new Error(`attribute name of ${name.length} bytes`);
      if (value.length > 0xffff) throw new Error(`attribute '${name}' of ${value.length} bytes`);
      return [Buffer.from([name.length]), name, Buffer.from([value.length >> 8, value.length & 0xff]), value];
    }),
  );
}

/// The inverse, strict.
export function parse_attribute_bytes(bytes) {
  const attributes = {};
  let last = Buffer.alloc(0);
  for (let at = 0; at < bytes.length; ) {
    const name = bytes.subarray(at + 1, at + 1 + bytes[at]);
    at += 1 + bytes[at];
    if (at + 2 > bytes.length) throw new Error('attribute bytes: cut off inside a name');
    const size = bytes.readUInt16BE(at);
    const value = bytes.subarray(at + 2, at + 2 + size);
    at += 2 + size;
    if (value.length !== size) throw new Error('attribute bytes: cut off inside a value');
    if (Buffer.compare(name, last) <= 0) throw new Error('attribute bytes: names must ascend');
    attributes[name.toString('utf8')] = value.toString('utf8');
    last = name;
  }
  return attributes;
}

function uuid_bytes(attributes, name) {
  const text = attributes[name] ?? '';
  if (!UUID.test(text)) throw new Error(`attribute '${name}' is no UUID: '${text}'`);
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

function fixed_bytes(attributes, name, size) {
  const text = attributes[name] ?? '';
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== size || bytes.toString('base64url') !== text) {
    throw new Error(`attribute '${name}' is not base64url of ${size} bytes: '${text}'`);
  }
  return bytes;
}

/// The place in the stream, as a BigInt.
export function sequence_of({ attributes }) {
  const text = attributes.sequence ?? '';
  if (!/^[0-9]{20}$/.test(text)) throw new Error(`attribute 'sequence' has not 20 digits: '${text}'`);
  return BigInt(text);
}

export const prevhash_of = ({ attributes }) => fixed_bytes(attributes, 'prevhash', 32);

/// hash(n) of the record, computed from it and from the hash before it that it names.
export function chain_hash({ attributes, data }) {
  const sequence = Buffer.alloc(8);
  sequence.writeBigUInt64BE(sequence_of({ attributes }));
  return sha256(
    fixed_bytes(attributes, 'prevhash', 32),
    uuid_bytes(attributes, 'streamid'),
    sequence,
    uuid_bytes(attributes, 'id'),
    sha256(attribute_bytes(attributes)),
    sha256(data),
  );
}

/// A box's public key from its 32 bytes in base64url, as `millrace-edge --print-public-key` prints it.
export const public_key = (text) =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });

/// Whether the record is what the key's owner signed. Throws when its evidence is malformed.
export const signature_holds = (event, key) =>
  verify(null, chain_hash(event), key, fixed_bytes(event.attributes, 'signature', 64));

/// What is wrong with the records of one stream, in words; nothing when they are a whole run: every signature
/// holds, no sequence is missing, and each record names the hash of the one before it. `keys`: public keys by
/// key id. `events` in any order; the run begins with the lowest sequence, by default it must be the first.
export function faults_of_run(events, keys, { from_the_first = true } = {}) {
  const faults = [];
  const run = events.toSorted((left, right) => (sequence_of(left) < sequence_of(right) ? -1 : 1));
  let before = null;
  for (const event of run) {
    const { keyid, streamid } = event.attributes;
    const sequence = sequence_of(event);
    const say = (what) => faults.push(`${streamid} ${sequence}: ${what}`);
    if (!keys[keyid]) say(`unknown key '${keyid}'`);
    else if (!signature_holds(event, keys[keyid])) say('its signature does not hold');
    if (before === null) {
      if (from_the_first && sequence !== 1n) say('the records before it are missing');
      if (sequence === 1n && !prevhash_of(event).equals(FIRST_PREVHASH)) say('the first prevhash is not zero');
    } else if (streamid !== before.attributes.streamid) {
      say('it is of another stream');
    } else if (sequence === sequence_of(before)) {
      say('it is there twice');
    } else if (sequence !== sequence_of(before) + 1n) {
      say(`${sequence - sequence_of(before) - 1n} missing before it`);
    } else if (!prevhash_of(event).equals(chain_hash(before))) {
      say('it names another predecessor');
    }
    before = event;
  }
  return faults;
}

/// The event in a message received with @azure/service-bus (`skipParsingBodyAsJson: true`).
export function event_of_message(message) {
  const attributes = {};
  for (const [property, value] of Object.entries(message.applicationProperties ?? {})) {
    const name = property.match(/^cloudEvents[_:](.+)$/)?.[1];
    if (name === undefined) continue;
    if (name in attributes) throw new Error(`'${name}' stands twice in the application properties`);
    attributes[name] = value;
  }
  if (message.contentType !== undefined) attributes.datacontenttype = message.contentType;
  if (!(message.body instanceof Uint8Array)) {
    throw new Error('the body is not bytes: receive with skipParsingBodyAsJson');
  }
  return { attributes, data: Buffer.from(message.body) };
}

/// Checks messages one by one, as a consumer would that has only the boxes' public keys.
/// `boxes`: [{id, public_key}], the key's id and its 32 bytes in base64url.
export class Verifier {
  #keys;

  constructor(boxes) {
    this.#keys = new Map(boxes.map(({ id, public_key: text }) => [id, public_key(text)]));
  }

  /// {ok, why, hash}: whether the message is what the box signed; why not; hash(n) when it could be computed.
  check(message) {
    try {
      const event = event_of_message(message);
      const { id, partitionkey, type, keyid } = event.attributes;
      const hash = chain_hash(event);
      const no = (why) => ({ ok: false, why, hash });
      // What the bus orders and dedups by must be what was signed.
      if (message.messageId !== id) return no(`MessageId '${message.messageId}' is not the event's id '${id}'`);
      if (message.sessionId !== partitionkey) return no(`SessionId '${message.sessionId}' is not '${partitionkey}'`);
      if (message.subject !== type) return no(`Subject '${message.subject}' is not '${type}'`);
      const key = this.#keys.get(keyid);
      if (key === undefined) return no(`unknown key '${keyid}'`);
      return signature_holds(event, key) ? { ok: true, why: '', hash } : no('its signature does not hold');
    } catch (error) {
      return { ok: false, why: error.message, hash: null };
    }
  }
}

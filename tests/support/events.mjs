// Reads an event's data with the .proto files themselves, without generated code.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

export const proto_folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'proto');

function load() {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(proto_folder, target);
  const files = readdirSync(join(proto_folder, 'millrace'), { recursive: true })
    .filter((file) => file.endsWith('.proto'))
    .map((file) => join('millrace', file));
  // Names as in the .proto files, not in camel case.
  return root.loadSync(files, { keepCase: true }).resolveAll();
}

export const contracts = load();

/// The message's type; `schema` is its full name, the `dataschema` of an event.
export const type_of = (schema) => contracts.lookupType(schema);

/// A plain object: 64-bit numbers as decimal strings, bytes as Buffer, enum values by name; what is not set
/// has its default.
export function decode(schema, data) {
  const type = type_of(schema);
  return type.toObject(type.decode(data), { longs: String, enums: String, bytes: Buffer, defaults: true });
}

/// The data of an event {attributes, data}.
export const decode_event = ({ attributes, data }) => decode(attributes.dataschema, data);

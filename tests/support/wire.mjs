// Reads protobuf without its schema: the fields of a message by number, as they stand on the wire.

function varint(bytes, at) {
  let value = 0n;
  let shift = 0n;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('the message ends inside a number');
    at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
    shift += 7n;
  }
}

/// Field number → the last value: a BigInt, or a Buffer for everything that has a length.
export function fields_of(bytes) {
  const fields = new Map();
  let at = 0;
  while (at < bytes.length) {
    let key;
    [key, at] = varint(bytes, at);
    const number = Number(key >> 3n);
    const kind = Number(key & 7n);
    if (kind === 0) {
      let value;
      [value, at] = varint(bytes, at);
      fields.set(number, value);
    } else {
      let length = kind === 1 ? 8n : 4n;
      if (kind === 2) [length, at] = varint(bytes, at);
      else if (kind !== 1 && kind !== 5) throw new Error(`field ${number} is of an unknown kind ${kind}`);
      const end = at + Number(length);
      if (end > bytes.length) throw new Error(`field ${number} goes beyond the end`);
      fields.set(number, Buffer.from(bytes.subarray(at, end)));
      at = end;
    }
  }
  return fields;
}

/// The part of a TestCompleted that a person wants to see. Numbers: proto/millrace/events/v1/test.proto.
export function completion_of(bytes) {
  const fields = fields_of(bytes);
  return {
    attempt_id: fields.get(2)?.toString() ?? '',
    assignment_id: fields.get(3)?.toString() ?? '',
    operator_id: fields.get(4)?.toString() ?? '',
    test_id: fields.get(6)?.toString() ?? '',
    score_bp: Number(fields.get(16) ?? 0n),
    pass_mark_bp: Number(fields.get(17) ?? 0n),
    outcome: ['?', 'passed', 'failed'][Number(fields.get(19) ?? 0n)],
  };
}

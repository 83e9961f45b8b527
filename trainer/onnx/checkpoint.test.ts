import { ByteBuffer } from 'flatbuffers';
import { expect, test } from 'vitest';
import { encodeCheckpoint } from './checkpoint.ts';

test('a checkpoint holds its parameters under the identifier and version of the runtime', () => {
  const data = Float32Array.of(1, -2, 3, 4, 5, 6);
  const bytes = encodeCheckpoint([
    { name: 'W1', shape: [2, 3], data },
    { name: 'b1', shape: [3], data: data.subarray(1, 4) },
  ]);
  expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe('ODTC');

  const buffer = new ByteBuffer(bytes);
  /** The position of a table's field, by the flatbuffer's own rules. */
  const field = (table: number, index: number) => {
    const offset = buffer.readInt16(table - buffer.readInt32(table) + 4 + 2 * index);
    return offset === 0 ? undefined : table + offset;
  };
  const follow = (position: number | undefined) => (position ?? 0) + buffer.readInt32(position ?? 0);

  const root = follow(0);
  expect(buffer.readInt32(field(root, 0) ?? 0)).toBe(2);
  const state = follow(field(root, 1));
  const list = follow(field(state, 1));
  expect(buffer.readInt32(list)).toBe(2);
  expect(buffer.readInt32(follow(field(state, 0))), 'no trainable parameters, but a list of them').toBe(0);
  const second = follow(list + 8);
  const name = follow(field(second, 0));
  expect(Buffer.from(bytes.subarray(name + 4, name + 4 + buffer.readInt32(name))).toString()).toBe('b1');
  const raw = follow(field(second, 4));
  expect(buffer.readInt32(raw)).toBe(12);
  expect([0, 4, 8].map((at) => buffer.readFloat32(raw + 4 + at))).toEqual([-2, 3, 4]);
});

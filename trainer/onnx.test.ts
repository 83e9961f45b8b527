import { ByteBuffer } from 'flatbuffers';
import { expect, test } from 'vitest';
import { encodeCheckpoint, encodeModel, type Model } from './onnx.ts';

const model: Model = {
  name: 'g',
  nodes: [{ operator: 'Op', domain: '', inputs: ['x'], outputs: ['y'], attributes: { k: { int: 3 } } }],
  constants: [{ name: 'c', type: 'float', shape: [1], data: Float32Array.of(1) }],
  inputs: [{ name: 'x', type: 'float', shape: [2] }],
  outputs: [{ name: 'y', type: 'bool', shape: [2] }],
};

// Worked out by hand from onnx.proto: tag = field · 8 + wire type, then the length of what is inside.
const NODE =
  '0a0178' +
  '120179' +
  `1a04${hex('Op y')}` +
  `2202${hex('Op')}` +
  `2a08${'0a016b' + '1803' + 'a00102'}` +
  '3a00';
const TENSOR = '0801' + '1001' + '420163' + '4a040000803f';
const INPUT = `0a0178120a${'0a08' + '0801' + '1204' + '0a02' + '0802'}`;
const OUTPUT = `0a0179120a${'0a08' + '0809' + '1204' + '0a02' + '0802'}`;

test('writes the bytes of the ONNX format', () => {
  const graph = [part('0a', NODE), '120167', part('2a', TENSOR), part('5a', INPUT), part('62', OUTPUT)].join(
    '',
  );
  const bytes = Buffer.from(encodeModel(model)).toString('hex');
  const opsets = part('42', '0a00' + '1011') + part('42', `0a0d${hex('com.microsoft')}1001`);
  expect(bytes).toBe(`0808${part('12', hex('dropline'))}${part('3a', graph)}${opsets}`);
});

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function part(tag: string, content: string): string {
  return tag + (content.length / 2).toString(16).padStart(2, '0') + content;
}

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

import { expect, test } from 'vitest';
import { encodeModel } from './encode.ts';
import type { Model } from './types.ts';

const model: Model = {
  name: 'g',
  nodes: [{ operator: 'Op', domain: '', inputs: ['x'], outputs: ['y'], attributes: { k: { int: 3 } } }],
  constants: [{ name: 'c', type: 'float', shape: [1], data: Float32Array.of(1) }],
  inputs: [{ name: 'x', type: 'float', shape: [2] }],
  outputs: [{ name: 'y', type: 'bool' }],
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
const OUTPUT = '0a0179' + '1204' + '0a02' + '0809';

test('writes the bytes of the ONNX format', () => {
  const graph = [part('0a', NODE), '120167', part('2a', TENSOR), part('5a', INPUT), part('62', OUTPUT)].join(
    '',
  );
  const bytes = Buffer.from(encodeModel(model)).toString('hex');
  const opsets = part('42', '0a00' + '1011') + part('42', `0a0d${hex('com.microsoft')}1001`);
  expect(bytes).toBe(`0808${part('12', hex('dropline'))}${part('3a', graph)}${opsets}`);
});

test('a sequence has its element type one level down', () => {
  const bytes = (sequence: boolean) =>
    Buffer.from(
      encodeModel({ ...model, inputs: [{ name: 's', type: 'float', sequence }], outputs: [] }),
    ).toString('hex');
  expect(bytes(false)).toContain(part('5a', '0a0173' + '12040a020801'));
  expect(bytes(true)).toContain(part('5a', `0a01731208${'2206' + '0a04' + '0a020801'}`));
});

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function part(tag: string, content: string): string {
  return tag + (content.length / 2).toString(16).padStart(2, '0') + content;
}

import { expect, it } from 'vitest';
import { expand } from './expand.ts';

it('varies the last name fastest', () => {
  expect(
    [...expand<number | string>({ a: [1, 2], b: ['x', 'y', 'z'] }, ['a', 'b'])].map(({ a, b }) => `${a}${b}`),
  ).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
});

it('has one empty combination of nothing, and none with an empty list', () => {
  expect([...expand({}, [])]).toEqual([{}]);
  expect([...expand({ a: [1], b: [] }, ['a', 'b'])]).toEqual([]);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duplicateKey } from './duplicate-keys.ts';

/** A JSON text with its objects as lists of members, so that a key may stand twice, and whether one does. */
type Written = { text: string; twice: boolean };

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '', '__proto__', '{', '"', '\\', ',"a":', '}') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

/** A key as JSON, some characters as escapes. */
const quoted = fc.tuple(key, fc.boolean()).map(([text, escaped]) => ({
  name: text,
  text: escaped
    ? `"${Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`
    : JSON.stringify(text),
}));

const space = fc.constantFrom('', ' ', '\n\t');

const { value } = fc.letrec<{ value: Written; list: Written; object: Written; leaf: Written }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('list'), tie('object')),
  leaf: fc
    .oneof(fc.jsonValue({ maxDepth: 0 }), key)
    .map((one) => ({ text: JSON.stringify(one), twice: false })),
  list: fc.tuple(fc.array(tie('value'), { maxLength: 4 }), space).map(([items, between]) => ({
    text: `[${items.map(({ text }) => text).join(`${between},${between}`)}]`,
    twice: items.some(({ twice }) => twice),
  })),
  object: fc
    .tuple(fc.array(fc.tuple(quoted, tie('value')), { maxLength: 4 }), space)
    .map(([members, between]) => ({
      text: `{${members.map(([{ text }, item]) => `${text}${between}:${item.text}`).join(`${between},`)}}`,
      twice:
        members.some(([, { twice }]) => twice) ||
        new Set(members.map(([{ name }]) => name)).size < members.length,
    })),
}));

it('finds a key that stands twice, however it is written, and only then', () => {
  let [once, twice] = [0, 0];
  fc.assert(
    fc.property(value, (written) => {
      JSON.parse(written.text);
      expect(duplicateKey(written.text) !== undefined).toBe(written.twice);
      written.twice ? twice++ : once++;
    }),
    { numRuns: 20_000, seed: 15 },
  );
  expect(Math.min(once, twice)).toBeGreaterThan(1000);
});

it('names the key', () => {
  expect(duplicateKey('{"rows": [{"loss": 1, "l\\u006fss": 2}]}')).toBe('loss');
  expect(duplicateKey('[{"a": 1}, {"a": {"a": "a"}}, "a"]')).toBeUndefined();
});

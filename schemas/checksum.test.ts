import { expect, test } from 'vitest';
import { checksummedText } from './checksum.ts';

test('is the canonical form of RFC 8785: its own examples of numbers, strings and the order of names', () => {
  const file = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  expect(checksummedText(JSON.parse(file))).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
  const names = ['\r', '1', '\u0080', 'ö', '€', '😀', '\ufb33'];
  const members = Object.fromEntries(names.toReversed().map((name) => [name, 0]));
  expect(checksummedText(members)).toBe(`{${names.map((name) => `${JSON.stringify(name)}:0`).join()}}`);
});

test('names that JavaScript treats apart are names like others; what is undefined is not there', () => {
  expect(checksummedText({ 9: 0, 10: 0 })).toBe('{"10":0,"9":0}');
  expect(checksummedText({ b: undefined, a: 0 })).toBe('{"a":0}');
  expect(checksummedText(JSON.parse('{"b": 0, "__proto__": 1}'))).toBe('{"__proto__":1,"b":0}');
});

test('a checksum in the file does not count, deeper ones do', () => {
  expect(checksummedText({ sha256: 'x', a: { sha256: 'y' } })).toBe('{"a":{"sha256":"y"}}');
});

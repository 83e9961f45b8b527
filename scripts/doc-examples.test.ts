import { describe, expect, test } from 'vitest';
import { docExamples, evaluated, examplesIn } from './testing/doc-examples.ts';
import { mismatch } from './testing/shown-value.ts';

const FOLDERS = [
  'theory',
  'research',
  'schemas',
  'figures',
  'trainer',
  'cli',
  'atlas',
  'claims',
  'worker',
  'client',
  'bench',
  'scripts',
];
const examples = docExamples(FOLDERS);

describe('every value that an @example states', () => {
  test('there are many', () => {
    expect(examples.length).toBeGreaterThan(250);
  });

  test.each(
    examples.map((example) => [`${example.file}: ${example.code}`, example] as const),
  )('%s', async (_, example) => {
    expect(mismatch(example.value, await evaluated(example))).toBeUndefined();
  });
});

describe('the check itself', () => {
  test.each<[string, unknown]>([
    ['0.4252…', 0.42525],
    ['−0.5', -0.5],
    ['about 1e-15', 4e-16],
    ['E[φ²] = (1 + e⁻²)/2 = 0.56766…', 0.567667],
    ['1 − 2/π', 1 - 2 / Math.PI],
    ['1 / √(2π)', 1 / Math.sqrt(2 * Math.PI)],
    ['log2(3.4e38) = 128', 128],
    ['e', Math.E],
    ['[1, …, 3]', [1, 2, 2.5, 3]],
    ['[0.5, 1 − 1/π]', Float64Array.of(0.5, 1 - 1 / Math.PI)],
    ['{ a: 1, b: [true, null], … }', { a: 1, b: [true, null], c: 3 }],
    ["'abc…'", 'abcdef'],
    ['"it\'s"', "it's"],
    ['undefined', undefined],
  ])('takes %s', (shown, actual) => {
    expect(mismatch(shown, actual)).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['0.4252…', 0.42535],
    ['0.4252…', 0.42519],
    ['0.4252…', -0.42525],
    ['0.5', 0.50001],
    ['0', 1e-9],
    ['0.5', '0.5'],
    ['0.5', undefined],
    ['about 1e-15', 1e-12],
    ['1 − 2/π', 0.3634],
    ['[1, 2]', [1, 2, 3]],
    ['[1, …]', []],
    ['[1, 2]', 12],
    ['{ a: 1 }', { a: 1, b: 2 }],
    ['{ a: 1, b: 2 }', { a: 1 }],
    ['{ a: 1, … }', { a: 2, b: 2 }],
    ["'abc'", 'abcd'],
    ['true', 1],
    ['null', undefined],
    ['a number', 1],
    ['0.5, as relu', 0.5],
    ['', 1],
  ])('refuses %s for %j', (shown, actual) => {
    expect(mismatch(shown, actual)).toBeDefined();
  });

  test('a wrong value in a comment is found, and what cannot be run is', async () => {
    const file = 'theory/averages/special.ts';
    const wrong = examplesIn('/**\n * @param x any\n * @example erf(1) // 0.85\n */')[0];
    expect(wrong).toEqual({ code: 'erf(1)', value: '0.85' });
    expect(mismatch('0.85', await evaluated({ file, code: 'erf(1)', value: '0.85' }))).toContain(
      'is not 0.85',
    );
    await expect(evaluated({ file, code: 'erf(unknown)', value: '1' })).rejects.toThrow('unknown');
  });

  test('several lines are one example, and examples without a value are none', () => {
    const source = [
      '/**',
      ' * @example',
      ' * const x = 1;',
      ' * f(x)',
      ' * // 2',
      ' * @see g',
      ' * @example g(3)',
      ' */',
    ];
    expect(examplesIn(source.join('\n'))).toEqual([{ code: 'const x = 1;\nf(x)', value: '2' }]);
  });
});

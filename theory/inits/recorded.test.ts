import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { GainName, InitName } from '../../catalogue/inits.ts';
import { type Convolution, convolutionShape } from './convolution.ts';
import { calculateGain } from './gains.ts';
import { INITS, type Init, initVariances } from './inits.ts';
import type { InitParameters, LayerShape } from './rules.ts';

/** One call of a framework, see fixtures/frameworks/record.py. */
type Row = {
  framework: string;
  call: string;
  init: InitName;
  parameters: InitParameters;
  layer: LayerShape | Convolution;
  from: 'measured' | 'source';
  sigma_w2: number;
  standard_error?: number;
  mean?: number;
  mean_error?: number;
  sigma_b2?: number;
  sigma_b2_error?: number;
  defaults?: Record<string, number | string>;
};

const textOf = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const recorded: {
  versions: Record<string, string>;
  calculate_gain: Record<string, number>;
  rows: Row[];
} = JSON.parse(textOf('fixtures/frameworks/inits.json'));
const measured = recorded.rows.filter((row) => row.from === 'measured');

const shapeOf = (layer: Row['layer']) => ('kernel' in layer ? convolutionShape(layer) : layer);

/** The parameters of frameworks by the names of this project. */
const NAMES: Record<string, string> = { stddev: 'std' };

const varianceOf = ({ init, parameters, layer }: Row) =>
  initVariances(init, { ...shapeOf(layer), ...parameters });

test.each(
  recorded.rows,
)('$framework: $call draws weights with the variance that the theory has, within five standard errors', (row) => {
  const error = row.from === 'source' ? 1e-14 * row.sigma_w2 : 5 * (row.standard_error as number);
  expect(error).toBeLessThan(0.03 * row.sigma_w2);
  expect(Math.abs(varianceOf(row).sigma_w2 - row.sigma_w2)).toBeLessThanOrEqual(error);
  expect(Math.abs(row.mean ?? 0)).toBeLessThanOrEqual(5 * (row.mean_error ?? 0));
});

test.each(
  recorded.rows.filter((row) => row.sigma_b2 !== undefined),
)('$framework: $call draws biases with the variance that the theory has', (row) => {
  const error = row.from === 'source' ? 0 : 5 * (row.sigma_b2_error as number);
  expect(Math.abs(varianceOf(row).sigma_b2 - (row.sigma_b2 as number))).toBeLessThanOrEqual(error);
});

test.each(
  measured.filter(({ defaults }) => defaults),
)('the defaults of $framework, $call, are those of the table', ({ init, defaults = {} }) => {
  const own: Init['parameters'] = INITS[init].parameters;
  const theirs = Object.fromEntries(
    Object.entries(defaults).map(([name, value]) => [NAMES[name] ?? name, value]),
  );
  // (uniform has none here, since PyTorch's have a mean; kaiming_fan_out is a mode, and its gain one of leaky_relu)
  for (const [name, usual] of Object.entries(own))
    if (theirs[name] !== undefined && usual !== null && init !== 'kaiming_fan_out')
      expect([name, usual]).toEqual([name, theirs[name]]);
  const unknown = Object.keys(theirs).filter((name) => !(name in own));
  // of a law cut off at two standard deviations the ends are no parameters here; a mean other than 0 is no subject
  const left = [
    'mean',
    'lower',
    'upper',
    'scale',
    'column_axis',
    ...(init === 'trunc_normal_tf' ? ['a', 'b'] : []),
  ];
  expect(unknown.filter((name) => !left.includes(name))).toEqual([]);
});

test('every initialiser is recorded, but for rules without a framework', () => {
  const known = new Set(recorded.rows.map(({ init }) => init));
  const missing = Object.keys(INITS).filter((name) => !known.has(name as InitName));
  expect(missing).toEqual(['gaussian', 'lecun_uniform']);
});

test.each(Object.entries(recorded.calculate_gain))('calculate_gain of %s', (name, gain) => {
  expect(calculateGain(name as GainName)).toBe(gain);
});

test('docs/initialisers.md names the versions', () => {
  const page = textOf('docs/initialisers.md').replaceAll(/\s+/g, ' ');
  for (const [name, version] of Object.entries(recorded.versions))
    expect(page).toContain(`${name} ${version}`);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  ARCHITECTURES,
  type ArchitectureName,
  type ArchitectureParameters,
  DROP_SITES,
  type DropSite,
} from '../../catalogue/architectures.ts';
import { convolutionShape } from './convolution.ts';
import { initVariances } from './inits.ts';

const MATRICES = ['query', 'key', 'value', 'projection', 'hidden', 'output'] as const;
type Matrix = (typeof MATRICES)[number];

/** What the variance of a matrix is divided by in a network of so many blocks. */
const DIVISORS: Readonly<Record<string, (blocks: number) => Partial<Record<Matrix, number>>>> = {
  output_matrices: (blocks) => ({ projection: 2 * blocks, output: 2 * blocks }),
  deepnorm: (blocks) => {
    const by = Math.sqrt(8 * blocks);
    return { value: by, projection: by, hidden: by, output: by };
  },
};

/** Fan_in times the variance of a weight of a matrix. */
function varianceOf(parameters: ArchitectureParameters, matrix: Matrix): number {
  const { std = 0, width = 0, hidden_width = 0, blocks = 0, depth_scaling = 'none' } = parameters;
  const fan_in = matrix === 'output' ? hidden_width : width;
  const sigma_w2 = parameters[`sigma_w2_${matrix}`] ?? initVariances('normal', { std, fan_in }).sigma_w2;
  return sigma_w2 / (DIVISORS[depth_scaling]?.(blocks)[matrix] ?? 1);
}

const parametersOf = (name: ArchitectureName): ArchitectureParameters => ARCHITECTURES[name].parameters;

describe('the variances of presets are what initialisers mean', () => {
  const xavier = (fan_in: number, fan_out: number) =>
    initVariances('xavier_uniform', { fan_in, fan_out }).sigma_w2;
  const linear = (fan_in: number) => initVariances('pytorch_linear', { fan_in });

  /** A kernel of more than two axes, counted as a convolution, whose outputs sum over fewer inputs. */
  const counted = (kernel: readonly number[], inputs: number) => {
    const [out_channels, in_channels, ...length] = kernel.toReversed() as [number, number];
    const shape = convolutionShape({ in_channels, out_channels, kernel: length });
    return (initVariances('keras_glorot_uniform', shape).sigma_w2 * inputs) / shape.fan_in;
  };

  test.each<[ArchitectureName, Matrix, number, number]>([
    // (the last number of each row is its reference value, from closed forms)
    ['torch_transformer_encoder_layer', 'query', xavier(512, 3 * 512), 0.5],
    ['torch_transformer_encoder_layer', 'value', xavier(512, 3 * 512), 0.5],
    ['torch_transformer_encoder_layer', 'projection', linear(512).sigma_w2, 1 / 3],
    ['nn_transformer', 'projection', xavier(512, 512), 1],
    ['nn_transformer', 'hidden', xavier(512, 2048), 0.4],
    ['nn_transformer', 'output', xavier(2048, 512), 1.6],
    [
      'keras_transformer_encoder',
      'query',
      initVariances('keras_dense', { fan_in: 512, fan_out: 512 }).sigma_w2,
      1,
    ],
    ['keras_transformer_encoder_former_fans', 'query', counted([512, 8, 64], 512), 0.027777777777777776],
    ['keras_transformer_encoder_former_fans', 'projection', counted([8, 64, 512], 512), 0.2222222222222222],
    [
      'gpt2_small',
      'output',
      initVariances('normal', { std: 0.02 / Math.sqrt(2 * 12), fan_in: 3072 }).sigma_w2,
      0.051199999999999996,
    ],
    ['vit_b', 'query', initVariances('trunc_normal', { std: 0.02, fan_in: 768 }).sigma_w2, 0.3072],
    ['bert_large', 'output', initVariances('normal', { std: 0.02, fan_in: 4096 }).sigma_w2, 1.6384],
    ['deepnorm', 'value', linear(768).sigma_w2 / Math.sqrt(96), 1 / 3 / Math.sqrt(96)],
    ['ft_transformer', 'hidden', linear(192).sigma_w2, 1 / 3],
  ])('%s, %s', (name, matrix, meant, reference) => {
    expect(meant).toBeCloseTo(reference, 12);
    expect(varianceOf(parametersOf(name), matrix)).toBeCloseTo(reference, 12);
  });

  test.each<[ArchitectureName, number]>([
    ['torch_transformer_encoder_layer', 1],
    ['nn_transformer', 1],
    ['deepnorm', 1],
    ['tabular_resnet', 1],
    ['ft_transformer', 1],
  ])('the biases of %s', (name, divisor) => {
    const { width = 0, hidden_width = 0, sigma_b2_hidden, sigma_b2_output } = parametersOf(name);
    expect(sigma_b2_hidden).toBeCloseTo(linear(width).sigma_b2 / divisor, 15);
    expect(sigma_b2_output).toBeCloseTo(linear(hidden_width).sigma_b2 / divisor, 15);
  });
});

type Estimate = { value: number; standard_error: number };

/** One module, see fixtures/frameworks/record_architectures.py. */
type Row = {
  architecture: ArchitectureName;
  call: string;
  sizes: Pick<ArchitectureParameters, 'width' | 'hidden_width' | 'heads' | 'blocks' | 'tokens'>;
  sigma_w2: Record<Matrix, Estimate>;
  rates: Partial<Record<DropSite, number>>;
  eps: number | null;
  /** modules of dropout in a block that are no site */
  other_dropout?: string[];
  q0?: Estimate;
  sigma_b2?: Record<'hidden' | 'output', Estimate>;
};

const recorded: { versions: Record<string, string>; rows: Row[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/frameworks/architectures.json', import.meta.url), 'utf8'),
);

/** Modules of other sizes than the preset's: .02² does not depend on them. */
const SMALLER: readonly ArchitectureName[] = ['llama_like'];

describe.each(recorded.rows)('$call is as the preset $architecture says', (row) => {
  const { architecture, sizes } = row;
  const parameters = parametersOf(architecture);
  const near = (value: number, { value: measured, standard_error }: Estimate) => {
    expect(standard_error).toBeLessThan(0.02 * measured);
    expect(Math.abs(value - measured)).toBeLessThanOrEqual(5 * standard_error);
  };

  test('variances, within five standard errors', () => {
    for (const matrix of MATRICES)
      near(varianceOf({ ...parameters, ...sizes }, matrix), row.sigma_w2[matrix]);
    for (const matrix of ['hidden', 'output'] as const)
      if (row.sigma_b2) near(parameters[`sigma_b2_${matrix}`] ?? 0, row.sigma_b2[matrix]);
    if (row.q0) near(parameters.q0 ?? 0, row.q0);
  });

  test('sizes, rates and eps', () => {
    if (!SMALLER.includes(architecture)) expect(parameters).toMatchObject(sizes);
    expect(parameters).toMatchObject(row.rates);
    expect(row.other_dropout ?? []).toEqual([]);
    if (row.eps === null) return;
    expect(parameters.eps).toBe(row.eps);
    const sites = DROP_SITES.filter((site) => parameters[site] !== undefined);
    expect(DROP_SITES.filter((site) => row.rates[site] !== undefined)).toEqual(sites);
  });
});

test('docs/initialisers.md names the versions', () => {
  const page = readFileSync(new URL('../../docs/initialisers.md', import.meta.url), 'utf8').replaceAll(
    /\s+/g,
    ' ',
  );
  for (const [name, version] of Object.entries(recorded.versions))
    expect(page).toContain(`${name} ${version}`);
});

test('every preset that a package makes is recorded', () => {
  const known = new Set(recorded.rows.map(({ architecture }) => architecture));
  const missing = Object.keys(ARCHITECTURES).filter((name) => !known.has(name as ArchitectureName));
  expect(missing).toEqual([
    'keras_transformer_encoder_former_fans',
    'deepnorm',
    'tabular_resnet',
    'ft_transformer',
  ]);
});

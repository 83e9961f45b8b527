import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from './activations.ts';
import {
  ARCHITECTURE_NAMES,
  ARCHITECTURES,
  type ArchitectureParameters,
  BLOCK_KINDS,
  BLOCK_NORMS,
  BLOCK_PARAMETERS,
  DEPTH_SCALINGS,
  DROP_SITES,
  FEED_FORWARD_KINDS,
  MATRIX_VARIANCES,
  NORM_PLACES,
} from './architectures.ts';

const ENTRIES = ARCHITECTURE_NAMES.map((name) => ({ name, ...ARCHITECTURES[name] }));
const ATTENTION = [
  'sigma_w2_query',
  'sigma_w2_key',
  'sigma_w2_value',
  'sigma_w2_projection',
  'heads',
  'tokens',
  'causal',
  'score_scale2',
  'qk_norm',
  'feed_forward',
  'drop_attention',
  'drop_projection',
  'embedding_norm',
] as const satisfies (keyof ArchitectureParameters)[];

/** What names may stand where a parameter is no number. */
const WORDS: Readonly<Record<string, readonly (string | boolean)[]>> = {
  block: BLOCK_KINDS,
  feed_forward: FEED_FORWARD_KINDS,
  activation: ACTIVATION_NAMES,
  norm: BLOCK_NORMS,
  norm_at: NORM_PLACES,
  first_norm: [true, false],
  causal: [true, false],
  depth_scaling: DEPTH_SCALINGS,
  embedding_norm: ['layer', 'none'],
};

const fold = (name: string) => name.toLowerCase().replaceAll(/[\s_-]/g, '');

describe.each(ENTRIES)('$name', ({ name, title, parameters, sources, notes }) => {
  const has = (parameter: keyof ArchitectureParameters) => parameters[parameter] !== undefined;

  test('has parameters that exist, with values that they may have', () => {
    const numbers: readonly string[] = Object.keys(BLOCK_PARAMETERS);
    for (const [parameter, value] of Object.entries(parameters)) {
      const words = WORDS[parameter];
      if (words) expect(words).toContain(value);
      else {
        expect(numbers).toContain(parameter);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(value)).toBe(true);
      }
    }
  });

  test('has whole numbers of sizes, and heads that divide the width', () => {
    const { width, hidden_width, heads, tokens, blocks } = parameters;
    for (const size of [width, hidden_width, blocks]) expect(size).toBeGreaterThanOrEqual(1);
    for (const size of [width, hidden_width, heads, tokens, blocks])
      if (size !== undefined) expect(Number.isSafeInteger(size)).toBe(true);
    if (heads !== undefined) expect((width as number) % heads).toBe(0);
  });

  test('has rates below 1, a positive eps, a start, and a correlation', () => {
    for (const site of [...DROP_SITES, 'drop_path'] as const) expect(parameters[site] ?? 0).toBeLessThan(1);
    expect(parameters.eps).toBeGreaterThan(0);
    expect(parameters.eps).toBeLessThan(1e-4);
    expect(parameters.q0).toBeGreaterThan(0);
    expect(parameters.c0).toBeLessThan(1);
  });

  test('says the variance of each of its matrices once', () => {
    const attention = parameters.block === 'transformer';
    const matrices = attention ? MATRIX_VARIANCES : (['sigma_w2_hidden', 'sigma_w2_output'] as const);
    expect(matrices.filter((matrix) => has(matrix))).toEqual(has('std') ? [] : matrices);
    expect(MATRIX_VARIANCES.filter((matrix) => has(matrix) && !matrices.includes(matrix as never))).toEqual(
      [],
    );
  });

  test('has what attention needs if it has attention, and nothing of it otherwise', () => {
    if (parameters.block === 'transformer')
      for (const parameter of ['feed_forward', 'heads', 'tokens', 'drop_attention'] as const)
        expect([parameter, has(parameter)]).toEqual([parameter, true]);
    else expect(ATTENTION.filter((parameter) => has(parameter))).toEqual([]);
  });

  test('has a norm of the batch in tables alone', () => {
    expect(parameters.norm === 'batch').toBe(parameters.block === 'tabular_resnet');
  });

  test('has sources and notes, one of them about its start', () => {
    expect(sources.length).toBeGreaterThan(0);
    for (const { what, where } of sources) {
      expect(what).not.toBe('');
      expect(where).not.toMatch(/^\/|site-packages|https?:/);
    }
    expect(sources.some(({ checked }) => checked === 'seen')).toBe(true);
    expect(notes.some((note) => /\bstart/.test(note))).toBe(true);
    for (const note of notes) expect(note).toMatch(/^[A-Za-z].*\.$/);
    expect(title).not.toBe('');
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });
});

test('no architecture has the name or a synonym of another', () => {
  const all = ENTRIES.flatMap(({ name, synonyms = [] }) => [name, ...synonyms].map(fold));
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});

test('all embeddings of standard deviation .02 are counted', () => {
  const { bert_base, gpt2_small, llama_like } = ARCHITECTURES;
  expect(bert_base.parameters.q0).toBeCloseTo(0.0012, 15);
  expect(gpt2_small.parameters.q0).toBeCloseTo(8e-4, 15);
  expect(llama_like.parameters.q0).toBeCloseTo(4e-4, 15);
});

test('the scores of T5 have variance 1 without a scale', () => {
  const { sigma_w2_query = 0, sigma_w2_key = 0, score_scale2 = 0 } = ARCHITECTURES.t5_base.parameters;
  expect(sigma_w2_query * sigma_w2_key * score_scale2).toBe(1);
});

test('sites without noise are left out: BERT and GPT-2 have none on the hidden units', () => {
  const sites = ({ parameters }: { parameters: ArchitectureParameters }) =>
    DROP_SITES.filter((site) => parameters[site] !== undefined);
  const outside = ['drop_embedding', 'drop_attention', 'drop_projection', 'drop_output'];
  expect(sites(ARCHITECTURES.bert_base)).toEqual(outside);
  expect(sites(ARCHITECTURES.gpt2_small)).toEqual(outside);
  expect(sites(ARCHITECTURES.t5_base)).toEqual([...DROP_SITES]);
  expect(sites(ARCHITECTURES.tabular_resnet)).toEqual(['drop_hidden', 'drop_output']);
});

import { expect, it } from 'vitest';
import type { DepthVerdict } from '../../answers/judge-depth.ts';
import { KERNEL_LIMITS } from '../../catalogue/queries.ts';
import type { Answer } from './answer.ts';
import { scalesWords, TERMS, valueWords, verdictWords } from './words.ts';

const verdict = (parts: Partial<DepthVerdict>): DepthVerdict => ({
  verdict: 'not_trainable',
  by: 'theory',
  because: '',
  limit: 6.2,
  low: 6.2,
  high: 9.4,
  limited_by: 'correlation',
  ...parts,
});
const answer = (parts: Partial<DepthVerdict>, rest: Partial<Answer> = {}): Answer => ({
  ...{ fitted: null, theory: null, depth: 20, unit: 'layers', outside: [], note: null },
  ...rest,
  verdict: verdict(parts),
});

it('says whether, how deep, and why not deeper', () => {
  expect(verdictWords(answer({}), true)).toMatchObject({
    headline: '20 layers are too deep to train',
    number: '6 – 9',
    of: 'layers is how deep such networks train, by mean-field theory',
    limit: 'Dropout makes all pairs of inputs look alike by then.',
    caveat: '',
  });
  expect(verdictWords(answer({}), false).limit).toMatch(/^Two inputs become alike/);
  expect(verdictWords(answer({}, { depth: 1 }), true).headline).toBe('1 layer is too deep to train');
  expect(verdictWords(answer({ verdict: 'trainable', high: null, limit: 50, low: 50 }), true)).toMatchObject({
    headline: '20 layers can be trained',
    number: 'more than 50',
  });
});

it('gives the depth of the fitted rule with its interval, and says where it is a guess', () => {
  const fitted = {
    by: 'measurements',
    limit: 12.2,
    low: 5.4,
    high: 27.3,
    limited_by: 'noisy_updates',
  } as const;
  const words = verdictWords(answer(fitted, { outside: ['width', 'init', 'network'] }), true);
  expect(words.number).toBe('12 (5 – 27)');
  expect(words.of).toContain('the rule fitted to measured networks');
  expect(words.caveat).toBe(
    'A guess: width, the initialiser and the network as a whole lie beyond what was measured.',
  );
  expect(verdictWords(answer(fitted), true).caveat).toBe('');
  const rule = { ...fitted, depth: 12.2, learning_rate: 0.001, outside: ['width'] };
  const { by: _, limit: __, ...own } = rule;
  expect(verdictWords(answer({}, { fitted: own, outside: ['width'] }), true).other).toBe(
    'The rule fitted to measured networks, a guess here, says 12 (5 – 27).',
  );
});

it('claims no limit that there is not', () => {
  const none = { limit: null, low: null, high: null, limited_by: null } as const;
  expect(verdictWords(answer({ ...none, verdict: 'trainable' }), true)).toMatchObject({
    number: '∞',
    limit: '',
  });
  expect(verdictWords(answer({ ...none, verdict: 'unknown' }), true)).toMatchObject({
    headline: 'Whether 20 layers can be trained is not known',
    of: 'layers: no limit could be had',
  });
});

it('has words for everything that ends a depth', () => {
  for (const limited_by of [...KERNEL_LIMITS, 'correlation', 'float_range'] as const)
    expect(verdictWords(answer({ limited_by }), false).limit).toMatch(/^[A-Z].*\.$/);
});

it('says what has no bound, and what is not known', () => {
  expect(valueWords(null, 'layers', true)).toBe('∞');
  expect(valueWords(null, 'layers', false)).toBe('–');
  expect(valueWords(2 / 3, 'layers', false)).toBe('0.6667 layers');
  expect(scalesWords({ phase: 'ordered', gradient: 'vanishing', status: 'collapses' })).toBe(
    'Ordered phase: two inputs become alike. Gradients are vanishing. The variance falls to 0: the numbers are limits.',
  );
  for (const { meaning } of Object.values(TERMS)) expect(meaning).toMatch(/\.$/);
});

import { describe, expect, it } from 'vitest';
import { blocksContract } from '../../schemas/endpoints/blocks.ts';
import { blockWords } from './block-words.ts';

const BERT = {
  kind: 'scale',
  depth: 70.7,
  depth_low: 67.45,
  depth_high: 74.05,
  xi_2: 10.984,
  kappa: null,
  margin: 0.28827,
  limited_by: 'correlation',
  basis: 'extrapolated',
  blocks_searched: 2000,
  flags: '',
};

describe('blockWords', () => {
  it('says how deep, and that nothing was measured', () => {
    const { depth, by, sentences } = blockWords(BERT, 12);
    expect(`${depth} ${by}`).toBe('67 blocks until the margin has fallen to e^−6 (e^−6.6: 74)');
    expect(sentences).toEqual([
      'Margin after 12 blocks: 0.2883.',
      'After many blocks the margin falls by a factor of e every ξ₂ = 10.98 blocks.',
      'At the start of training. Extrapolated from a pilot with feed-forward blocks and layer norm: no measurement of such blocks.',
    ]);
    expect(sentences.join(' ')).not.toContain('trained at');
  });

  it('names the pilot only for blocks that were in it', () => {
    expect(blockWords({ ...BERT, basis: 'pilot' }, 12).sentences.join(' ')).toContain(
      'half of its networks trained at e^−6.3',
    );
  });

  it('says where the margin does not fall so far', () => {
    const far = { ...BERT, depth: null, depth_low: null, depth_high: null, limited_by: null };
    const said = (row: object) => {
      const { depth, by } = blockWords({ ...far, ...row }, 12);
      return `${depth} ${by}`;
    };
    expect(said({})).toBe('Not within 2000 blocks does the margin fall to e^−6');
    expect(said({ kind: 'frozen' })).toBe('Never does the margin fall to e^−6: it stops falling before');
    expect(said({ depth_low: 1999.5 })).toBe(
      '1999 blocks until the margin has fallen to e^−6 (e^−6.6: not within 2000)',
    );
    expect(said({ blocks_searched: 0 })).toBe('Unknown how deep');
  });

  it('takes rounding for no margin', () => {
    const said = (margin: number) => blockWords({ ...BERT, margin }, 120).sentences[0];
    expect(said(6.7e-16)).toBe('Margin after 120 blocks: below 1e-14.');
    expect(said(0)).toBe('Margin after 120 blocks: below 1e-14.');
    expect(said(3e-12)).toBe('Margin after 120 blocks: 3e-12.');
  });

  it('says where the variance ends it', () => {
    const said = (depth_low: number) =>
      blockWords({ ...BERT, depth_low, depth_high: 9, limited_by: 'float_range' }, 12).by;
    expect(said(9)).toBe('until the variance of the stream leaves float32');
    expect(said(8.2)).toBe('until the margin has fallen to e^−6 (float32 ends at 9)');
  });

  it('has words for every flag and kind, and keeps what it does not know', () => {
    const flags = 'gradual condensed few_tokens causal annealed batch_norm_after_noise frozen';
    const documented = blocksContract.row.shape.flags.meta()?.description;
    for (const flag of flags.split(' ')) expect(documented).toContain(flag);
    const { sentences } = blockWords({ ...BERT, kind: 'power', kappa: 0.4289, flags }, 12);
    expect(sentences.length).toBe(3 + 7);
    expect(sentences.join(' ')).toContain('κ = 0.4289');
    expect(sentences.join(' ')).not.toMatch(/_|undefined/);
    expect(blockWords({ ...BERT, xi_2: null, margin: null, flags: 'new' }, 1).sentences).toEqual([
      'After many blocks the margin no longer falls: ξ₂ is infinite.',
      expect.stringContaining('At the start of training.'),
      'new',
    ]);
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mean, quantile } from 'd3-array';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { describeNetwork, type FittedRule, fittedDepth, formScales, plainNetwork } from '../theory/index.ts';
import { ROOT } from './grids.ts';
import { table } from './tables.ts';

/**
 * Frontiers that others measured: read off planes that were published with Huang et al. 2019, see fixtures/reference/README.md.
 */
const FILE = path.join(ROOT, 'fixtures', 'reference', 'huang_frontiers.csv');

/** A column of a published plane. */
export type OutsideColumn = {
  readonly plane: string;
  readonly keep: number;
  readonly init: string;
  readonly optimiser: string;
  readonly steps: number;
  readonly width: number;
  readonly batch: number;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly deepest_trained: number;
  /** null where every depth of the plane trained */
  readonly first_untrained: number | null;
};

/** About the learning rate of those planes that were trained by gradient descent; that of rmsprop is not known. */
const LEARNING_RATE = { sgd: 0.003, rmsprop: undefined } as const;

/**
 * The published columns.
 * @example readOutsideColumns().length // 155
 */
export function readOutsideColumns(text = readFileSync(FILE, 'utf8')): OutsideColumn[] {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    if (cells.length !== names.length) throw new Error(`No column: ${line}`);
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i] as string]));
    const number = (name: string) => Number(row[name]);
    return {
      plane: row.plane as string,
      init: row.init as string,
      optimiser: row.optimiser as string,
      ...{ keep: number('keep'), steps: number('steps'), width: number('width'), batch: number('batch') },
      ...{ sigma_w2: number('sigma_w2'), sigma_b2: number('sigma_b2') },
      deepest_trained: number('deepest_trained'),
      first_untrained: row.censored === '1' || !row.first_untrained ? null : number('first_untrained'),
    };
  });
}

/** A published column beside what a rule says of it. */
export type OutsideAnswer = {
  readonly column: OutsideColumn;
  /** between the deepest network that trained and the first that did not; the deepest of all where every one trained */
  readonly measured: number;
  readonly censored: boolean;
  readonly said: { readonly depth: number; readonly low: number; readonly high: number };
};

/** What a rule says of published columns, with their own width, batch, steps, learning rate and weights. */
export function answerOutside(rule: FittedRule, columns: readonly OutsideColumn[]): OutsideAnswer[] {
  return columns.flatMap((column) => {
    const { keep, sigma_w2, sigma_b2, width, steps, batch, init, deepest_trained, first_untrained } = column;
    const network = plainNetwork({
      ...({ activation: 'tanh', technique: keep < 1 ? 'bernoulli' : 'none' } as const),
      ...(keep < 1 && { keep }),
      ...({ sigma_w2, sigma_b2, mask: 'independent', q0: 1 } as const),
    });
    const scales = formScales(network, statistics.mnist);
    // (one plane says "rmsprop or sgd")
    const optimiser = column.optimiser === 'rmsprop' ? 'rmsprop' : 'sgd';
    const training = { optimiser, learning_rate: LEARNING_RATE[optimiser], width, steps, batch, init };
    const said = scales && fittedDepth(rule, scales, { ...describeNetwork(network), ...training });
    if (!said) return [];
    const measured = Math.sqrt(deepest_trained * (first_untrained ?? deepest_trained));
    return [{ column, measured, censored: first_untrained === null, said }];
  });
}

/**
 * The published planes beside a rule: how many columns lie inside its intervals, and how far off it is. Columns in which every depth
 * trained are bounds, and stand apart.
 */
export function formatOutsideTable(answers: readonly OutsideAnswer[]): string[] {
  const planes = [...new Set(answers.map(({ column }) => column.plane))];
  const row = (name: string, own: readonly OutsideAnswer[]) => {
    const crossing = own.filter(({ censored }) => !censored);
    const errors = crossing.map(({ measured, said }) => Math.log(measured / said.depth));
    const inside = crossing.filter(({ measured, said }) => measured >= said.low && measured <= said.high);
    const bounds = own.filter(({ censored }) => censored);
    const allowed = bounds.filter(({ measured, said }) => said.high >= measured);
    const { keep, optimiser, steps, init } = (own[0] as OutsideAnswer).column;
    return [
      name,
      ...(name === 'all' ? ['', '', '', ''] : [String(keep), optimiser, String(steps), init]),
      `${inside.length} of ${crossing.length}`,
      bounds.length > 0 ? `${allowed.length} of ${bounds.length}` : '',
      crossing.length > 0 ? Math.sqrt(mean(errors, (x) => x ** 2) as number).toFixed(3) : '',
      crossing.length > 0 ? (quantile(errors, 0.5) as number).toFixed(3) : '',
    ];
  };
  return table(
    [
      'plane',
      'keep',
      'optimiser',
      'steps',
      'weights',
      'inside',
      'bounds allowed',
      'rms of ln(measured / rule)',
      'median',
    ],
    [
      ...planes.map((plane) =>
        row(
          plane,
          answers.filter(({ column }) => column.plane === plane),
        ),
      ),
      row('all', answers),
    ],
  );
}

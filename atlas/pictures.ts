import { type Panel, panelFigure } from '../figures/svg/panels.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import {
  DEPTH_RULES,
  type DepthRuleName,
  type Frontier,
  formDepth,
  formScales,
  plainNetwork,
} from '../theory/index.ts';
import { type AtlasColumn, CONDITIONS, hasConditions, isUsual } from './columns.ts';
import { predictLog } from './fit.ts';
import type { Rule } from './rule.ts';

/** The rule, before it is written. */
type FittedForm = Pick<Rule, 'fit' | 'optimisers'>;

/** Points of a curve. */
const POINTS = 121;

/** The learning rates of these planes: the rule is drawn at the best of them. */
const RATES = [0.003, 0.01, 0.03];

/** The published rules that are drawn. */
const DRAWN = ['six_xi_2', 'twelve_xi_2', 'twelve_xi_1'] as const satisfies DepthRuleName[];

/** The measured frontier over sigma_w2 for each keep rate, beside the rule and the published ones. */
export function drawFrontiers(columns: readonly AtlasColumn[], rule: FittedForm): string {
  const usual = columns.filter(
    ({ settings, sigma_b2 }) =>
      hasConditions(settings) &&
      settings.activation === 'tanh' &&
      settings.technique === 'bernoulli' &&
      sigma_b2 === 0.05,
  );
  const keeps = [...new Set(usual.map(({ keep }) => keep))].sort((a, b) => b - a);
  const panels = keeps.map((keep): Panel => {
    const own = usual.filter((column) => column.keep === keep);
    const deepest = Math.max(...own.map(({ frontier: { depth, low } }) => depth ?? low ?? 0));
    const fine = Array.from({ length: POINTS }, (_, i) => 1 + (3 * i) / (POINTS - 1)).map((sigma_w2) => ({
      sigma_w2,
      scales: formScales(
        plainNetwork({
          activation: 'tanh',
          technique: keep === 1 ? 'none' : 'bernoulli',
          ...(keep < 1 && { keep }),
          sigma_w2,
          sigma_b2: 0.05,
          mask: 'independent',
          q0: 1,
        }),
        statistics.mnist,
      ),
    }));
    // curves that leave the picture would squeeze what was measured
    const curve = (depth: (scales: NonNullable<(typeof fine)[number]['scales']>) => number) =>
      fine.map(({ sigma_w2, scales }) => {
        const y = scales ? depth(scales) : Number.NaN;
        return { x: sigma_w2, y: y < 3 * deepest ? y : null };
      });
    const rules = DRAWN.map((name) => {
      const { scale, multiplier } = DEPTH_RULES[name];
      return {
        label: `${multiplier} ${scale}`,
        line: curve((scales) => formDepth(scale, { m: multiplier }, scales)),
      };
    });
    return {
      title: `keep ${keep}: depth L50`,
      x: 'sigma_w2',
      scales: { y: 'log' },
      series: [
        {
          label: 'measured, and the fitted rule',
          dots: own.map(({ sigma_w2, frontier }) => ({ x: sigma_w2, ...dotOf(frontier) })),
          line: curve((scales) =>
            Math.max(
              ...RATES.map((learning_rate) =>
                formDepth(rule.fit.candidate.form, rule.fit.parameters, scales, {
                  ...CONDITIONS,
                  learning_rate,
                }),
              ),
            ),
          ),
        },
        ...rules,
      ],
    };
  });
  return panelFigure('Trainable depth, MNIST, tanh, width 100, 500 steps', panels);
}

/** A measured depth with its standard error, as far as its interval is closed. */
function dotOf({ depth, low, high }: Frontier): { y: number | null; error?: number } {
  return { y: depth, ...(low && high && { error: (high - low) / (2 * 1.96) }) };
}

/** Predictions of more layers than this are left out: what was measured would be squeezed. */
const FARTHEST = 1000;

/** Measured against predicted depths of all usual columns, for the rule and the published ones. */
export function drawPredicted(columns: readonly AtlasColumn[], rule: FittedForm): string {
  const usual = columns.filter(({ settings, scales }) => isUsual(settings) && scales);
  const depths = usual.flatMap(({ frontier: { depth } }) => (depth ? [depth] : []));
  const [least, most] = [Math.min(...depths), Math.max(...depths)];
  const kindOf = ({ settings: { activation, technique }, sigma_b2 }: AtlasColumn) => {
    if (technique !== 'bernoulli') return 'other techniques';
    return sigma_b2 === 0.05 ? activation : `${activation}, other biases`;
  };
  const kinds = [...new Set(usual.map(kindOf))].sort();
  const panel = (title: string, predicted: (column: AtlasColumn) => number): Panel => ({
    title: `measured L50 over ${title}`,
    x: 'predicted depth',
    scales: { x: 'log', y: 'log' },
    series: [
      ...kinds.map((label) => ({
        label,
        dots: usual
          .filter((column) => kindOf(column) === label)
          .map((column) => {
            const x = predicted(column);
            return { x: x < FARTHEST ? x : null, ...dotOf(column.frontier) };
          }),
      })),
      {
        label: 'as predicted',
        line: [
          { x: least, y: least },
          { x: most, y: most },
        ],
      },
    ],
  });
  const published = DRAWN.map((name) => {
    const { scale, multiplier } = DEPTH_RULES[name];
    return panel(`${multiplier} ${scale}`, ({ scales }) =>
      scales ? formDepth(scale, { m: multiplier }, scales) : Number.NaN,
    );
  });
  return panelFigure('Measured and predicted depths', [
    panel('the fitted rule', (column) => Math.exp(predictLog(rule.fit, column, rule.optimisers))),
    ...published,
  ]);
}

/** Drop probabilities of the Bernoulli dropout that the techniques are matched with, strongest noise last. */
const MATCHED = [0.02, 0.05, 0.1];

/**
 * The measured frontier of each technique at the same h = 1 − F(1), which is that of Bernoulli dropout with drop 0.02, 0.05, 0.1.
 */
export function drawTechniques(planes: readonly (readonly AtlasColumn[])[], rule: FittedForm): string {
  const names = [...new Set(planes.flat().map(({ settings }) => settings.technique))];
  const seriesOf = (of: (column: AtlasColumn) => ReturnType<typeof dotOf>) =>
    names.map((label, i) => {
      const own = planes.flat().filter(({ settings }) => settings.technique === label);
      // columns of one technique are in the order of the matched rates; side by side, or their dots would cover each other
      const dots = own.map((column, j) => ({
        x: (MATCHED[j] ?? Number.NaN) * 1.03 ** (i - (names.length - 1) / 2),
        ...of(column),
      }));
      return { label, dots };
    });
  const overRule = (column: AtlasColumn) => {
    const expected = Math.exp(predictLog(rule.fit, column, rule.optimisers));
    const { y, error } = dotOf(column.frontier);
    return { y: y && y / expected, ...(error && { error: error / expected }) };
  };
  const x = { x: 'drop of Bernoulli dropout with the same h', scales: { x: 'log' as const } };
  return panelFigure('Techniques at the same loss of correlation, MNIST, tanh, sigma_w2 1.76', [
    { title: 'depth L50', ...x, series: seriesOf(({ frontier }) => dotOf(frontier)) },
    { title: 'L50 over the fitted rule', ...x, series: seriesOf(overRule) },
  ]);
}

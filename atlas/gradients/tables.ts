import type { Findings } from './findings.ts';
import type { Fit } from './rates.ts';
import type { Estimate } from './statistics.ts';

/**
 * An estimate with as many digits as its standard error allows.
 *
 * @example shown({ value: 0.83381, error: 0.00042 }) // '0.8338 ± 0.0004'
 */
export function shown(estimate: Estimate | null): string {
  if (!estimate) return '–';
  const { value, error } = estimate;
  const digits = Math.min(8, Math.max(0, -Math.floor(Math.log10(error))));
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
}

const withTheory = (fit: Fit | null) => (fit ? `${shown(fit)} (${fit.theory.toFixed(3)})` : '–');

const span = (fit: Fit | null) => (fit ? `${fit.range.from}–${fit.range.to}` : '–');

const table = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

const head = ({ activation, keep }: Findings) => [`\`${activation}\``, String(keep)];

/**
 * The tables of the page, by the name of their marks.
 *
 * @param all findings of all activations
 * @example tablesOf(all)['gradient rates']
 */
export function tablesOf(all: readonly Findings[]): Record<string, string[]> {
  return {
    'gradient rates': table(
      [
        'activation',
        'keep',
        'chi_1',
        'mean δ²',
        'rms of δ_a δ_b',
        '\\|∂E_a ∂E_b\\|',
        'chi_c',
        'mean δ_a δ_b',
        'at K',
        'K_x',
        'seen',
      ],
      all.map((one) => [
        ...head(one),
        one.chi_1.toFixed(3),
        shown(one.fixed.single),
        shown(one.fixed.rms),
        shown(one.fixed.absolute),
        one.chi_c.toFixed(3),
        withTheory(one.fixed.signed),
        span(one.fixed.signed),
        one.crossover.predicted?.toFixed(1) ?? '–',
        shown(one.crossover.seen),
      ]),
    ),
    'gradient rates quadratic': table(
      [
        'activation',
        'keep',
        'chi_1',
        'mean (∂E_a)²',
        '\\|∂E_a ∂E_b\\|',
        'chi_c',
        'chi_1²',
        'mean ∂E_a ∂E_b',
        'at K',
      ],
      all.map((one) => [
        ...head(one),
        one.chi_1.toFixed(3),
        withTheory(one.quadratic.single),
        shown(one.quadratic.absolute),
        one.chi_c.toFixed(3),
        (one.chi_1 ** 2).toFixed(3),
        withTheory(one.quadratic.signed),
        span(one.quadratic.signed),
      ]),
    ),
    'gradient powers': table(
      [
        ...['activation', 'keep', 'V', `2 + 1/(K ln chi_1) at K ${all[0]?.power.depth}`, 'δ²'],
        ...['(∂E_a)²', '\\|∂E_a ∂E_b\\|', 'mean δ_a δ_b while above its fluctuations'],
      ],
      all.map((one) => [
        ...head(one),
        one.V.toFixed(2),
        one.power.single ? one.power.formula.toFixed(2) : '–',
        withTheory(one.power.single),
        shown(one.power.weight_1),
        shown(one.power.weight_abs),
        withTheory(one.power.pair),
      ]),
    ),
    'gradient summary': summaryOf(all),
  };
}

/** What the tables come to. */
function summaryOf(all: readonly Findings[]): string[] {
  const most = (values: readonly number[]) => `${(100 * Math.max(...values)).toFixed(1)} %`;
  const off = (fit: Fit | null, from: number) => (fit ? [Math.abs(fit.value / from - 1)] : []);
  const range = (fits: readonly (Fit | null)[]) => {
    const values = fits.flatMap((fit) => (fit ? [fit.value] : []));
    return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
  };
  const errors = (fit: Fit | null) => (fit ? [Math.abs(fit.value - fit.theory) / fit.error] : []);
  const within = (fits: readonly (Fit | null)[]) => {
    const found = fits.flatMap(errors);
    return `${found.filter((one) => one < 3).length} of ${found.length} cases within three standard errors`;
  };
  const ratios = all.flatMap(({ crossover: { predicted, seen } }) =>
    predicted && seen ? [seen.value / predicted] : [],
  );
  const singles = all.map(({ fixed }) => fixed.single);
  const rms = all.map(({ fixed }) => fixed.rms);
  const linear = all.filter(({ activation }) => activation === 'linear');
  const others = all.filter(({ activation }) => activation !== 'linear');
  return [
    `- Fixed read-out, K to ${singles[0]?.range.to}: mean δ² has the recursion's factor in ${within(singles)}; the farthest is ${most(singles.flatMap((fit) => off(fit, fit?.theory ?? 1)))} off.`,
    `- The signed mean of δ_a δ_b has its recursion's factor in ${within(all.map(({ fixed }) => fixed.signed))}.`,
    `- From 1.5 K_x on the rms has the factor of finite width in ${within(rms)}. It is at most ${most(all.flatMap(({ fixed, chi_1 }) => off(fixed.rms, chi_1)))} from chi_1, that of the absolute value at most ${most(all.flatMap(({ fixed, chi_1 }) => off(fixed.absolute, chi_1)))}.`,
    `- K_x is seen at ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} of what is predicted.`,
    `- Quadratic read-out: with the same weights both ways linear networks have the predicted factor of (∂E_a)² in ${within(linear.map(({ quadratic }) => quadratic.single))}, of ∂E_a ∂E_b in ${within(linear.map(({ quadratic }) => quadratic.signed))}. The other activations have that of independent weights in ${within(others.map(({ quadratic }) => quadratic.single))}, and in ${within(others.map(({ quadratic }) => quadratic.signed))}.`,
    `- The slope of ln variance over ln mean goes from ${range(all.map(({ power }) => power.single))} for δ² (theory's curve fitted the same way: ${within(all.map(({ power }) => power.single))}), ${range(all.map(({ power }) => power.weight_1))} for (∂E_a)², ${range(all.map(({ power }) => power.weight_abs))} for |∂E_a ∂E_b|, and ${range(all.map(({ power }) => power.pair))} for the signed mean of δ_a δ_b.`,
  ];
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { replaceTables } from '../../scripts/tables.ts';
import { ACTIVATIONS } from '../../theory/index.ts';
import { EXIT, Failure } from '../../trainer/errors.ts';
import { writeAtomically } from '../../trainer/run/files.ts';
import { type Estimate, groupCells } from './cells.ts';
import { type ActivationPair, computeFindings, type Findings, type Fit } from './findings.ts';
import { drawActivation, drawVariance, type Measured } from './pictures.ts';
import { findReadOut, type GradientRecord } from './record.ts';
import { predictCell } from './theory.ts';

/**
 * An estimate with as many digits as its standard error allows.
 * @example formatEstimate({ value: 0.83381, error: 0.00042 }) // '0.8338 ± 0.0004'
 */
export function formatEstimate(estimate: Estimate | null): string {
  if (!estimate) return '–';
  const { value, error } = estimate;
  const digits = Math.min(8, Math.max(0, -Math.floor(Math.log10(error))));
  return `${value.toFixed(digits)} ± ${error.toFixed(digits)}`;
}

const withTheory = (fit: Fit | null) => (fit ? `${formatEstimate(fit)} (${fit.theory.toFixed(3)})` : '–');

const span = (fit: Fit | null) => (fit ? `${fit.range.from}–${fit.range.to}` : '–');

const table = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);

const head = ({ activation, keep }: Findings) => [`\`${activation}\``, String(keep)];

/** The tables of the page, by the name of their marks. */
export function formatTables(all: readonly Findings[]): Record<string, string[]> {
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
        formatEstimate(one.fixed.single),
        formatEstimate(one.fixed.rms),
        formatEstimate(one.fixed.absolute),
        one.chi_c.toFixed(3),
        withTheory(one.fixed.signed),
        span(one.fixed.signed),
        one.crossover.predicted?.toFixed(1) ?? '–',
        formatEstimate(one.crossover.seen),
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
        formatEstimate(one.quadratic.absolute),
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
        formatEstimate(one.power.weight_1),
        formatEstimate(one.power.weight_abs),
        withTheory(one.power.pair),
      ]),
    ),
    'gradient summary': summarise(all),
  };
}

/** What the tables come to. */
function summarise(all: readonly Findings[]): string[] {
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

/** The records by activation, in the theory's order, each with its cells and their theory. */
export function pairRecords(records: readonly GradientRecord[]): ActivationPair[] {
  const all = records.map(
    (record): Measured => ({
      record,
      cells: groupCells(record).map((cell) => ({
        ...cell,
        theory: predictCell(record.meta.plan, cell.keep),
      })),
    }),
  );
  const activation = ({ record }: Measured) => record.meta.plan.network.activation;
  const order = Object.keys(ACTIVATIONS);
  const names = [...new Set(all.map(activation))].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
  return names.map((name) => {
    const of = (readOut: 'fixed' | 'quadratic') => {
      const found = all.find(
        (one) => activation(one) === name && findReadOut(one.record.meta.plan) === readOut,
      );
      if (!found)
        throw new Failure(
          `${name} has no plan with the ${readOut} read-out: each activation needs a fixed and a quadratic one.`,
          EXIT.usage,
        );
      return found;
    };
    return { fixed: of('fixed'), quadratic: of('quadratic') };
  });
}

/** The pictures of all activations. */
export function drawPictures(pairs: readonly ActivationPair[]): Record<string, string> {
  const own = pairs.map(({ fixed, quadratic }) => [
    `gradients-${fixed.record.meta.plan.network.activation.replaceAll('_', '-')}`,
    drawActivation(fixed, quadratic),
  ]);
  const variance = drawVariance(
    pairs.map(({ fixed }) => fixed),
    pairs.map(({ quadratic }) => quadratic),
  );
  return { ...Object.fromEntries(own), 'gradients-variance': variance };
}

/** A page with the tables of the records between their marks. */
export function withTables(page: string, pairs: readonly ActivationPair[]): string {
  return replaceTables(page, formatTables(pairs.flatMap(computeFindings)));
}

/** Where a report goes. */
export type ReportPlaces = {
  /** the page with the tables */
  readonly page: string;
  /** the folder of the pictures */
  readonly pictures: string;
};

/** Draws the pictures and writes the tables. */
export async function writeReport(
  records: readonly GradientRecord[],
  { page, pictures }: ReportPlaces,
): Promise<string[]> {
  const pairs = pairRecords(records);
  const files: [string, string][] = [
    ...Object.entries(drawPictures(pairs)).map(([name, svg]): [string, string] => [
      path.join(pictures, `${name}.svg`),
      svg,
    ]),
    [page, withTables(readFileSync(page, 'utf8'), pairs)],
  ];
  for (const [file, text] of files) await writeAtomically(file, text);
  return files.map(([file]) => file);
}

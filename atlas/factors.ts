import { deviation, group, mean } from 'd3-array';
import { type AtlasColumn, CONDITIONS, hasConditions, type Settings } from './columns.ts';

/** By how much a setting moves the depth. */
export type Factor = {
  readonly setting: string;
  readonly value: string | number;
  /** of data: what counted as trained, where it is not what counts usually */
  readonly trained_at?: number;
  /** of the networks; left out where it is over all keep rates */
  readonly keep?: number;
  /** times the depth under the usual settings */
  readonly factor: number;
  /** 95 % interval */
  readonly low: number;
  readonly high: number;
  /** pairs of columns that it rests on */
  readonly columns: number;
};

/** Settings whose effect is told as a factor. */
const VARIED = [
  'width',
  'steps',
  'optimiser',
  'data',
  'init',
  'schedule',
] as const satisfies (keyof Settings)[];

/** Normal quantile of 95 % intervals. */
const Z = 1.959963984540054;

/** Student's quantile of 95 % intervals by degrees of freedom, from 1; from the tenth on 2.23 is wide enough. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23];

/**
 * By how much settings move the depth (for data with the criterion that goes with them): each column beside the one with the same
 * network under the usual settings, and the mean of ln of their ratio. The interval is the wider of two: from the columns' own
 * intervals, and from how the ratios differ among themselves.
 *
 * @param columns of all settings, each at the best of its learning rates
 * @param keeps over all keep rates, or for each of them apart, of the settings that were measured at several
 * @returns in the order of the columns; a setting that only columns without a counterpart have is left out
 * @example factorsOf(columns)[0]
 */
export function factorsOf(
  columns: readonly AtlasColumn[],
  keeps: 'together' | 'apart' = 'together',
): Factor[] {
  const usual = new Map(
    columns.filter(({ settings }) => hasConditions(settings)).map((column) => [network(column), column]),
  );
  const found = columns.flatMap((column) => {
    const setting = differsIn(column.settings);
    const ratio = ratioOf(column, usual.get(network(column)));
    if (!setting || !ratio) return [];
    const { [setting]: value, trained_at } = column.settings;
    const own = setting === 'data' && trained_at !== CONDITIONS.trained_at;
    return [{ setting, value, ...(own && { trained_at }), keep: column.keep, ratio }];
  });
  const together = group(found, ({ setting, value }) => `${setting} ${value}`);
  const groups =
    keeps === 'together'
      ? [...together.values()]
      : [...together.values()]
          .map((own) => [...group(own, ({ keep }) => keep).values()])
          .filter((own) => own.length > 1)
          .flat();
  return groups.map((members) => {
    const [{ setting, value, trained_at, keep }] = members as [(typeof members)[number]];
    const ratios = members.map(({ ratio }) => ratio);
    const n = ratios.length;
    const middle = mean(ratios, ({ log }) => log) as number;
    const own = Math.hypot(...ratios.map(({ error }) => error)) / n;
    const among = n < 3 ? 0 : (deviation(ratios, ({ log }) => log) as number) / Math.sqrt(n);
    const side = Math.max(Z * own, (STUDENT[Math.min(n - 1, 10) - 1] ?? 0) * among);
    return {
      setting,
      value,
      ...(trained_at !== undefined && { trained_at }),
      ...(keeps === 'apart' && { keep }),
      factor: Math.exp(middle),
      low: Math.exp(middle - side),
      high: Math.exp(middle + side),
      columns: n,
    };
  });
}

/** ln of measured over measured, with its standard error. */
type Ratio = { readonly log: number; readonly error: number };

function ratioOf(one: AtlasColumn, other: AtlasColumn | undefined): Ratio | undefined {
  const [a, b] = [one, other].map((column) => {
    const { depth, low, high } = column?.frontier ?? { depth: null, low: null, high: null };
    return depth && low && high ? { log: Math.log(depth), error: Math.log(high / low) / (2 * Z) } : undefined;
  });
  return a && b && { log: a.log - b.log, error: Math.hypot(a.error, b.error) };
}

/** The one setting in which a column differs from the usual ones; undefined where it is none, or more than one. */
function differsIn(settings: Settings): (typeof VARIED)[number] | undefined {
  if (settings.activation !== 'tanh') return undefined;
  const usual: Record<string, string | number> = { ...CONDITIONS, schedule: 'constant' };
  const different = VARIED.filter((name) => settings[name] !== usual[name]);
  return different.length === 1 ? different[0] : undefined;
}

const network = ({ settings: { technique, activation }, keep, sigma_w2, sigma_b2 }: AtlasColumn) =>
  JSON.stringify([activation, technique, keep, sigma_w2, sigma_b2]);

import { deviation, group, mean } from 'd3-array';
import { type AtlasColumn, CONDITIONS, hasConditions, isFitted, type Settings } from './columns.ts';
import { predictLog } from './fit.ts';
import type { Rule } from './rule.ts';

/** By how much a setting moves the depth. */
export type Factor = {
  readonly setting: string;
  readonly value: string | number;
  /** of data: what counted as trained, where it is not what counts usually */
  readonly accuracy_threshold?: number;
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
 */
export function measureFactors(
  columns: readonly AtlasColumn[],
  keeps: 'together' | 'apart' = 'together',
): Factor[] {
  const usual = new Map(
    columns
      .filter(({ settings }) => hasConditions(settings))
      .map((column) => [identifyNetwork(column), column]),
  );
  const found = columns.flatMap((column) => {
    const setting = findDifference(column.settings);
    const ratio = compareColumns(column, usual.get(identifyNetwork(column)));
    if (!setting || !ratio) return [];
    const { [setting]: value, accuracy_threshold } = column.settings;
    const own = setting === 'data' && accuracy_threshold !== CONDITIONS.accuracy_threshold;
    return [{ setting, value, ...(own && { accuracy_threshold }), keep: column.keep, ratio }];
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
    const { keep, ...factor } = averageRatios(members);
    return { ...factor, ...(keeps === 'apart' && { keep }) };
  });
}

type Found = Pick<Factor, 'setting' | 'value' | 'accuracy_threshold' | 'keep'> & { readonly ratio: Ratio };

/** The mean of the logarithms of some ratios, with the wider of two intervals. */
function averageRatios(members: readonly Found[]): Factor {
  const [{ setting, value, accuracy_threshold, keep }] = members as [Found];
  const ratios = members.map(({ ratio }) => ratio);
  const n = ratios.length;
  const middle = mean(ratios, ({ log }) => log) as number;
  const own = Math.hypot(...ratios.map(({ error }) => error)) / n;
  const among = n < 3 ? 0 : (deviation(ratios, ({ log }) => log) as number) / Math.sqrt(n);
  const side = Math.max(Z * own, (STUDENT[Math.min(n - 1, 10) - 1] ?? 0) * among);
  return {
    ...{ setting, value },
    ...(accuracy_threshold !== undefined && { accuracy_threshold }),
    ...(keep !== undefined && { keep }),
    factor: Math.exp(middle),
    low: Math.exp(middle - side),
    high: Math.exp(middle + side),
    columns: n,
  };
}

/** Settings that the rule does not know: each multiplies its depth. */
const UNKNOWN = { data: CONDITIONS.data, init: CONDITIONS.init, technique: 'bernoulli' } as const;

/**
 * By how much settings that a rule does not know move the depth: the mean of ln(measured / rule) over the columns in which
 * one of them is another. Only techniques with maps of their own are one.
 */
export function measureRuleFactors(
  { fit, optimisers }: Pick<Rule, 'fit' | 'optimisers'>,
  columns: readonly AtlasColumn[],
): Factor[] {
  const found = columns.flatMap((column): Found[] => {
    const { settings, frontier, scales } = column;
    const usual = { ...settings, ...UNKNOWN, accuracy_threshold: CONDITIONS.accuracy_threshold };
    const technique = settings.technique === 'ic' ? 'ic' : UNKNOWN.technique;
    const own = { data: settings.data, init: settings.init, technique };
    const [setting, another] = (Object.keys(own) as (keyof typeof own)[]).filter(
      (name) => own[name] !== UNKNOWN[name],
    );
    const { depth, low, high } = frontier;
    if (!setting || another || !isFitted(usual) || !scales || !depth || !low || !high) return [];
    const { accuracy_threshold } = settings;
    const ratio = {
      log: Math.log(depth) - predictLog(fit, column, optimisers),
      error: Math.log(high / low) / (2 * Z),
    };
    if (!Number.isFinite(ratio.log)) return [];
    return [
      {
        setting,
        value: own[setting],
        ...(accuracy_threshold !== CONDITIONS.accuracy_threshold && { accuracy_threshold }),
        ratio,
      },
    ];
  });
  const groups = group(
    found,
    ({ setting, value, accuracy_threshold }) => `${setting} ${value} ${accuracy_threshold}`,
  );
  // (the plan of the first version counts half of CIFAR-10 as trained, which no rule is made for)
  return [...groups.values()].filter((own) => own.length > 2).map(averageRatios);
}

/** ln of measured over measured, with its standard error. */
type Ratio = { readonly log: number; readonly error: number };

function compareColumns(one: AtlasColumn, other: AtlasColumn | undefined): Ratio | undefined {
  const [a, b] = [one, other].map((column) => {
    const { depth, low, high } = column?.frontier ?? { depth: null, low: null, high: null };
    return depth && low && high ? { log: Math.log(depth), error: Math.log(high / low) / (2 * Z) } : undefined;
  });
  return a && b && { log: a.log - b.log, error: Math.hypot(a.error, b.error) };
}

/** The one setting in which a column differs from the usual ones; undefined where it is none, or more than one. */
function findDifference(settings: Settings): (typeof VARIED)[number] | undefined {
  if (settings.activation !== 'tanh') return undefined;
  const usual: Record<string, string | number> = { ...CONDITIONS, schedule: 'constant' };
  const different = VARIED.filter((name) => settings[name] !== usual[name]);
  return different.length === 1 ? different[0] : undefined;
}

const identifyNetwork = ({ settings: { technique, activation }, keep, sigma_w2, sigma_b2 }: AtlasColumn) =>
  JSON.stringify([activation, technique, keep, sigma_w2, sigma_b2]);

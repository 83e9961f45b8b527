/**
 * Compares the theory with an oracle that shares nothing with it (bench/oracle: plain quadrature, layers followed one by one, bisection)
 * at random networks over the whole space of parameters, for every activation, and writes the worst errors into docs/verification.md.
 *
 *   npm run verify                     1000 networks for each activation: hours
 *   npm run verify -- --points 100     fewer
 *   npm run verify -- --only tanh,relu
 *   npm run verify -- --record         also writes what the oracle says of the first ones into fixtures/verification.json
 *   npm run verify -- --vectors FILE   nothing of that: compares the theory of blocks with values of the form of fixtures/reference/blocks.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import {
  ACTIVATION_ENTRIES,
  ACTIVATION_NAMES,
  ACTIVATION_PARAMETERS,
  type ActivationName,
  type OwnParameterName,
} from '../catalogue/activations.ts';
import { readTable, replaceTable } from '../scripts/tables.ts';
import {
  activationAt,
  computeKernel,
  depthScales,
  type Fault,
  onFault,
  type PlainStack,
  plainNetwork,
} from '../theory/index.ts';
import { random } from '../theory/testing/random.ts';
import { type Drawn, draw } from './oracle/draw.ts';
import { Oracle } from './oracle/network.ts';
import { two } from './oracle/quadrature.ts';
import { compareVectors } from './vectors.ts';

const PAGE = path.join(import.meta.dirname, '..', 'docs', 'verification.md');
const RECORD = path.join(import.meta.dirname, '..', 'fixtures', 'verification.json');
const [_BEGIN, _END] = ['<!-- table: begin -->', '<!-- table: end -->'];

/** So many networks of each activation are recorded. */
const RECORDED = 8;

const QUANTITIES = [
  'q_star',
  'c_star',
  'chi_q',
  'chi_1',
  'chi_aligned',
  'chi_c',
  'kernel',
  'kernel_slope',
] as const;
type Errors = Record<(typeof QUANTITIES)[number], number>;

const options = new Command('npm run verify --')
  .description('Checks the theory against an independent oracle at random networks.')
  .option('--points <n>', 'networks for each activation', positiveInteger, 1000)
  .option('--only <names>', 'activations, separated by commas', (text) => text.split(','), ACTIVATION_NAMES)
  .option('--record', 'write what the oracle says into fixtures/verification.json')
  .option('--quiet', 'say nothing of networks that are wrong or unknown')
  .option('--vectors <file>', 'compare the theory of blocks with the values in a file, and nothing else')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run verify -- --points 100 --only tanh,relu\n  npm run verify -- --vectors fixtures/reference/blocks.json',
  )
  .parse()
  .opts<{ points: number; only: ActivationName[]; record?: true; quiet?: true; vectors?: string }>();

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number above 0.');
  return value;
}

/** What the oracle says of a network; null where there is no such number, left out where it was not asked. */
type Said = {
  readonly end: number | string;
  readonly c_star?: number;
  readonly chi_q?: number;
  readonly chi_1?: number;
  readonly chi_aligned?: number;
  readonly chi_c?: number;
  readonly kernel?: number;
  readonly kernel_slope?: number;
};

const faults: Fault[] = [];
onFault((fault) => faults.push(fault));

/** The outcome of an activation over its networks. */
type Outcome = {
  errors: Errors;
  settled: number;
  unknown: number;
  undecided: number;
  wrong: number;
  recorded: { query: Drawn; oracle: Said }[];
};

function verify(activation: ActivationName): Outcome {
  const next = random(ACTIVATION_NAMES.indexOf(activation) + 5001);
  const own = Object.keys(ACTIVATION_ENTRIES[activation].parameters ?? {}) as OwnParameterName[];
  const ranges = Object.fromEntries(own.map((name) => [name, ACTIVATION_PARAMETERS[name]]));
  const errors = Object.fromEntries(QUANTITIES.map((name) => [name, 0])) as Errors;
  const outcome: Outcome = { errors, settled: 0, unknown: 0, undecided: 0, wrong: 0, recorded: [] };
  const say = (what: string, query: Drawn, more: object) => {
    if (!options.quiet) console.log(`  ${what}`, JSON.stringify({ ...query, ...more }));
  };
  for (let i = 0; i < options.points; i++) {
    const query = draw(activation, ranges, next);
    const oracle = new Oracle(query);
    faults.length = 0;
    const row = depthScales(plainNetwork(query as unknown as PlainStack));
    const off = (name: keyof Errors, error: number, found: number | null, wanted: number) => {
      if (!(error <= 1e-10)) say(`off: ${name}`, query, { found, wanted, error });
      errors[name] = Math.max(errors[name], error);
    };
    const said: Record<string, number | string> = {};

    const end = oracle.end();
    said.end = end;
    if (row.status === 'no_fixed_point') {
      outcome.unknown++;
      say('unknown', query, { end, faults: faults.map(({ quantity }) => quantity) });
    } else if (end === 'unsettled' || stands(query.q0, end, row)) {
      outcome.undecided++;
      say('undecided', query, { status: row.status, q_star: row.q_star });
    } else if (typeof end === 'string' || row.q_star === null || row.q_star === 0) {
      const same =
        end === row.status ||
        (end === 'collapses' && row.q_star !== null && row.q_star < 1e-24) ||
        (end === 'diverges' && row.q_star !== null && row.q_star > 1e24) ||
        (row.status === 'neutral' && typeof end === 'number' && Math.abs(end / query.q0 - 1) < 1e-6);
      if (!same) {
        outcome.wrong++;
        say('wrong end', query, { end, status: row.status, q_star: row.q_star });
      }
    } else {
      outcome.settled++;
      off('q_star', Math.abs(row.q_star / end - 1), row.q_star, end);
      const slopes = oracle.slopes(end);
      for (const name of ['chi_q', 'chi_1', 'chi_aligned'] as const) {
        // (infinite where φ jumps)
        if (name === 'chi_aligned' && oracle.definition.jumps) continue;
        said[name] = slopes[name];
        // (chi_q vanishes where E[φ²] turns: its scale is the bound of Cauchy and Schwarz)
        const scale = name === 'chi_q' ? Math.max(slopes.bound_q, Math.abs(slopes.chi_q)) : slopes[name];
        const difference = Math.abs((row[name] as number) - slopes[name]);
        // (a φ that is flat where the inputs are has no gradient at all)
        off(name, scale > 0 ? difference / scale : difference, row[name], slopes[name]);
      }
      if (row.c_star === null) {
        outcome.unknown++;
        say('unknown c*', query, { faults: faults.map(({ quantity }) => quantity) });
      } else if (row.c_star < 1) {
        const m = 1 - row.c_star;
        const { next: after, slope } = oracle.misalignment(end, m);
        off('c_star', Math.abs((after - m) / (1 - slope)), row.c_star, 1 - after);
        const scale = oracle.definition.jumps ? slopes.bound_q : slopes.chi_aligned;
        const difference = Math.abs((row.chi_c as number) - slope);
        off('chi_c', scale > 0 ? difference / scale : difference, row.chi_c, slope);
        if (outcome.recorded.length < RECORDED && options.record) {
          const settled = oracle.settledMisalignment(end);
          said.c_star = 1 - settled;
          said.chi_c = oracle.misalignment(end, settled).slope;
        }
      } else if (oracle.settledMisalignment(end) > 1e-9) {
        outcome.wrong++;
        say('wrong c*', query, { c_star: row.c_star });
      }
    }

    // two inputs of different variances
    const { q0, q0_b, c } = query;
    const { longest = 1 } = oracle.definition;
    // (the oracle takes long for waves that a wide Gaussian holds many of)
    const wide2 = oracle.definition.longest === undefined ? 1e6 : 60 * longest ** 2;
    if (Math.max(q0, q0_b) <= wide2 && Math.abs(c) < 1) {
      const [wide, narrow] = q0 > q0_b ? [q0, q0_b] : [q0_b, q0];
      const phi = activationAt(activation, pick(query));
      const found = computeKernel(phi, wide, c, narrow);
      const wanted = two(oracle.definition, wide, narrow, 1 - c);
      const [a, b] = [wide, narrow].map((q) => computeKernel(phi, q, 1));
      const size = Math.sqrt((a?.product as number) * (b?.product as number));
      const steep = Math.sqrt((a?.slope as number) * (b?.slope as number));
      said.kernel = wanted.product;
      said.kernel_slope = wanted.slope;
      if (size > 0)
        off('kernel', Math.abs(found.product - wanted.product) / size, found.product, wanted.product);
      if (steep > 0)
        off('kernel_slope', Math.abs(found.slope - wanted.slope) / steep, found.slope, wanted.slope);
    }
    if (outcome.recorded.length < RECORDED && 'c_star' in said)
      outcome.recorded.push({ query, oracle: said as unknown as Said });
  }
  return outcome;
}

/** Whether q falls so slowly, at slope 1, that the oracle sees it stand still. */
const stands = (
  q0: number,
  end: number | string,
  { status, chi_q }: { status: string; chi_q: number | null },
) =>
  status === 'collapses' &&
  typeof end === 'number' &&
  Math.abs(end / q0 - 1) < 1e-6 &&
  Math.abs((chi_q ?? 0) - 1) < 1e-9;

/** The parameters of the activation and of the affine map around it. */
const pick = (query: object) =>
  Object.fromEntries(
    Object.entries(query).filter(([name]) =>
      /^(slope|alpha|threshold|(in|out)put_(scale|shift))$/.test(name),
    ),
  ) as Record<string, number>;

if (options.vectors !== undefined)
  try {
    process.exit(compareVectors(options.vectors) ? 0 : 1);
  } catch (error) {
    console.error(
      `${options.vectors} is no file of values: ${error instanceof Error ? error.message : error}`,
    );
    process.exit(2);
  }

const head = `| activation | settles | unknown | undecided | wrong | ${QUANTITIES.join(' | ')} |`;
const recorded: Record<string, Outcome['recorded']> = options.record
  ? (JSON.parse(readFileSync(RECORD, { encoding: 'utf8', flag: 'a+' }) || '{}') as typeof recorded)
  : {};
for (const name of options.only) {
  const { errors, settled, unknown, undecided, wrong, recorded: own } = verify(name);
  const cells = QUANTITIES.map((quantity) => errors[quantity].toExponential(1));
  const line = `| ${name} | ${settled} of ${options.points} | ${unknown} | ${undecided} | ${wrong} | ${cells.join(' | ')} |`;
  console.log(line);
  const page = readFileSync(PAGE, 'utf8');
  const rows = new Map(
    readTable(page, 'table')
      .filter((row) => /^\| [a-z]/.test(row) && !row.startsWith('| activation'))
      .map((row) => [row.split(' ')[1], row]),
  );
  rows.set(name, line);
  const lines = ACTIVATION_NAMES.flatMap((known) => rows.get(known) ?? []);
  const columns = QUANTITIES.length + 5;
  const rule = `| --- |${' ---: |'.repeat(columns - 1)}`;
  writeFileSync(PAGE, replaceTable(page, 'table', [head, rule, ...lines]));
  if (options.record) {
    recorded[name] = own;
    const sorted = Object.fromEntries(
      ACTIVATION_NAMES.flatMap((known) => (recorded[known] ? [[known, recorded[known]]] : [])),
    );
    writeFileSync(RECORD, `${JSON.stringify(sorted, null, 1)}\n`);
  }
}

/**
 * Compares `depthScales` with its definitions by an independent quadrature at random points of a box, for every
 * activation, and writes the largest errors into docs/verification.md.
 *
 *   npm run verify                     1000 points for each activation: about ten minutes
 *   npm run verify -- --points 100     fewer
 *   npm run verify -- --only tanh,relu
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ACTIVATIONS, type ActivationName, depthScales } from '../theory/index.ts';
import { type Errors, errorsOf } from '../theory/testing/check.ts';
import { random } from '../theory/testing/random.ts';

const PAGE = path.join(import.meta.dirname, '..', 'docs', 'verification.md');
const [BEGIN, END] = ['<!-- table: begin -->', '<!-- table: end -->'];
const NAMES = Object.keys(ACTIVATIONS) as ActivationName[];

const options = new Command('npm run verify --')
  .description('Checks the theory against an independent quadrature at random points.')
  .option('--points <n>', 'points for each activation', positiveInteger, 1000)
  .option('--only <names>', 'activations, separated by commas', (text) => text.split(','), NAMES)
  .addHelpText('after', '\nExample:\n  npm run verify -- --points 100 --only tanh,relu')
  .parse()
  .opts<{ points: number; only: ActivationName[] }>();

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Give a whole number above 0.');
  return value;
}

/** The largest errors of an activation over its points, and how many of them have a fixed point. */
function verify(activation: ActivationName): { errors: Errors; checked: number } {
  const next = random(NAMES.indexOf(activation) + 1001);
  const errors: Errors = { q: 0, c: 0, chi_q: 0, chi_1: 0, chi_c: 0, xi_1: 0, xi_2: 0 };
  let checked = 0;
  for (let i = 0; i < options.points; i++) {
    const input = {
      activation,
      technique: 'bernoulli',
      q0: 1,
      sigma_w2: 0.1 * 100 ** next(),
      sigma_b2: 4 * next(),
      keep: i % 3 === 0 ? 1 : 0.05 + 0.95 * next(),
      mask: i % 4 === 1 ? 'shared' : 'independent',
    } as const;
    if (!/^(ok|bistable)$/.test(depthScales(input).status)) continue;
    checked++;
    const found = errorsOf(input);
    for (const name of Object.keys(errors) as (keyof Errors)[])
      errors[name] = Math.max(errors[name], found[name]);
  }
  return { errors, checked };
}

const page = readFileSync(PAGE, 'utf8');
const [before, rest] = page.split(BEGIN) as [string, string];
const [table, after] = rest.split(END) as [string, string];
const head =
  '| activation | points with a fixed point | q_star | c_star | chi_q | chi_1 | chi_c | xi_1 | xi_2 |';
const rows = new Map(
  table
    .split('\n')
    .filter((line) => /^\| [a-z]/.test(line) && line !== head)
    .map((line) => [line.split(' ')[1], line]),
);
for (const name of options.only) {
  const { errors, checked } = verify(name);
  const cells = Object.values(errors).map((error) => error.toExponential(1));
  rows.set(name, `| ${name} | ${checked} of ${options.points} | ${cells.join(' | ')} |`);
  console.log(rows.get(name));
  const lines = NAMES.flatMap((known) => rows.get(known) ?? []);
  writeFileSync(
    PAGE,
    `${before}${BEGIN}\n${head}\n| --- |${' ---: |'.repeat(8)}\n${lines.join('\n')}\n${END}${after}`,
  );
}

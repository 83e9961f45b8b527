/**
 * Examines what the abstracts of the five methods claim.
 *
 *   npm run claims                    what became of each claim, from the results in fixtures/claims
 *   npm run claims -- T5              runs a claim, or several, and prints its verdict
 *   npm run claims -- --write         makes fixtures/claims.json and docs/claims.md from the results in fixtures/claims
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { type ClaimRow, claimsFile } from '../schemas/claims.ts';
import type { ComparisonResult } from '../schemas/comparison.ts';
import { formatCommand, parseWholeNumber, runInterruptibly } from '../trainer/cli/options.ts';
import { columns, report, say } from '../trainer/cli/output.ts';
import { checkComparison, readJson, resolveArms } from '../trainer/compare/comparison.ts';
import { runComparison } from '../trainer/compare/run-comparison.ts';
import { EXIT, Failure } from '../trainer/errors.ts';
import { readDroplineVersion } from '../trainer/package-version.ts';
import { chooseWorkers } from '../trainer/run/estimate.ts';
import { computeChecksum } from '../trainer/run/grid-file.ts';
import { CLAIMS } from './catalogue.ts';
import type { CheckResult } from './checks/check.ts';
import { CHECKS } from './checks/index.ts';
import { examineClaims } from './examine.ts';
import { writePage } from './page.ts';
import { PLANS, readChecks, readResults } from './read.ts';

const ROOT = path.dirname(import.meta.dirname);
const FILE = path.join(ROOT, 'fixtures', 'claims.json');
const OUT = path.join('runs', 'claims');

type Options = {
  readonly out: string;
  readonly workers?: number;
  readonly data?: string;
  readonly write?: boolean;
};

const program = new Command('claims')
  .description(
    'Examine what the abstracts of Tabu dropout, VSD, the IC layer, NovoGrad and Advanced dropout claim.',
  )
  .argument(
    '[ids...]',
    'claims to run, such as T5 (default: none, the verdicts of the results that there are)',
  )
  .option('--out <folder>', 'folder of journals and results', OUT)
  .option(
    '--workers <n>',
    'networks trained at a time (default: one a core, as memory allows)',
    parseWholeNumber(1, 1024),
  )
  .option('--data <folder>', 'folder with the files of the data set (default: fetched)')
  .option('--write', 'make fixtures/claims.json and docs/claims.md from the results in fixtures/claims')
  .exitOverride()
  .showHelpAfterError('(add --help for the options)')
  .addHelpText(
    'after',
    `
A claim is examined by one or more comparisons (fixtures/plans/claims, written before their first run), or by a check that
needs no training. Comparisons go on where they were interrupted. The verdict is about the networks and test sets here;
p-values are adjusted over the claims of a method, those of the others from fixtures/claims.

Examples:
  npm run claims
  npm run claims -- T1 T2
  npm run claims -- T5 --workers 2

Exit status: 0 finished, 1 something failed, 2 wrong usage, 130 interrupted.`,
  )
  .action((ids: string[], options: Options) => run(ids, options));

async function run(ids: readonly string[], options: Options): Promise<void> {
  const unknown = ids.find((id) => !CLAIMS.some((claim) => claim.id === id));
  if (unknown !== undefined)
    throw new Failure(
      `There is no claim "${unknown}". There are: ${CLAIMS.map(({ id }) => id).join(', ')}.`,
      EXIT.usage,
    );
  if (options.write && ids.length > 0)
    throw new Failure(
      'The page is made from the results in fixtures/claims: run claims without --write, put their files there, then --write alone.',
      EXIT.usage,
    );
  const results = await readResults(say);
  const checks = await readChecks(say);
  const wanted = CLAIMS.filter(({ id }) => ids.includes(id));
  for (const plan of new Set(
    wanted.flatMap(({ trial }) => (trial.kind === 'comparisons' ? trial.plans : [])),
  ))
    results.set(plan, await runPlan(plan, ids, options));
  for (const { trial } of wanted)
    if (trial.kind === 'check') checks.set(trial.check, await runCheck(trial.check, options));
  const examined = examineClaims({ results, checks });
  const rows = examined.map(({ row }) => row);
  if (options.write) {
    await writeFile(
      FILE,
      `${JSON.stringify(claimsFile.parse({ schema: 'dropline-claims/1', claims: rows }), null, 2)}\n`,
    );
    writePage(examined, results);
    say(`Written: ${path.relative(ROOT, FILE)} and docs/claims.md.`);
  }
  const shown = ids.length > 0 ? rows.filter(({ id }) => ids.includes(id)) : rows;
  console.log(ids.length > 0 ? shown.map(describe).join('\n\n') : formatTable(shown));
}

async function runPlan(name: string, ids: readonly string[], options: Options): Promise<ComparisonResult> {
  const file = path.join(PLANS, `${name}.json`);
  const comparison = checkComparison(await readJson(file), `The comparison ${name}`);
  const { out, data } = options;
  const [first] = resolveArms(comparison);
  const workers =
    options.workers ?? chooseWorkers(first?.plans[0] as NonNullable<typeof first>['plans'][number], say);
  const named = (option: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${option}`, value];
  const again = formatCommand([
    ...['npm', 'run', 'claims', '--', ...ids],
    ...named('out', out === OUT ? undefined : out),
    ...named('workers', options.workers),
    ...named('data', data),
  ]);
  const { result } = await runInterruptibly(again, (signal) =>
    runComparison(comparison, { out, data, workers, signal, say }),
  );
  return result as ComparisonResult;
}

async function runCheck(name: string, { out }: Options): Promise<CheckResult> {
  const check = CHECKS[name];
  if (!check) throw new Failure(`The check "${name}" is not there yet.`);
  const result = await check();
  const software = { dropline: readDroplineVersion() };
  const file = { check: name, software, result };
  await mkdir(out, { recursive: true });
  await writeFile(
    path.join(out, `check-${name}.json`),
    `${JSON.stringify({ sha256: computeChecksum(file), ...file }, null, 2)}\n`,
  );
  return result;
}

const shorten = (value: number | null) => (value === null ? '–' : String(Number(value.toPrecision(3))));

function formatTable(rows: readonly ClaimRow[]): string {
  const header = ['id', 'verdict', 'effect', '95 %', 'delta', 'n'];
  return columns([
    header,
    ...rows.map((row) => [
      ...[row.id, row.verdict, shorten(row.effect)],
      row.lower === null ? '–' : `${shorten(row.lower)} to ${shorten(row.upper)}`,
      ...[shorten(row.delta), row.networks === null ? '–' : String(row.networks)],
    ]),
  ]);
}

function describe(row: ClaimRow): string {
  const { id, claim, verdict, measure, comparison, effect, lower, upper, delta, p, networks, needs, note } =
    row;
  return [
    `${id}: ${claim}`,
    `${verdict}${verdict === 'undecided' ? `: about ${needs} networks an arm would settle it` : ''}`,
    ...(measure === null
      ? []
      : [
          `${measure}: ${comparison}: ${shorten(effect)} (95 % ${shorten(lower)} to ${shorten(upper)}), delta ${shorten(delta)}, adjusted p ${p?.toPrecision(2)}, ${networks} pairs`,
        ]),
    `Tried on: ${row.tried_on}. The abstract is about: ${row.abstract_is_about}.`,
    ...(note === null ? [] : [note]),
  ].join('\n  ');
}

try {
  await program.parseAsync();
} catch (error) {
  const code = (error as { exitCode?: unknown; code?: unknown }).code;
  if (typeof code === 'string' && code.startsWith('commander.'))
    process.exitCode = (error as { exitCode: number }).exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = report(error, false);
}

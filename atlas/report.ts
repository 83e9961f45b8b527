import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gridOverlays, gridPlane } from '../figures/measured/picture.ts';
import { encodeHeatMap } from '../figures/svg/heat-map.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { type DepthRuleFile, depthRuleSchema } from '../schemas/depth-rule.ts';
import { replaceTables } from '../scripts/tables.ts';
import { writeAtomically } from '../trainer/run/files.ts';
import { type AtlasColumn, atlasColumns, everyColumn, isUsual } from './columns.ts';
import { factorsOf, ruleFactors } from './factors.ts';
import type { Candidate } from './fit.ts';
import {
  candidateTable,
  columnTable,
  factorTable,
  fillDefaults,
  formulaOf,
  heldTable,
  optimiserTable,
  ruleTable,
} from './fit-tables.ts';
import { type MeasuredPlane, ROOT, shippedPlanes } from './grids.ts';
import { outsideAnswers, outsideColumns, outsideTable } from './outside.ts';
import { frontierPicture, predictedPicture, techniquePicture } from './pictures.ts';
import { SUBJECTS, type Subject } from './planes.ts';
import {
  chooseRule,
  coverageOf,
  fitRule,
  fittedColumns,
  ruleFile,
  withOptimisers,
  writtenRule,
} from './rule.ts';
import { accuracyBySchedule, planeTable, settingTable, table, wholeTable } from './tables.ts';
import { RECORDS, timesOf } from './train.ts';
import { unseenTable } from './unseen.ts';

/** The page that people read. */
export const PAGE = path.join(ROOT, 'docs', 'atlas.md');

/** Where its pictures are. */
export const PICTURES = path.join(ROOT, 'docs', 'atlas');

/** The rule that the API reads. */
export const RULE = path.join(ROOT, 'fixtures', 'depth-rule.json');

/**
 * Planes that the rule is not fitted to: the full ones, whose columns would stand out by their many networks, and those that it is
 * compared with.
 */
const APART: ReadonlySet<Subject> = new Set(['plane', 'unseen', 'cases', 'last']);

/** Planes of the second round of training. */
const SECOND: ReadonlySet<Subject> = new Set(['unbiased', 'defaults', 'budget']);

/** Columns of planes, one for each learning rate. */
const columnsOf = (planes: readonly MeasuredPlane[], ...subjects: Subject[]): AtlasColumn[] =>
  everyColumn(planes.filter(({ subject }) => subjects.includes(subject)).map(({ grid }) => grid));

/** The grids that the rule may be fitted to. */
const fittedGrids = (planes: readonly MeasuredPlane[]) =>
  planes.filter(({ subject }) => !APART.has(subject)).map(({ grid }) => grid);

/** Whether a column is of the second round of training. */
function secondRound(planes: readonly MeasuredPlane[]): (column: AtlasColumn) => boolean {
  const second = new Set(planes.flatMap(({ subject, grid }) => (SECOND.has(subject) ? [grid.id] : [])));
  return (column) => column.planes.some((id) => second.has(id));
}

/**
 * The rule and the tables that rest on fits, which takes minutes.
 *
 * @param planes shipped
 * @param options candidates to compare (all of them), draws of the bootstrap
 * @example fittedReport(shippedPlanes()).file
 */
export function fittedReport(
  planes: readonly MeasuredPlane[],
  { candidates, draws }: { candidates?: readonly Candidate[]; draws?: number } = {},
) {
  const grids = fittedGrids(planes);
  const every = everyColumn(grids);
  const { fits, held, chosen, usual } = chooseRule(atlasColumns(grids), candidates);
  const rule = fitRule(chosen, every);
  const isSecond = secondRound(planes);
  const tables: Record<string, string[]> = {
    candidates: candidateTable(fits, held, {
      old: usual.filter((column) => !isSecond(column)),
      fresh: usual.filter(isSecond),
      unseen: columnsOf(planes, 'unseen').filter(({ settings, scales }) => scales && isUsual(settings)),
    }),
    held: heldTable(coverageOf(rule)),
  };
  return { file: ruleFile(rule, ruleFactors(rule, every), draws), tables };
}

/**
 * The tables of the page that follow from the shipped planes and the rule as it is written, and the pictures, each by its name.
 *
 * @param planes shipped
 * @param file the rule
 * @example writtenReport(shippedPlanes(), file).tables.factors
 */
export function writtenReport(planes: readonly MeasuredPlane[], file: DepthRuleFile) {
  const grids = fittedGrids(planes);
  const columns = atlasColumns(grids);
  const every = everyColumn(grids);
  const rule = writtenRule(file);
  const of = (...subjects: Subject[]) => columnsOf(planes, ...subjects);
  const usual = columns.filter(({ settings, scales }) => isUsual(settings) && scales);
  const isSecond = secondRound(planes);
  const techniques = planes.flatMap(({ subject, grid }) =>
    subject === 'technique' ? [everyColumn([grid])] : [],
  );
  const times = timesOf(RECORDS);
  const tables: Record<string, string[]> = {
    optimisers: optimiserTable(rule, fittedColumns(every, file.optimisers)),
    rule: [
      `L50 = ${formulaOf(rule.fit.candidate)}; ${fillDefaults(rule.fit)}; 95 % intervals ${Object.entries(
        file.intervals,
      )
        .map(([name, [low, high]]) => `${name} ${low} to ${high}`)
        .join(', ')}; ${file.columns} columns.`,
      '',
      `The standard deviation of ln(measured / rule) is ${file.spread} beside measured networks and grows by ${file.spread_per_distance} for each unit of distance; beyond ${file.far} the answer says that it is a guess.`,
    ],
    factors: factorTable([
      ...ruleFactors(rule, every),
      ...factorsOf(columns),
      ...factorsOf(columns, 'apart'),
    ]),
    columns: columnTable(
      columns.filter(({ settings, scales }) => scales && isUsual(settings)),
      rule,
    ),
    second: columnTable(of('unbiased', 'defaults'), rule),
    budget: columnTable(of('budget'), rule),
    published: ruleTable(
      { old: usual.filter((column) => !isSecond(column)), fresh: usual.filter(isSecond) },
      rule,
    ),
    unseen: unseenTable(of('unseen'), file),
    last: unseenTable(of('last'), file),
    cases: unseenTable(of('cases'), file),
    outside: outsideTable(outsideAnswers(file, outsideColumns())),
    whole: wholeTable(
      of('plane'),
      everyColumn(planes.flatMap(({ plan, grid }) => (plan.search ? [grid] : []))),
    ),
    techniques: settingTable(techniques.flat(), 'technique', ({ settings }) => settings.technique, rule),
    'optimiser-columns': settingTable(
      [...of('rate').filter(({ keep }) => keep === 0.95), ...of('optimiser')],
      'optimiser',
      ({ settings }) => settings.optimiser,
      rule,
    ),
    rates: settingTable(of('rate'), 'technique', ({ settings }) => settings.technique, rule),
    relu: settingTable(of('activation'), 'activation', ({ settings }) => settings.activation, rule),
    width: settingTable(of('width'), 'width', ({ settings }) => String(settings.width), rule),
    steps: settingTable(of('steps'), 'steps', ({ settings }) => String(settings.steps), rule),
    schedules: settingTable(
      everyColumn(planes.filter(({ plan }) => plan.search && plan.network.schedule).map(({ grid }) => grid)),
      'schedule',
      ({ settings }) => settings.schedule,
      rule,
    ),
    accuracy: accuracyBySchedule(planes),
    ...crossTable(),
    ...Object.fromEntries(
      (Object.keys(SUBJECTS) as Subject[]).map((subject) => [
        `planes-${subject}`,
        planeTable(planes, subject, times),
      ]),
    ),
  };
  return {
    tables,
    pictures: {
      frontiers: () => frontierPicture(columns, rule),
      predicted: () => predictedPicture(columns, rule),
      techniques: () => techniquePicture(techniques, rule),
    },
  };
}

/** What `npm run atlas -- --check --backend ort-web-training --save` found, where it has been run. */
function crossTable(): Record<string, string[]> {
  const file = path.join(RECORDS, 'cross-check.json');
  if (!existsSync(file)) return { 'cross-check': ['Not made yet.'] };
  const { cells, summary } = JSON.parse(readFileSync(file, 'utf8')) as {
    cells: {
      id: string;
      cell: string;
      shipped: number | null;
      again: number | null;
      verdict: string;
      changed: boolean;
    }[];
    summary: string;
  };
  const percent = (value: number | null) => (value === null ? 'diverged' : (100 * value).toFixed(1));
  return {
    'cross-check': [
      summary,
      '',
      ...table(
        ['plane', 'cell', 'ort-node', 'ort-web-training', 'verdict', 'trained or not'],
        cells.map(({ id, cell, shipped, again, verdict, changed }) => [
          id,
          cell,
          percent(shipped),
          percent(again),
          verdict,
          changed ? 'differs' : 'the same',
        ]),
      ),
    ],
  };
}

/** What is fitted anew: everything, which takes a quarter of an hour, the numbers of the optimisers alone, or nothing. */
export type Fits = 'all' | 'optimisers' | 'none';

const shippedRule = async () => depthRuleSchema.parse(JSON.parse(await readFile(RULE, 'utf8')));

/**
 * Writes the rule, the page's tables and its pictures.
 *
 * @param fits what is fitted anew
 * @returns the files
 * @example await writeReport('none');
 */
export async function writeReport(fits: Fits): Promise<string[]> {
  const planes = shippedPlanes();
  const fitted = fits === 'all' ? fittedReport(planes) : { file: await shippedRule(), tables: {} };
  const file =
    fits === 'optimisers' ? withOptimisers(fitted.file, everyColumn(fittedGrids(planes))) : fitted.file;
  const { tables, pictures } = writtenReport(planes, file);
  await mkdir(PICTURES, { recursive: true });
  await writeAtomically(RULE, ruleText(file));
  await writeAtomically(PAGE, replaceTables(await readFile(PAGE, 'utf8'), { ...fitted.tables, ...tables }));
  const written = [RULE, PAGE];
  const draw = async (name: string, svg: string) => {
    const out = path.join(PICTURES, `${name}.svg`);
    await writeAtomically(out, svg);
    written.push(out);
  };
  for (const [name, picture] of Object.entries(pictures)) await draw(name, picture());
  for (const { plan, grid } of planes)
    await draw(
      plan.id,
      await encodeHeatMap(gridPlane(grid, 'train_accuracy'), {
        overlays: gridOverlays(grid, 'train_accuracy', { rule: file, statistics }),
      }),
    );
  return written.map((one) => path.relative(process.cwd(), one));
}

/** JSON with one factor, and one place, a line. */
export function ruleText({ factors, measured, ...rest }: DepthRuleFile): string {
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  const lines = (members: readonly unknown[]) =>
    members.length > 0 ? `\n${members.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ` : '';
  return `${head},\n  "factors": [${lines(factors)}],\n  "measured": [${lines(measured)}]\n}\n`;
}

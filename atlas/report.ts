import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gridOverlays, gridPlane } from '../figures/measured/picture.ts';
import { encodeHeatMap } from '../figures/svg/heat-map.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { type DepthRuleFile, depthRuleSchema } from '../schemas/depth-rule.ts';
import { replaceTables } from '../scripts/tables.ts';
import { writeAtomically } from '../trainer/run/files.ts';
import { type AtlasColumn, collectBestColumns, collectColumns, isUsual } from './columns.ts';
import { measureFactors, measureRuleFactors } from './factors.ts';
import type { Candidate } from './fit.ts';
import {
  formatCandidateTable,
  formatColumnTable,
  formatFactorTable,
  formatFormula,
  formatHeldTable,
  formatOptimiserTable,
  formatParameters,
  formatRuleTable,
} from './fit-tables.ts';
import { type MeasuredPlane, RECORDS, ROOT, readShippedPlanes, readTimes } from './grids.ts';
import { answerOutside, formatOutsideTable, readOutsideColumns } from './outside.ts';
import { drawFrontiers, drawPredicted, drawTechniques } from './pictures.ts';
import { SUBJECTS, type Subject } from './planes.ts';
import {
  chooseRule,
  fitRule,
  measureCoverage,
  refitOptimisers,
  selectFittedColumns,
  toRule,
  toRuleFile,
} from './rule.ts';
import {
  formatPlaneTable,
  formatScheduleTable,
  formatSettingTable,
  formatUnseenTable,
  formatWholeTable,
  table,
} from './tables.ts';

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
  collectColumns(planes.filter(({ subject }) => subjects.includes(subject)).map(({ grid }) => grid));

/** The grids that the rule may be fitted to. */
const selectFittedGrids = (planes: readonly MeasuredPlane[]) =>
  planes.filter(({ subject }) => !APART.has(subject)).map(({ grid }) => grid);

/** Whether a column is of the second round of training. */
function findSecondRound(planes: readonly MeasuredPlane[]): (column: AtlasColumn) => boolean {
  const second = new Set(planes.flatMap(({ subject, grid }) => (SECOND.has(subject) ? [grid.id] : [])));
  return (column) => column.planes.some((id) => second.has(id));
}

/** The rule and the tables that rest on fits, which takes minutes. */
export function createFittedReport(
  planes: readonly MeasuredPlane[],
  { candidates, draws }: { candidates?: readonly Candidate[]; draws?: number } = {},
) {
  const grids = selectFittedGrids(planes);
  const every = collectColumns(grids);
  const { fits, held, chosen, usual } = chooseRule(collectBestColumns(grids), candidates);
  const rule = fitRule(chosen, every);
  const isSecond = findSecondRound(planes);
  const tables: Record<string, string[]> = {
    candidates: formatCandidateTable(fits, held, {
      old: usual.filter((column) => !isSecond(column)),
      fresh: usual.filter(isSecond),
      unseen: columnsOf(planes, 'unseen').filter(({ settings, scales }) => scales && isUsual(settings)),
    }),
    held: formatHeldTable(measureCoverage(rule)),
  };
  return { file: toRuleFile(rule, measureRuleFactors(rule, every), draws), tables };
}

/**
 * The tables of the page that follow from the shipped planes and the rule as it is written, and the pictures, each by its name.
 */
export function createReport(planes: readonly MeasuredPlane[], file: DepthRuleFile) {
  const grids = selectFittedGrids(planes);
  const columns = collectBestColumns(grids);
  const every = collectColumns(grids);
  const rule = toRule(file);
  const of = (...subjects: Subject[]) => columnsOf(planes, ...subjects);
  const usual = columns.filter(({ settings, scales }) => isUsual(settings) && scales);
  const isSecond = findSecondRound(planes);
  const techniques = planes.flatMap(({ subject, grid }) =>
    subject === 'technique' ? [collectColumns([grid])] : [],
  );
  const times = readTimes(RECORDS);
  const tables: Record<string, string[]> = {
    optimisers: formatOptimiserTable(rule, selectFittedColumns(every, file.optimisers)),
    rule: [
      `L50 = ${formatFormula(rule.fit.candidate)}; ${formatParameters(rule.fit)}; 95 % intervals ${Object.entries(
        file.intervals,
      )
        .map(([name, [low, high]]) => `${name} ${low} to ${high}`)
        .join(', ')}; ${file.columns} columns.`,
      '',
      `The standard deviation of ln(measured / rule) is ${file.spread} beside measured networks and grows by ${file.spread_per_distance} for each unit of distance; beyond ${file.far} the answer says that it is a guess.`,
    ],
    factors: formatFactorTable([
      ...measureRuleFactors(rule, every),
      ...measureFactors(columns),
      ...measureFactors(columns, 'apart'),
    ]),
    columns: formatColumnTable(
      columns.filter(({ settings, scales }) => scales && isUsual(settings)),
      rule,
    ),
    second: formatColumnTable(of('unbiased', 'defaults'), rule),
    budget: formatColumnTable(of('budget'), rule),
    published: formatRuleTable(
      { old: usual.filter((column) => !isSecond(column)), fresh: usual.filter(isSecond) },
      rule,
    ),
    unseen: formatUnseenTable(of('unseen'), file),
    last: formatUnseenTable(of('last'), file),
    cases: formatUnseenTable(of('cases'), file),
    outside: formatOutsideTable(answerOutside(file, readOutsideColumns())),
    whole: formatWholeTable(
      of('plane'),
      collectColumns(planes.flatMap(({ plan, grid }) => (plan.search ? [grid] : []))),
    ),
    techniques: formatSettingTable(
      techniques.flat(),
      'technique',
      ({ settings }) => settings.technique,
      rule,
    ),
    'optimiser-columns': formatSettingTable(
      [...of('rate').filter(({ keep }) => keep === 0.95), ...of('optimiser')],
      'optimiser',
      ({ settings }) => settings.optimiser,
      rule,
    ),
    rates: formatSettingTable(of('rate'), 'technique', ({ settings }) => settings.technique, rule),
    relu: formatSettingTable(of('activation'), 'activation', ({ settings }) => settings.activation, rule),
    width: formatSettingTable(of('width'), 'width', ({ settings }) => String(settings.width), rule),
    steps: formatSettingTable(of('steps'), 'steps', ({ settings }) => String(settings.steps), rule),
    schedules: formatSettingTable(
      collectColumns(
        planes.filter(({ plan }) => plan.search && plan.network.schedule).map(({ grid }) => grid),
      ),
      'schedule',
      ({ settings }) => settings.schedule,
      rule,
    ),
    accuracy: formatScheduleTable(planes),
    ...formatCrossTable(),
    ...Object.fromEntries(
      (Object.keys(SUBJECTS) as Subject[]).map((subject) => [
        `planes-${subject}`,
        formatPlaneTable(planes, subject, times),
      ]),
    ),
  };
  return {
    tables,
    pictures: {
      frontiers: () => drawFrontiers(columns, rule),
      predicted: () => drawPredicted(columns, rule),
      techniques: () => drawTechniques(techniques, rule),
    },
  };
}

/** What `npm run atlas -- --check --backend ort-web-training --save` found, where it has been run. */
function formatCrossTable(): Record<string, string[]> {
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

const readShippedRule = async () => depthRuleSchema.parse(JSON.parse(await readFile(RULE, 'utf8')));

/** Writes the rule, the page's tables and its pictures. */
export async function writeReport(fits: Fits): Promise<string[]> {
  const planes = readShippedPlanes();
  const fitted = fits === 'all' ? createFittedReport(planes) : { file: await readShippedRule(), tables: {} };
  const file =
    fits === 'optimisers'
      ? refitOptimisers(fitted.file, collectColumns(selectFittedGrids(planes)))
      : fitted.file;
  const { tables, pictures } = createReport(planes, file);
  await mkdir(PICTURES, { recursive: true });
  await writeAtomically(RULE, encodeRule(file));
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
export function encodeRule({ factors, measured, ...rest }: DepthRuleFile): string {
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  const lines = (members: readonly unknown[]) =>
    members.length > 0 ? `\n${members.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ` : '';
  return `${head},\n  "factors": [${lines(factors)}],\n  "measured": [${lines(measured)}]\n}\n`;
}

import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gridOverlays, gridPlane } from '../figures/measured/picture.ts';
import { encodeHeatMap } from '../figures/svg/heat-map.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { writeAtomically } from '../trainer/run/files.ts';
import { type AtlasColumn, atlasColumns, everyColumn, isUsual } from './columns.ts';
import { factorsOf, ruleFactors } from './factors.ts';
import type { Candidate } from './fit.ts';
import {
  candidateTable,
  columnTable,
  factorTable,
  formulaOf,
  heldTable,
  numbersOf,
  optimiserTable,
  ruleTable,
} from './fit-tables.ts';
import { type MeasuredPlane, ROOT, shippedPlanes } from './grids.ts';
import { outsideAnswers, outsideColumns, outsideTable } from './outside.ts';
import { frontierPicture, predictedPicture, techniquePicture } from './pictures.ts';
import { SUBJECTS, type Subject } from './planes.ts';
import { chooseRule, coverageOf, fitRule, ruleFile } from './rule.ts';
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

/**
 * Everything that follows from the shipped planes: the rule, the tables of the page by their names, the pictures by theirs.
 *
 * @param planes shipped
 * @param options candidates to compare (all of them), draws of the bootstrap
 * @example reportOf(shippedPlanes()).tables.candidates
 */
export function reportOf(
  planes: readonly MeasuredPlane[],
  { candidates, draws }: { candidates?: readonly Candidate[]; draws?: number } = {},
) {
  const among = planes.filter(({ subject }) => !APART.has(subject));
  const gridsOf = (wanted: (subject: Subject) => boolean) =>
    planes.filter(({ subject }) => wanted(subject)).map(({ grid }) => grid);
  const columns = atlasColumns(among.map(({ grid }) => grid));
  const every = everyColumn(among.map(({ grid }) => grid));
  const { fits, held, chosen, usual } = chooseRule(columns, candidates);
  const rule = fitRule(chosen, every);
  const of = (...subjects: Subject[]) => everyColumn(gridsOf((subject) => subjects.includes(subject)));
  const [unseen, last, relu] = [of('unseen'), of('last'), of('activation')];
  const second = new Set(gridsOf((subject) => SECOND.has(subject)).map(({ id }) => id));
  const isSecond = (column: AtlasColumn) => column.planes.some((id) => second.has(id));
  const file = ruleFile(rule, ruleFactors(rule, every), draws);
  const paired = factorsOf(columns);
  const times = timesOf(RECORDS);
  const tables: Record<string, string[]> = {
    candidates: candidateTable(fits, held, {
      old: usual.filter((column) => !isSecond(column)),
      fresh: usual.filter(isSecond),
      unseen: unseen.filter(({ settings, scales }) => scales && isUsual(settings)),
    }),
    held: heldTable(coverageOf(rule)),
    optimisers: optimiserTable(rule, rule.columns),
    published: ruleTable(usual, { ...rule.held.all }),
    rule: [
      `L50 = ${formulaOf(rule.fit.candidate)}; ${numbersOf(rule.fit)}; 95 % intervals ${Object.entries(
        file.intervals,
      )
        .map(([name, [low, high]]) => `${name} ${low} to ${high}`)
        .join(', ')}; ${file.columns} columns.`,
      '',
      `The standard deviation of ln(measured / rule) is ${file.spread} beside measured networks and grows by ${file.spread_per_distance} for each unit of distance; beyond ${file.far} the answer says that it is a guess.`,
    ],
    factors: factorTable([...ruleFactors(rule, every), ...paired, ...factorsOf(columns, 'apart')]),
    columns: columnTable(
      columns.filter(({ settings, scales }) => scales && isUsual(settings)),
      rule,
    ),
    second: columnTable(of('unbiased', 'defaults'), rule),
    budget: columnTable(of('budget'), rule),
    unseen: unseenTable(unseen, file),
    last: unseenTable(last, file),
    cases: unseenTable(of('cases'), file),
    outside: outsideTable(outsideAnswers(file, outsideColumns())),
    whole: wholeTable(
      of('plane'),
      everyColumn(planes.flatMap(({ plan, grid }) => (plan.search ? [grid] : []))),
    ),
    techniques: settingTable(
      techniqueColumns(planes).flat(),
      'technique',
      ({ settings }) => settings.technique,
      rule,
    ),
    'optimiser-columns': settingTable(
      [...of('rate').filter(({ keep }) => keep === 0.95), ...of('optimiser')],
      'optimiser',
      ({ settings }) => settings.optimiser,
      rule,
    ),
    rates: settingTable(of('rate'), 'technique', ({ settings }) => settings.technique, rule),
    relu: settingTable(relu, 'activation', ({ settings }) => settings.activation, rule),
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
    file,
    tables,
    pictures: {
      frontiers: () => frontierPicture(columns, rule),
      predicted: () => predictedPicture(columns, rule),
      techniques: () => techniquePicture(techniqueColumns(planes), rule),
    },
  };
}

/** The columns of the matched techniques; advanced has a plane for each of them. */
function techniqueColumns(planes: readonly MeasuredPlane[]): AtlasColumn[][] {
  return planes.filter(({ subject }) => subject === 'technique').map(({ grid }) => everyColumn([grid]));
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

/**
 * The page with its tables, each between the marks of its name.
 *
 * @param page as it is
 * @param tables by name
 * @throws Error where the page has no place for one
 * @example withTables(page, { factors: ['| … |'] })
 */
export function withTables(page: string, tables: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(tables).reduce((text, [name, lines]) => {
    const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (after === undefined) throw new Error(`docs/atlas.md has no place for the table "${name}".`);
    return `${before}${begin}\n${lines.join('\n')}\n${end}${after}`;
  }, page);
}

/**
 * Writes the rule, the page's tables and its pictures.
 *
 * @returns the files
 * @example await writeReport();
 */
export async function writeReport(): Promise<string[]> {
  const planes = shippedPlanes();
  const { file, tables, pictures } = reportOf(planes);
  await mkdir(PICTURES, { recursive: true });
  await writeAtomically(RULE, ruleText(file));
  await writeAtomically(PAGE, withTables(await readFile(PAGE, 'utf8'), tables));
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
export function ruleText({ factors, measured, ...rest }: ReturnType<typeof reportOf>['file']): string {
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  const lines = (members: readonly unknown[]) =>
    members.length > 0 ? `\n${members.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ` : '';
  return `${head},\n  "factors": [${lines(factors)}],\n  "measured": [${lines(measured)}]\n}\n`;
}

/**
 * Writes docs/reliability.md: what is promised, which test holds it, and what was counted when it last ran.
 *
 *   npm run reliability               the page, from fixtures/reliability
 *   npm run reliability -- --test     runs the tests first, and counts their cases
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PROMISES, type ReliabilityPromise } from './reliability-promises.ts';
import {
  type ReliabilityRecord,
  reliabilityRecord,
  type TestRecord,
  testRecord,
} from './reliability-record.ts';
import { countCases } from './reliability-run.ts';

const ROOT = path.dirname(import.meta.dirname);
const PAGE = path.join(ROOT, 'docs', 'reliability.md');
const RECORDS = path.join(ROOT, 'fixtures', 'reliability');
const TESTS = path.join(RECORDS, 'tests.json');

const HEAD = `# Reliability

Each promise that the documents make, the test that checks it, what the test counted and when it last ran. \`npm test\` runs the files that end in
.test.ts; the others take minutes to hours, are started by the command beside them, and write what they counted into fixtures/reliability/.
\`npm run reliability -- --test\` counts the cases of the tests. \`npm run reliability\` writes this page from \`scripts/reliability-promises.ts\`, and fails where a
test that it names does not exist.
`;

/** What was counted: the records of the long tests by name, and that of the tests of \`npm test\`. */
export type Records = {
  readonly long: ReadonlyMap<string, ReliabilityRecord>;
  readonly tests: TestRecord | undefined;
};

/**
 * The page.
 *
 * @param promises to show
 * @param records of the tests
 * @param root folder of the repository
 * @throws Error where a test or a page is not there, or a record belongs to no promise
 * @example reliabilityPage(PROMISES, readRecords())
 */
export function reliabilityPage(
  promises: readonly ReliabilityPromise[],
  records: Records,
  root = ROOT,
): string {
  const named = new Set(promises.map(({ record }) => record));
  for (const name of records.long.keys())
    if (!named.has(name)) throw new Error(`fixtures/reliability/${name}.json belongs to no promise`);
  const lines = promises.flatMap(({ promise, page, tests, record }) => {
    const rows = tests.map((test) => [testLink(root, test), ...caseCounts(records.tests, test)]);
    if (record !== undefined) rows.push(longTest(root, records.long.get(record)));
    return rows.map(
      (row, i) => `| ${[...(i === 0 ? [promise, pageLink(root, page)] : ['', '']), ...row].join(' | ')} |`,
    );
  });
  return [
    HEAD,
    '| promise | made in | held by | counted | last run |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

const shown = (counts: Readonly<Record<string, number | undefined>>) =>
  Object.entries(counts)
    .map(([what, count]) => `${what.replaceAll('_', ' ')}: ${count?.toLocaleString('en')}`)
    .join('<br>');

function longTest(root: string, run: ReliabilityRecord | undefined): string[] {
  if (!run) return ['', 'not run yet', ''];
  return [`${testLink(root, [run.test, ''])}<br>\`${run.command}\``, shown(run.counts), run.date];
}

function caseCounts(record: TestRecord | undefined, [file, name]: readonly [string, string]): string[] {
  const counted = record?.tests[`${file}: ${name}`];
  return record && counted ? [shown(counted), record.date] : ['not counted yet', ''];
}

function pageLink(root: string, page: string): string {
  if (!existsSync(path.join(root, 'docs', page))) throw new Error(`docs/${page} is not there`);
  return `[${path.basename(page)}](${page})`;
}

/** A test by its file and the words of its name, which stand in it. */
function testLink(root: string, [file, name]: readonly [string, string]): string {
  const place = path.join(root, file);
  if (!existsSync(place)) throw new Error(`${file}, which should hold a promise, is not there`);
  if (!readFileSync(place, 'utf8').includes(name)) throw new Error(`${file} has no test "${name}"`);
  return `[${file}](../${file})${name ? `: ${name}` : ''}`;
}

/**
 * What fixtures/reliability holds.
 *
 * @param folder of the records
 * @throws where a file is no record
 * @example readRecords().long.get('load')?.counts
 */
export function readRecords(folder = RECORDS): Records {
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .sort()
    : [];
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
  const tests = path.basename(TESTS);
  return {
    long: new Map(
      files
        .filter((file) => file !== tests)
        .map((file) => [path.basename(file, '.json'), reliabilityRecord.parse(read(file))]),
    ),
    tests: files.includes(tests) ? testRecord.parse(read(tests)) : undefined,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { test: { type: 'boolean', default: false } } });
  if (values.test) {
    const counted = countCases(PROMISES.flatMap(({ tests }) => tests));
    mkdirSync(RECORDS, { recursive: true });
    writeFileSync(TESTS, `${JSON.stringify(counted, null, 2)}\n`);
  }
  writeFileSync(PAGE, reliabilityPage(PROMISES, readRecords()));
}

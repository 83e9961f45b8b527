import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Comparison, type ComparisonResult, comparisonResultSchema } from '../schemas/comparison.ts';
import { checkComparison, digestComparison, readJson } from '../trainer/compare/comparison.ts';
import { Failure } from '../trainer/errors.ts';
import { verifyChecksum } from '../trainer/run/grid-file.ts';
import { type CheckResult, checkFileSchema } from './checks/check.ts';

const ROOT = path.dirname(import.meta.dirname);

/** The plans of the comparisons. */
export const PLANS = path.join(ROOT, 'fixtures', 'plans', 'claims');

/** The results that the page is made from. */
export const RESULTS = path.join(ROOT, 'fixtures', 'claims');

/** The comparisons that were run, by name, in the order of their names; each must be that of its plan. */
export async function readResults(say: (line: string) => void): Promise<Map<string, ComparisonResult>> {
  const found = new Map<string, ComparisonResult>();
  for (const file of await listFiles()) {
    if (file.startsWith('check-')) continue;
    const value = await readJson(path.join(RESULTS, file));
    verifyChecksum(file, value as object, say);
    const result = comparisonResultSchema.parse(value);
    const plan = checkComparison(await readJson(path.join(PLANS, file)), `The comparison ${file}`);
    const made = result.meta.comparison;
    if (describeRun(plan) !== describeRun(made))
      throw new Failure(
        `fixtures/claims/${file} is the result of another plan than fixtures/plans/claims/${file}.`,
      );
    // what is claimed of the networks may be worded otherwise since
    found.set(result.id, { ...result, meta: { ...result.meta, comparison: plan } });
  }
  return found;
}

/** What of a comparison decides which networks it reports. */
const describeRun = (comparison: Comparison): string =>
  JSON.stringify([digestComparison(comparison), comparison.seeds, comparison.tuning, comparison.report]);

/** The checks that were made, by name. */
export async function readChecks(say: (line: string) => void): Promise<Map<string, CheckResult>> {
  const files = (await listFiles()).filter((file) => file.startsWith('check-'));
  const entries = await Promise.all(
    files.map(async (file) => {
      const value = JSON.parse(await readFile(path.join(RESULTS, file), 'utf8'));
      verifyChecksum(file, value, say);
      return [file.slice('check-'.length, -'.json'.length), checkFileSchema.parse(value).result] as const;
    }),
  );
  return new Map(entries);
}

async function listFiles(): Promise<string[]> {
  return (await readdir(RESULTS)).filter((file) => file.endsWith('.json')).sort();
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { replaceTables } from '../../scripts/tables.ts';
import { ACTIVATIONS } from '../../theory/index.ts';
import { EXIT, Failure } from '../../trainer/errors.ts';
import { writeAtomically } from '../../trainer/run/files.ts';
import { cellsOf } from './cells.ts';
import { type ActivationPair, findingsOf } from './findings.ts';
import { activationFigure, type Measured, varianceFigure } from './pictures.ts';
import { type GradientRecord, readOutOf } from './record.ts';
import { tablesOf } from './tables.ts';
import { theoryOf } from './theory.ts';

/**
 * The records by activation, in the theory's order, each with its cells and their theory.
 *
 * @param records of fixed and quadratic read-outs
 * @throws Failure where an activation lacks one of the two
 * @example pairsOf(records)[0]?.fixed.cells.length
 */
export function pairsOf(records: readonly GradientRecord[]): ActivationPair[] {
  const all = records.map(
    (record): Measured => ({
      record,
      cells: cellsOf(record).map((cell) => ({ ...cell, theory: theoryOf(record.meta.plan, cell.keep) })),
    }),
  );
  const activation = ({ record }: Measured) => record.meta.plan.network.activation;
  const order = Object.keys(ACTIVATIONS);
  const names = [...new Set(all.map(activation))].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
  return names.map((name) => {
    const of = (readOut: 'fixed' | 'quadratic') => {
      const found = all.find(
        (one) => activation(one) === name && readOutOf(one.record.meta.plan) === readOut,
      );
      if (!found)
        throw new Failure(
          `${name} has no plan with the ${readOut} read-out: each activation needs a fixed and a quadratic one.`,
          EXIT.usage,
        );
      return found;
    };
    return { fixed: of('fixed'), quadratic: of('quadratic') };
  });
}

/**
 * The pictures of all activations.
 *
 * @returns SVG documents by name
 * @example Object.keys(picturesOf(pairs))
 */
export function picturesOf(pairs: readonly ActivationPair[]): Record<string, string> {
  const own = pairs.map(({ fixed, quadratic }) => [
    `gradients-${fixed.record.meta.plan.network.activation.replaceAll('_', '-')}`,
    activationFigure(fixed, quadratic),
  ]);
  const variance = varianceFigure(
    pairs.map(({ fixed }) => fixed),
    pairs.map(({ quadratic }) => quadratic),
  );
  return { ...Object.fromEntries(own), 'gradients-variance': variance };
}

/**
 * A page with the tables of the records between their marks.
 *
 * @param page as it is
 * @throws Error where it lacks a mark
 * @example withTables(page, pairs) === page
 */
export function withTables(page: string, pairs: readonly ActivationPair[]): string {
  return replaceTables(page, tablesOf(pairs.flatMap(findingsOf)));
}

/** Where a report goes. */
export type ReportPlaces = {
  /** the page with the tables */
  readonly page: string;
  /** the folder of the pictures */
  readonly pictures: string;
};

/**
 * Draws the pictures and writes the tables.
 *
 * @returns the files that were written
 * @throws Error as its parts
 */
export async function writeReport(
  records: readonly GradientRecord[],
  { page, pictures }: ReportPlaces,
): Promise<string[]> {
  const pairs = pairsOf(records);
  const files: [string, string][] = [
    ...Object.entries(picturesOf(pairs)).map(([name, svg]): [string, string] => [
      path.join(pictures, `${name}.svg`),
      svg,
    ]),
    [page, withTables(readFileSync(page, 'utf8'), pairs)],
  ];
  for (const [file, text] of files) await writeAtomically(file, text);
  return files.map(([file]) => file);
}

/** The ways in which a query can be taken along. */
export const COPIES = ['curl', 'pandas', 'Sheets'] as const;

/**
 * The text that asks the same elsewhere. (Sheets reads numbers by its own locale unless told otherwise.)
 *
 * @param where into what it is pasted
 * @param json address of the answer as JSON, whole
 * @param csv the same as CSV
 * @example copyText('curl', 'https://x/v1/grids', 'https://x/v1/grids.csv') // "curl -s 'https://x/v1/grids'"
 */
export function copyText(where: (typeof COPIES)[number], json: string, csv: string): string {
  if (where === 'curl') return `curl -s '${json}'`;
  return where === 'pandas'
    ? `import pandas\ntable = pandas.read_csv("${csv}")`
    : `=IMPORTDATA("${csv}";",";"en_US")`;
}

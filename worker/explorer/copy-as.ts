/** The addresses of an answer: of the whole in JSON and CSV, and of one value as text, where it has one. */
export type Addresses = { readonly json: string; readonly csv: string; readonly txt?: string | undefined };

/** Where the reader's spreadsheet has decimal commas, its functions take their arguments with semicolons between them. */
const separatorOf = (locale: string): ';' | ',' =>
  new Intl.NumberFormat(locale).format(0.5).includes(',') ? ';' : ',';

const quoted = (text: string) => JSON.stringify(text);

/** One number in a cell: text with a decimal point, read whatever the sign of the spreadsheet. */
function numberIn(txt: string, locale: string): string {
  const next = separatorOf(locale);
  return `=NUMBERVALUE(WEBSERVICE(${quoted(txt)})${next}"."${next}",")`;
}

/** How the same is asked elsewhere, by name. */
const WRITERS = {
  curl: ({ json }) => `curl -s '${json}'`,
  pandas: ({ csv }) => `import pandas\ntable = pandas.read_csv(${quoted(csv)})`,
  R: ({ csv }) => `table <- read.csv(${quoted(csv)})`,
  TypeScript: ({ json }) =>
    `const answer = await fetch(${quoted(json)});\nconst { rows } = await answer.json();`,
  Excel: ({ csv, txt }, locale) =>
    txt === undefined
      ? `= Table.TransformColumns(Table.PromoteHeaders(Csv.Document(Web.Contents(${quoted(csv)}), [Delimiter=",", Encoding=65001])), {}, each try Number.FromText(_, "en-US") otherwise _)`
      : numberIn(txt, locale),
  LibreOffice: ({ csv, txt }, locale) => (txt === undefined ? csv : numberIn(txt, locale)),
  Sheets: ({ csv }) => `=IMPORTDATA(${quoted(csv)};",";"en_US")`,
} satisfies Record<string, (to: Addresses, locale: string) => string>;

/** The ways in which a query can be taken along. */
export const COPIES = Object.keys(WRITERS) as (keyof typeof WRITERS)[];

/**
 * The text that asks the same elsewhere. Sheets understands semicolons everywhere; Excel and LibreOffice take what their language takes. A
 * table is for Excel a step of Power Query (Data, Get Data, Blank Query), for LibreOffice an address to open.
 *
 * @param where into what it is pasted
 * @param to the addresses of the answer, whole
 * @param locale of the reader, for the separator of arguments
 * @example copyText('curl', { json: 'https://x/v1/grids', csv: 'https://x/v1/grids.csv' }, 'en') // "curl -s 'https://x/v1/grids'"
 */
export const copyText = (where: keyof typeof WRITERS, to: Addresses, locale: string): string =>
  WRITERS[where](to, locale);

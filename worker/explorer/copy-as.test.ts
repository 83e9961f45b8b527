import { expect, it } from 'vitest';
import { COPIES, copyText } from './copy-as.ts';

const table = { json: 'https://x/v1/a?q=1', csv: 'https://x/v1/a.csv?q=1' };
const one = { ...table, txt: 'https://x/v1/a.txt?q=1' };

it('writes a query for each tool', () => {
  expect(COPIES.map((where) => copyText(where, table, 'en-US'))).toEqual([
    "curl -s 'https://x/v1/a?q=1'",
    'import pandas\ntable = pandas.read_csv("https://x/v1/a.csv?q=1")',
    'table <- read.csv("https://x/v1/a.csv?q=1")',
    'const answer = await fetch("https://x/v1/a?q=1");\nconst { rows } = await answer.json();',
    '= Table.TransformColumns(Table.PromoteHeaders(Csv.Document(Web.Contents("https://x/v1/a.csv?q=1"), [Delimiter=",", Encoding=65001])), {}, each try Number.FromText(_, "en-US") otherwise _)',
    'https://x/v1/a.csv?q=1',
    '=IMPORTDATA("https://x/v1/a.csv?q=1";",";"en_US")',
  ]);
});

it('puts one number into a cell, with the separators of the reader’s language', () => {
  expect(copyText('Excel', one, 'en-GB')).toBe('=NUMBERVALUE(WEBSERVICE("https://x/v1/a.txt?q=1"),".",",")');
  for (const locale of ['de-DE', 'fr-FR', 'pt-BR', 'pl'])
    expect(copyText('LibreOffice', one, locale)).toBe(
      '=NUMBERVALUE(WEBSERVICE("https://x/v1/a.txt?q=1");".";",")',
    );
});

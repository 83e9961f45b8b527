import { Hono } from 'hono';
import { type Contract, FORMATS, type Format } from '../../schemas/endpoint.ts';
import { Budget } from '../budget.ts';
import { CACHING } from '../caching.ts';
import { chooseFormat, encodeTable } from '../encode.ts';
import { answerTable, type Surroundings } from '../endpoints/endpoint.ts';
import { ENDPOINTS } from '../endpoints/index.ts';
import type { Environment } from '../environment.ts';
import { Measurements } from '../measured/nearest.ts';
import { type Asked, fieldsIn, givenIn, parseQuery } from '../query.ts';

/** `GET /v1/…` of every endpoint that answers a query with a table. */
export const tablesRoute = new Hono<Environment>();

for (const endpoint of ENDPOINTS)
  for (const extension of [undefined, ...FORMATS]) {
    const { name, formats } = endpoint.contract;
    tablesRoute.get(extension ? `/${name}.${extension}` : `/${name}`, async (c) => {
      const format = chooseFormat(c.req.raw, extension, formats);
      const surroundings = { measurements: new Measurements(c.env), budget: new Budget() };
      const response = await tableResponse(endpoint, new URL(c.req.url), format, surroundings);
      const { looked, failed } = surroundings.measurements;
      const caching = looked ? (failed ? 'incomplete' : 'current') : 'pure';
      response.headers.set('cache-control', CACHING[caching]);
      return response;
    });
  }

/** The answer to a query, in a format. */
export async function tableResponse(
  endpoint: (typeof ENDPOINTS)[number],
  url: URL,
  format: Format,
  surroundings: Pick<Surroundings, 'measurements' | 'budget'>,
): Promise<Response> {
  const { contract, absent } = endpoint;
  const given = givenIn(url);
  surroundings.budget.takeQuery(given);
  const parsed = parseQuery(given, contract.query, absent, format === 'txt');
  const asked = fieldsOf(url, format, contract);
  const rounded = url.searchParams.has('digits');
  const table = await answerTable(endpoint, parsed, url.search, { ...surroundings, asked, rounded });
  return encodeTable(table, format, contract, url.searchParams);
}

/** The columns that a client looks at: in txt and in a chart one, which is the usual one unless others are named. */
function fieldsOf(url: URL, format: Format, { field, plane }: Contract): Asked {
  return fieldsIn(url.searchParams) ?? (['txt', 'svg'].includes(format) && !plane ? [field] : undefined);
}

import { Hono } from 'hono';
import { type Contract, FORMATS, type Format } from '../../schemas/endpoint.ts';
import { CACHING } from '../caching.ts';
import { encodeTable } from '../encode.ts';
import { answerTable } from '../endpoints/endpoint.ts';
import { ENDPOINTS } from '../endpoints/index.ts';
import type { Environment } from '../environment.ts';
import { chooseFormat } from '../format.ts';
import { Measurements } from '../measured/nearest.ts';
import { parseQuery } from '../query.ts';
import { newBudget } from '../work.ts';

/** `GET /v1/…` of every endpoint that answers a query with a table. */
export const tablesRoute = new Hono<Environment>();

for (const endpoint of ENDPOINTS)
  for (const extension of [undefined, ...FORMATS]) {
    const { name, query, formats } = endpoint.contract;
    tablesRoute.get(extension ? `/${name}.${extension}` : `/${name}`, async (c) => {
      const format = chooseFormat(c.req.raw, extension, formats);
      const url = new URL(c.req.url);
      const parsed = parseQuery(url.searchParams, query, endpoint.absent, format === 'txt');
      const measurements = new Measurements(c.env);
      const table = await answerTable(endpoint, parsed, url.search, {
        measurements,
        budget: newBudget(),
        fields: fieldsOf(url, format, endpoint.contract),
      });
      const response = await encodeTable(table, format, endpoint.contract, url.searchParams);
      const { looked, failed } = measurements;
      const caching = failed ? 'incomplete' : looked ? 'current' : 'pure';
      response.headers.set('cache-control', CACHING[caching]);
      return response;
    });
  }

/** The columns that a client looks at: in txt one, which is the usual one unless it is named. */
function fieldsOf(url: URL, format: Format, { field, plane }: Contract): string[] | undefined {
  const given = url.searchParams.get('field')?.split(',');
  return given ?? (format === 'txt' && !plane ? [field] : undefined);
}

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type BatchAnswer, type BatchQuery, batchBody, MAX_BATCH } from '../../schemas/batch.ts';
import type { Column } from '../../schemas/endpoint.ts';
import { didYouMean, MOST_ENTRIES, otherType, problemEntries } from '../../schemas/problem.ts';
import { SOFTWARE_VERSION } from '../../schemas/service.ts';
import { OutOfWork } from '../../theory/index.ts';
import { Budget } from '../budget.ts';
import { parseJson, readMetaLevel, showInBatch } from '../encode.ts';
import {
  type AnswerMeta,
  answerTable,
  COLUMNS_URL,
  notesAt,
  type Surroundings,
  tooMuchWork,
} from '../endpoints/endpoint.ts';
import { ENDPOINTS } from '../endpoints/index.ts';
import type { Environment } from '../environment.ts';
import { Measurements } from '../measured/nearest.ts';
import { HttpProblem, problemOf } from '../problem.ts';
import { fieldsIn, parseNoQuery, parseQuery } from '../query.ts';

/** The largest body, in bytes. */
const MAX_BODY = 1024 * 1024;

/** `POST /v1/batch`: many queries of any kind in one call, each with rows or a problem of its own. */
export const batchRoute = new Hono<Environment>();

batchRoute.post(
  '/batch',
  bodyLimit({
    maxSize: MAX_BODY,
    onError: () => new HttpProblem(413, `A batch has at most ${MAX_BODY} bytes (1 MiB).`).response(),
  }),
  async (c) => {
    const url = new URL(c.req.url);
    parseNoQuery(url, ['format', 'meta']);
    const level = readMetaLevel(url.searchParams);
    const { queries } = parse(await c.req.arrayBuffer());
    const surroundings = { measurements: new Measurements(c.env), budget: new Budget() };
    const metas: AnswerMeta[] = [];
    const rows: BatchAnswer['rows'] = [];
    for (const query of queries) rows.push(await answer(query, surroundings, metas));
    const body: BatchAnswer = { ...(level !== 'none' && { meta: describeBatch(rows, metas, level) }), rows };
    return c.json(body, 200, { 'cache-control': 'no-store' });
  },
);

/** What the answers of a batch have in common. */
function describeBatch(rows: BatchAnswer['rows'], metas: readonly AnswerMeta[], level: 'brief' | 'full') {
  const columns: Record<string, Record<string, Column>> = {};
  for (const { endpoint, columns: own } of metas) columns[endpoint] = { ...columns[endpoint], ...own };
  return {
    count: rows.length,
    failed: rows.filter(({ status }) => status !== 200).length,
    ...(level === 'full' && { columns }),
    notes: [...new Set(metas.flatMap((meta) => notesAt(level, meta)))],
    version: SOFTWARE_VERSION,
    columns_url: COLUMNS_URL,
  };
}

function parse(bytes: ArrayBuffer) {
  const parsed = batchBody.safeParse(shorten(parseJson(bytes)), { error: otherType });
  if (parsed.success) return parsed.data;
  const entries = problemEntries(parsed.error, Object.keys(batchBody.shape));
  throw new HttpProblem(422, `The body is not a batch. ${entries[0]?.detail ?? ''}`.trim(), entries);
}

/**
 * A body without what nobody is told about: of the members that can be no value of a parameter as many stay as a problem document names. To
 * a schema each of a million costs as much as the first.
 */
function shorten(body: unknown): unknown {
  if (!isObject(body) || !Array.isArray(body.queries)) return body;
  let wrong = 0;
  const isValue = (one: unknown) => typeof one === 'string' || typeof one === 'number';
  const stays = (one: unknown) => isValue(one) || ++wrong <= MOST_ENTRIES;
  const queries = body.queries.slice(0, MAX_BATCH + 1).map((one: unknown) => {
    if (!isObject(one) || !isObject(one.query)) return one;
    const members = Object.entries(one.query).flatMap(([name, value]) => {
      if (Array.isArray(value)) return [[name, value.filter(stays)]];
      return stays(value) ? [[name, value]] : [];
    });
    return { ...one, query: Object.fromEntries(members) };
  });
  return { ...body, queries };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function answer(
  { endpoint: name, query }: BatchQuery,
  surroundings: Surroundings,
  metas: AnswerMeta[],
): Promise<BatchAnswer['rows'][number]> {
  try {
    const endpoint = ENDPOINTS.find(({ contract }) => contract.name === name);
    if (!endpoint) throw describeUnknownEndpoint(name);
    const { budget } = surroundings;
    const given = Object.entries(query).map(([key, value]): [string, string] => [key, [value].flat().join()]);
    budget.takeQuery(given);
    const { contract, absent } = endpoint;
    const search = new URLSearchParams(given);
    const parsed = parseQuery(given, contract.query, absent);
    const shown = { asked: fieldsIn(search), rounded: search.has('digits') };
    const table = await answerTable(endpoint, parsed, '', { ...surroundings, ...shown });
    const { meta, rows } = showInBatch(table, contract, search);
    metas.push(meta);
    return { status: 200, rows: [...rows] };
  } catch (error) {
    const problem = problemOf(error instanceof OutOfWork ? tooMuchWork({ answered: 0, all: 1 }) : error);
    surroundings.budget.takeProblem(problem.entries.length);
    return { status: problem.status, problem: problem.body() };
  }
}

function describeUnknownEndpoint(name: string): HttpProblem {
  const known = ENDPOINTS.map(({ contract }) => contract.name);
  const detail = `There is no endpoint "${name.slice(0, 40)}".${didYouMean(name, known) || ` Endpoints: ${known.join(', ')}.`}`;
  return new HttpProblem(404, detail, [{ pointer: '#/endpoint', detail }]);
}

import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type BatchAnswer, type BatchQuery, batchBody, MAX_BATCH } from '../../schemas/batch.ts';
import { didYouMean, MOST_ENTRIES, otherType, problemEntries } from '../../schemas/problem.ts';
import { SOFTWARE_VERSION } from '../../schemas/versions.ts';
import { OutOfWork } from '../../theory/index.ts';
import { Budget } from '../budget.ts';
import { shownInJson } from '../encode.ts';
import { answerTable, type Surroundings } from '../endpoints/endpoint.ts';
import { ENDPOINTS } from '../endpoints/index.ts';
import { tooMuchWork } from '../endpoints/refusals.ts';
import type { Environment } from '../environment.ts';
import { fieldsIn } from '../fields.ts';
import { parseJson } from '../json.ts';
import { Measurements } from '../measured/nearest.ts';
import { HttpProblem, problemOf } from '../problem.ts';
import { parseNoQuery, parseQuery } from '../query.ts';

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
    parseNoQuery(new URL(c.req.url));
    const { queries } = parse(await c.req.arrayBuffer());
    const surroundings = { measurements: new Measurements(c.env), budget: new Budget() };
    const notes = new Set<string>();
    const rows: BatchAnswer['rows'] = [];
    for (const query of queries) rows.push(await answer(query, surroundings, notes));
    const failed = rows.filter(({ status }) => status !== 200).length;
    const body: BatchAnswer = {
      meta: { count: rows.length, failed, notes: [...notes], version: SOFTWARE_VERSION },
      rows,
    };
    return c.json(body, 200, { 'cache-control': 'no-store' });
  },
);

function parse(bytes: ArrayBuffer) {
  const parsed = batchBody.safeParse(shortened(parseJson(bytes)), { error: otherType });
  if (parsed.success) return parsed.data;
  const entries = problemEntries(parsed.error, Object.keys(batchBody.shape));
  throw new HttpProblem(422, `The body is not a batch. ${entries[0]?.detail ?? ''}`.trim(), entries);
}

/**
 * A body without what nobody is told about: of the members that can be no value of a parameter as many stay as a problem document names. To
 * a schema each of a million costs as much as the first.
 */
function shortened(body: unknown): unknown {
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
  notes: Set<string>,
): Promise<BatchAnswer['rows'][number]> {
  try {
    const endpoint = ENDPOINTS.find(({ contract }) => contract.name === name);
    if (!endpoint) throw unknownEndpoint(name);
    const { budget } = surroundings;
    const given = Object.entries(query).map(([key, value]): [string, string] => [key, [value].flat().join()]);
    budget.takeQuery(given);
    const { contract, absent } = endpoint;
    const search = new URLSearchParams(given);
    const parsed = parseQuery(given, contract.query, absent);
    const table = await answerTable(endpoint, parsed, '', { ...surroundings, fields: fieldsIn(search) });
    const { meta, rows } = shownInJson(table, contract, search);
    for (const note of meta.notes as string[]) notes.add(note);
    return { status: 200, rows: [...rows] };
  } catch (error) {
    const problem = problemOf(error instanceof OutOfWork ? tooMuchWork({ answered: 0, all: 1 }) : error);
    surroundings.budget.takeProblem(problem.entries.length);
    return { status: problem.status, problem: problem.body() };
  }
}

function unknownEndpoint(name: string): HttpProblem {
  const known = ENDPOINTS.map(({ contract }) => contract.name);
  const detail = `There is no endpoint "${name.slice(0, 40)}".${didYouMean(name, known) || ` Endpoints: ${known.join(', ')}.`}`;
  return new HttpProblem(404, detail, [{ pointer: '#/endpoint', detail }]);
}

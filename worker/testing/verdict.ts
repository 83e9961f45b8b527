import { batchAnswer } from '../../schemas/batch.ts';
import { tableSchema } from '../../schemas/endpoint.ts';
import { ANSWERS, CONTRACTS } from '../../schemas/endpoints/index.ts';
import { problemSchema } from '../../schemas/problem.ts';
import type { Asked } from './requests.ts';

/** The answer of an endpoint, also where some columns do not come by themselves. */
function answerOf(endpoint: string) {
  const contract = CONTRACTS.find(({ name }) => name === endpoint);
  return contract?.usual ? tableSchema(contract.row.partial()) : ANSWERS[endpoint];
}

/** What the engine, and not the theory, finds out of range is a mistake of ours. */
const SLIPS = /array length|call stack|toFixed|precision|not a function|cannot read/i;

/**
 * What is wrong with an answer, as a sentence; nothing for one that keeps every promise: no 5xx, no NaN, JSON within its documented
 * schema, problems as problem documents.
 *
 * @param asked the request
 * @param response its answer
 * @param body of the answer
 */
export function wrongWith(asked: Asked, response: Response, body: string): string | undefined {
  const { status } = response;
  // (a local server without a token would say 503, so it has one)
  if (status >= 500) return `status ${status}`;
  if (status === 204 || status === 304 || asked.method === 'HEAD') return undefined;
  const type = response.headers.get('content-type') ?? '';
  if (status >= 400) {
    if (type !== 'application/problem+json') return `a problem of type ${type}`;
    const problem = problemSchema.safeParse(JSON.parse(body));
    if (!problem.success) return `no problem document: ${problem.error.message}`;
    return SLIPS.test(problem.data.detail) ? `a slip: ${problem.data.detail}` : undefined;
  }
  if (/^(text\/(csv|plain)|image\/svg)/.test(type) && /\bNaN\b|\bInfinity\b/.test(body))
    return 'NaN or Infinity';
  if (!type.startsWith('application/json')) return undefined;
  const schema = asked.path === '/v1/batch' ? batchAnswer : answerOf(asked.endpoint ?? '');
  const parsed = schema?.safeParse(JSON.parse(body));
  return parsed?.success === false ? `outside its schema: ${parsed.error.message}` : undefined;
}

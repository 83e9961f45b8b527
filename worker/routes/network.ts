import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { answerBlocks, followBlocks } from '../../answers/blocks.ts';
import { networkFromBody } from '../../networks/from-body.ts';
import { FORMATS } from '../../schemas/endpoint.ts';
import { networkContract, networkTrajectoryContract } from '../../schemas/endpoints/network.ts';
import { type NetworkBody, networkBody } from '../../schemas/network-body.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import type { Network } from '../../theory/index.ts';
import { Budget } from '../budget.ts';
import { chooseFormat, encodeTable, parseJson } from '../encode.ts';
import { askTheory, inOrder, metaFor, type Row } from '../endpoints/endpoint.ts';
import type { Environment } from '../environment.ts';
import { HttpProblem } from '../problem.ts';
import { COMMON, parseNoQuery } from '../query.ts';

/** The largest body, in bytes. */
const MAX_BODY = 256 * 1024;

type Loss = NetworkBody['loss'];

/** What is answered of a network, by its contract. */
const ANSWERS = [
  {
    contract: networkContract,
    rows: () => 1,
    answer: (network: Network, loss: Loss, budget: Budget): Row[] => [answerBlocks(network, loss, budget)],
  },
  {
    contract: networkTrajectoryContract,
    rows: ({ depth = 0 }: Network) => depth + 1,
    answer: (network: Network, loss: Loss): Row[] => followBlocks(network, loss),
  },
] as const;

/** `POST /v1/network` and `POST /v1/network/trajectory`: one network as JSON. */
export const networkRoute = new Hono<Environment>();

for (const { contract, rows: rowsOf, answer } of ANSWERS)
  for (const extension of [undefined, ...FORMATS])
    networkRoute.post(
      extension ? `/${contract.name}.${extension}` : `/${contract.name}`,
      bodyLimit({
        maxSize: MAX_BODY,
        onError: () => new HttpProblem(413, `A network has at most ${MAX_BODY} bytes (256 KiB).`).response(),
      }),
      async (c) => {
        const url = new URL(c.req.url);
        parseNoQuery(url, COMMON);
        const format = chooseFormat(c.req.raw, extension, contract.formats);
        const budget = new Budget();
        const bytes = await c.req.arrayBuffer();
        budget.takeQuery([['body', ' '.repeat(bytes.byteLength)]]);
        const body = parseBody(bytes);
        const found = askTheory(body, { answered: 0, all: 1 }, () =>
          budget.run(() => {
            const network = networkFromBody(body);
            budget.admit(1, rowsOf(network));
            return answer(network, body.loss, budget);
          }),
        );
        const columns = Object.keys(contract.row.shape);
        const table = {
          meta: metaFor(contract, columns, found.length, url.search),
          columns,
          rows: found.map((row) => inOrder(row, columns)),
        };
        const response = await encodeTable(table, format, contract, url.searchParams);
        response.headers.set('cache-control', 'no-store');
        return response;
      },
    );

function parseBody(bytes: ArrayBuffer): NetworkBody {
  const parsed = networkBody.safeParse(parseJson(bytes), { error: otherType });
  if (parsed.success) return parsed.data;
  const entries = problemEntries(parsed.error, Object.keys(networkBody.shape));
  throw new HttpProblem(422, `The body is not a network. ${entries[0]?.detail ?? ''}`.trim(), entries);
}

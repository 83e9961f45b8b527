import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { etag } from 'hono/etag';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { didYouMean } from '../schemas/problem.ts';
import { onFault } from '../theory/index.ts';
import { splitExtension } from './encode.ts';
import { ENDPOINTS } from './endpoints/index.ts';
import type { Environment } from './environment.ts';
import { HEADERS_OF_304, rateLimit, securityHeaders, watchBindings } from './middleware.ts';
import { tablePages } from './pages.ts';
import { HttpProblem, problemOf } from './problem.ts';
import { batchRoute } from './routes/batch.ts';
import { frontierRoute } from './routes/frontier.ts';
import { gridsRoute } from './routes/grids.ts';
import { networkRoute } from './routes/network.ts';
import { publishRoute } from './routes/publish.ts';
import { serviceRoute } from './routes/service.ts';
import { storeRoute } from './routes/store.ts';
import { tablesRoute } from './routes/tables.ts';
import { versionsRoute } from './routes/versions.ts';

// A number that failed its own equation is null in the answer; which one it was stands in the log.
onFault((fault) => console.error('fault', JSON.stringify(fault)));

/** The Dropline API. Every route is a pure function of the request and the grid store; none trains anything. */
const app = new Hono<Environment>();

app.use(etag({ retainedHeaders: HEADERS_OF_304 }));
app.use(securityHeaders);
app.use(
  cors({
    origin: '*',
    allowMethods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    exposeHeaders: ['ETag', 'Content-Location', 'Link', 'RateLimit-Policy', 'Retry-After', 'Degraded'],
    maxAge: 86_400,
  }),
);
app.use('/v1/*', tablePages);
app.use(
  methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) =>
      new HttpProblem(405, `${c.req.method} is not possible here. Allowed: ${methods.join(', ')}.`, [], {
        headers: { allow: methods.join(', ') },
      }).response(),
  }),
);
// Hono hands only an Error to onError.
app.use(async (_, next) => {
  try {
    await next();
  } catch (thrown) {
    throw thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
  }
});
app.get('/healthz', (c) => c.json({ status: 'ok' }, 200, { 'cache-control': 'no-store' }));
app.use(watchBindings);
app.use(rateLimit);

app.route('/', serviceRoute);
app.route('/v1', tablesRoute);
app.route('/v1', batchRoute);
app.route('/v1', networkRoute);
app.route('/v1', frontierRoute);
app.route('/v1', gridsRoute);
app.route('/v1', versionsRoute);
app.route('/v1', publishRoute);
app.route('/v1', storeRoute);

app.notFound((c) =>
  new HttpProblem(
    404,
    `There is nothing at this address.${didYouMean(withoutExtension(c.req.path), ADDRESSES)} GET /openapi.json lists the addresses.`,
  ).response(),
);

app.onError((error) => (error instanceof HTTPException ? error.getResponse() : problemOf(error).response()));

/** The addresses that a mistyped one may have meant. */
const ADDRESSES = [
  ...ENDPOINTS.map(({ contract }) => `/v1/${contract.name}`),
  ...['/v1/grids', '/v1/batch', '/v1/network', '/openapi.json', '/docs', '/versions', '/healthz', '/readyz'],
];

const withoutExtension = (path: string) => (path.startsWith('/v1/') ? splitExtension(path).stem : path);

export default app;

import { Hono } from 'hono';
import { TOO_MUCH_WORK, WORK_LIMIT } from '../../answers/effort.ts';
import { RULE_NOTE } from '../../answers/rule.ts';
import { pickKeep } from '../../catalogue/techniques.ts';
import { isRowSet } from '../../catalogue/training.ts';
import { columnAxis, type MeasuredColumn, trainedBy } from '../../figures/measured/columns.ts';
import { gridMultiplier } from '../../figures/measured/predicted.ts';
import type { ColumnTheory } from '../../figures/measured/theory.ts';
import { FORMATS } from '../../schemas/endpoint.ts';
import { type FrontierAnswer, frontierContract } from '../../schemas/endpoints/frontier.ts';
import type { Plan } from '../../schemas/plan.ts';
import { applyRule, type DepthRuleName } from '../../theory/index.ts';
import { Budget } from '../budget.ts';
import { CACHING } from '../caching.ts';
import { chooseFormat, encodeTable, type Shown } from '../encode.ts';
import { type AnswerTable, metaFor } from '../endpoints/endpoint.ts';
import type { Environment } from '../environment.ts';
import { frontierOf, isGivenUp } from '../measured/frontier.ts';
import { HttpProblem } from '../problem.ts';
import { parseQuery } from '../query.ts';
import { decodeGrid, readCurrent } from './grids.ts';

/** `GET /v1/grids/{id}/frontier`: the measured trainable depth of each column of a grid. */
export const frontierRoute = new Hono<Environment>();

for (const extension of [undefined, ...FORMATS])
  frontierRoute.get(extension ? `/grids/:id/frontier.${extension}` : '/grids/:id/frontier', async (c) => {
    const format = chooseFormat(c.req.raw, extension, frontierContract.formats);
    const url = new URL(c.req.url);
    const { measure, threshold } = parseQuery(
      url.searchParams,
      frontierContract.query,
      undefined,
      format === 'txt',
    ).query;
    const id = c.req.param('id');
    const stored = await readCurrent(c, id);
    const grid = decodeGrid(stored.bytes);
    const axis = columnAxis(grid);
    const { plan } = grid.meta;
    if (!axis)
      throw new HttpProblem(
        400,
        isRowSet(plan.data.name)
          ? 'This grid is of a regression: its networks have no accuracy, so it has no frontier.'
          : 'This grid has no depth axis, so it has no frontier.',
      );
    const trained = { measure, threshold: threshold ?? trainedBy(plan).threshold };
    const { columns, theory } = await frontierOf(c.env, { id, ...stored }, grid, trained, new Budget());
    const rows = makeRows(plan, columns, theory());
    const names = Object.keys(frontierContract.row.shape);
    const meta = metaFor(frontierContract, names, rows.length, url.search, [
      `Counted as trained: ${measure} of ${trained.threshold} or more.`,
      RULE_NOTE,
    ]);
    const table: AnswerTable = { meta, columns: names, rows };
    const shown: Shown = { ...frontierContract, x: axis };
    const response = await encodeTable(table, format, shown, url.searchParams);
    response.headers.set('cache-control', CACHING.current);
    return response;
  });

function makeRows(
  { network }: Plan,
  columns: readonly MeasuredColumn[],
  theory: readonly (ColumnTheory | null)[],
): FrontierAnswer['rows'] {
  // (a multiplier of some of the columns is not that of the grid)
  const whole = !columns.some(isGivenUp) && theory.every((one) => one !== null);
  const calibration = whole
    ? gridMultiplier(columns.map(({ depth }, i) => ({ depth, xi_2: theory[i]?.xi_2 ?? null })))
    : null;
  return columns.map((column, i) => {
    const { sigma_w2, sigma_b2, keep, width, learning_rate, depth, low, high, censored, networks } = column;
    const { xi_1 = null, xi_2 = null, fitted } = theory[i] ?? {};
    const ruled = (rule: DepthRuleName) => applyRule(rule, { xi_1, xi_2 }).depth;
    return {
      sigma_w2,
      sigma_b2,
      keep: pickKeep(network, network.technique, keep),
      width,
      learning_rate,
      measured_depth: depth,
      measured_low: low,
      measured_high: high,
      censored,
      networks,
      xi_1,
      xi_2,
      six_xi_2: ruled('six_xi_2'),
      twelve_xi_2: ruled('twelve_xi_2'),
      twelve_xi_1: ruled('twelve_xi_1'),
      fitted: fitted?.depth ?? null,
      fitted_extrapolates: fitted?.outside.join(', ') || null,
      multiplier: depth === null || xi_2 === null ? null : depth / xi_2,
      calibrated: calibration === null || xi_2 === null ? null : calibration * xi_2,
      reason: explainNulls(network, column, theory[i] ?? null, whole),
    };
  });
}

/** Which numbers of a column took too much work, or are of networks that the theory is not about; null where there are none. */
function explainNulls(
  { ops }: Plan['network'],
  column: MeasuredColumn,
  theory: ColumnTheory | null,
  whole: boolean,
): string | null {
  const said = [
    isGivenUp(column) && `measured_depth, measured_low, measured_high, censored: ${TOO_MANY}`,
    theory === null && `xi_1, xi_2, fitted: ${TOO_MUCH_WORK}`,
    theory !== null && theory.fitted === undefined && `fitted: ${TOO_MUCH_WORK}`,
    ops && `xi_1, xi_2, fitted: nothing is predicted of blocks of ${ops.join(', ')}.`,
    !whole && 'calibrated: it rests on all columns of the grid.',
  ].filter((sentence) => typeof sentence === 'string');
  return said.length > 0 ? said.join(' ') : null;
}

/** Why frontiers are null. */
const TOO_MANY = `to fit the frontiers of so many columns takes more than ${WORK_LIMIT}. Without measure and threshold the frontiers of grids of up to 100 columns are read, not fitted.`;

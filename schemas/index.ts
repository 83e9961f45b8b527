/** The contracts of the Dropline API: queries, answers, plans, grids and problems as zod schemas, and the OpenAPI document. */
export { batchAnswer, batchBody, batchQuery } from './batch.ts';
export { depthRuleSchema } from './depth-rule.ts';
export { type Column, type Contract, columnsOf, FORMATS, type Format } from './endpoint.ts';
export { ANSWERS, CONTRACTS, type Contracts } from './endpoints/index.ts';
export {
  type Grid,
  type GridRow,
  type GridSummary,
  type GridVersion,
  gridSchema,
  gridSummary,
  versionRow,
} from './grid.ts';
export { type Measurement, measurementSchema } from './measurement.ts';
export { openApi } from './openapi.ts';
export { type Plan, planSchema } from './plan.ts';
export { type Problem, type ProblemEntry, type ProblemLimit, problemSchema } from './problem.ts';
export { queryString } from './query-string.ts';
export { SOFTWARE_VERSION } from './service.ts';
export { nameFor } from './synonyms.ts';

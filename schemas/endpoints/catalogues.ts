import * as z from 'zod';
import { ACTIVATION_NAMES } from '../../catalogue/activations.ts';
import { INIT_NAMES } from '../../catalogue/inits.ts';
import { TECHNIQUE_NAMES } from '../../catalogue/techniques.ts';
import { COLUMN_TYPES, quantity } from '../endpoint.ts';
import { choices } from '../parameters.ts';

const parameter = z.object({
  name: z.string(),
  default: z.number(),
  min: z.number(),
  max: z.number(),
  about: z.string(),
});

const parameters = z
  .array(parameter)
  .meta({ description: 'query parameters of its own, with defaults and ranges (JSON only)' });
const parameterNames = z
  .string()
  .meta({ description: 'names of its own query parameters, separated by spaces' });

/** `GET /v1/activations`: the catalogue of activations. */
export const activationsContract = {
  name: 'activations',
  tag: 'catalogues',
  summary: 'The activations, with their parameters and averages at q = 1',
  description:
    'Any of them can be wrapped: output_scale · (φ(input_scale · x + input_shift) + output_shift).',
  query: z.strictObject({}),
  row: z
    .object({
      name: z.enum(ACTIVATION_NAMES).meta({ description: 'name' }),
      reference: z.string().meta({ description: 'source of its closed form, or how its averages are taken' }),
      parity: z.string().nullable().meta({ description: 'odd, even or null' }),
      homogeneous: z.boolean().meta({ description: 'φ(ax) = a φ(x) for a > 0' }),
      mean: quantity('E[φ] at q = 1'),
      second_moment: quantity('E[φ²] at q = 1'),
      derivative_second_moment: quantity('E[φ′²] at q = 1'),
      gain_inverse_std: quantity('1 / std φ at q = 1'),
      gain_second_moment: quantity('1 / √E[φ²] at q = 1'),
      gain_chi_1: quantity('1 / √E[φ′²] at q = 1'),
      parameter_names: parameterNames,
      parameters,
    })
    .meta({ id: 'ActivationsRow' }),
  formats: ['json', 'csv', 'npy', 'txt'],
  field: 'name',
  notes: [],
  examples: [{}],
} as const;

/** `GET /v1/techniques`: the catalogue of noise techniques. */
export const techniquesContract = {
  name: 'techniques',
  tag: 'catalogues',
  summary: 'The noise techniques, with their parameters and moments',
  description:
    'Moments are those at keep 0.9 where the technique takes a keep, else at its default parameters.',
  query: z.strictObject({}),
  row: z
    .object({
      name: z.enum(TECHNIQUE_NAMES).meta({ description: 'name' }),
      reference: z.string().meta({ description: 'where it was published' }),
      takes_keep: z.boolean().meta({ description: 'whether keep and drop mean anything to it' }),
      keep: quantity('the keep probability that the moments are for'),
      s1: quantity('E[s], mean of the noise factor'),
      s2: quantity('E[s²]'),
      s4: quantity('E[s⁴]; null where it is not known'),
      t2: quantity('E[t²] of the additive part; 0 for all but alpha dropout'),
      st: quantity('E[st] of the additive part'),
      keep_effective: quantity('s1² / s2'),
      normalises: z
        .boolean()
        .meta({ description: 'whether it has maps of its own in place of these moments (ic)' }),
      parameter_names: parameterNames,
      parameters,
      claims: z
        .string()
        .nullable()
        .meta({ description: 'address of what its abstract claims, and what became of it here' }),
    })
    .meta({ id: 'TechniquesRow' }),
  formats: ['json', 'csv', 'npy', 'txt'],
  field: 'name',
  notes: [
    'The tabu moments are those of the long run (stationary); its first passes drop more: docs/theory.md.',
  ],
  examples: [{}],
} as const;

const FROM_RULE = { source: 'from the rule that reference names' };

/** `GET /v1/inits`: the catalogue of initialisers. */
export const initsContract = {
  name: 'inits',
  tag: 'catalogues',
  summary: 'The initialisers of the frameworks, as weight and bias variances',
  description:
    "Variances are given for a layer with fan_in 256 and fan_out 128, and the framework's own parameters; /v1/diagnose takes any.",
  query: z.strictObject({}),
  row: z
    .object({
      name: z.enum(INIT_NAMES).meta({ description: 'name' }),
      same_as: z.string().nullable().meta({ description: 'the name that this is another one of' }),
      usage: z.string().meta({ description: 'how one writes it' }),
      reference: z.string().meta({ description: 'where the rule stands' }),
      needs: z.string().meta({ description: 'what its variances depend on, separated by spaces' }),
      sigma_w2: quantity('Var(W) · fan_in; null where a parameter has no default', FROM_RULE),
      sigma_b2: quantity('Var(b)', FROM_RULE),
      framework: z.string().meta({ description: 'whose it is; any: a rule without a framework' }),
      parameter_names: parameterNames,
      parameters: z
        .array(
          z.object({
            name: z.string(),
            default: z.union([z.number(), z.string()]).nullable(),
            about: z.string(),
          }),
        )
        .meta({
          description:
            'query parameters that it takes, as the framework has them; null must be given (JSON only)',
        }),
    })
    .meta({ id: 'InitsRow' }),
  formats: ['json', 'csv', 'npy', 'txt'],
  field: 'name',
  notes: [],
  examples: [{}],
} as const;

/** The contract of `GET /v1/columns`: what the columns of the tables of these names hold. */
export function makeColumnsContract<const Name extends string>(tables: readonly Name[]) {
  return {
    name: 'columns',
    tag: 'catalogues',
    summary: 'The columns of every table: what they hold, in which unit, from which source',
    description:
      'Answers in JSON carry the same with meta=full. grids, versions and frontier are the tables of the measured grids, grid is a grid itself.',
    query: z.strictObject({ endpoint: choices(tables, 'Whose columns (default all).').default([...tables]) }),
    row: z
      .object({
        endpoint: z.enum(tables).meta({ description: 'whose column' }),
        column: z.string().meta({ description: 'name' }),
        type: z
          .enum(COLUMN_TYPES)
          .meta({ description: 'what a cell holds, where it is not null; lists are in JSON only' }),
        unit: z.string().nullable().meta({ description: 'unit; 1 for a plain number, null for none' }),
        description: z.string().meta({ description: 'what the column holds' }),
        source: z
          .string()
          .nullable()
          .meta({ description: 'where its definition stands, or where the number comes from' }),
      })
      .meta({ id: 'ColumnsRow' }),
    formats: ['json', 'csv', 'txt'],
    field: 'description',
    notes: [],
    examples: [{ endpoint: 'depth-scales' }, {}],
  } as const;
}

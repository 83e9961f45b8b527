import { ACTIVATION_ENTRIES, ACTIVATION_NAMES, ACTIVATION_PARAMETERS } from '../../catalogue/activations.ts';
import { INIT_NAMES, INIT_PARAMETERS, type InitParameterName, resolveInit } from '../../catalogue/inits.ts';
import type { Range } from '../../catalogue/range.ts';
import { NOISE_PARAMETERS, TECHNIQUE_ENTRIES, TECHNIQUE_NAMES } from '../../catalogue/techniques.ts';
import { CLAIM_METHODS } from '../../schemas/claims.ts';
import { columnsOf, columnType } from '../../schemas/endpoint.ts';
import {
  activationsContract,
  initsContract,
  techniquesContract,
} from '../../schemas/endpoints/catalogues.ts';
import { columnsContract, DESCRIBED } from '../../schemas/endpoints/index.ts';
import { queryBounds } from '../../schemas/network.ts';
import {
  ACTIVATIONS,
  type Activation,
  activationParameters,
  computeGains,
  INITS,
  type Init,
  initVariances,
  keepEffective,
  plainMean,
  plainSquare,
  TECHNIQUES,
  type Technique,
} from '../../theory/index.ts';
import { endpoint } from './endpoint.ts';

const toFinite = (x: number | null) => (x !== null && Number.isFinite(x) ? x : null);

/** The parameters of an entry as queries take them. */
const describeParameters = (
  defaults: Readonly<Record<string, { readonly default: number }>>,
  ranges: Readonly<Record<string, Range>>,
  prefix = '',
) =>
  Object.entries(defaults).map(([name, { default: usual }]) => {
    const range = ranges[name] as Range;
    const { min, max } = queryBounds(range);
    return { name: `${prefix}${name}`, default: usual, min, max, about: range.about };
  });

/** `GET /v1/activations`: the catalogue of activations. */
export const activationsEndpoint = endpoint(activationsContract, {
  rows: () => ACTIVATION_NAMES.length,
  answer: () =>
    ACTIVATION_NAMES.map((name) => {
      const activation: Activation = ACTIVATIONS[name];
      const moments = activation.moments(1);
      const gains = computeGains(activation);
      const own = describeParameters(activationParameters(name), ACTIVATION_PARAMETERS);
      return {
        name,
        reference: ACTIVATION_ENTRIES[name].reference,
        parity: activation.parity === 'none' ? null : activation.parity,
        homogeneous: activation.homogeneous,
        mean: plainMean(activation, 1, moments),
        second_moment: plainSquare(activation, 1, moments),
        derivative_second_moment: moments.slope2,
        gain_inverse_std: toFinite(gains.inverse_std),
        gain_second_moment: toFinite(gains.second_moment),
        gain_chi_1: toFinite(gains.chi_1),
        parameter_names: own.map((parameter) => parameter.name).join(' '),
        parameters: own,
      };
    }),
});

/** `GET /v1/techniques`: the catalogue of noise techniques. */
export const techniquesEndpoint = endpoint(techniquesContract, {
  rows: () => TECHNIQUE_NAMES.length,
  answer: () =>
    TECHNIQUE_NAMES.map((name) => {
      const technique: Technique = TECHNIQUES[name];
      const keep = technique.takes_keep ? 0.9 : null;
      const noise = technique.noise(keep === null ? {} : { keep });
      const own = describeParameters(technique.parameters, NOISE_PARAMETERS, 'noise_');
      return {
        name,
        reference: TECHNIQUE_ENTRIES[name].reference,
        takes_keep: technique.takes_keep,
        keep,
        s1: noise.s1,
        s2: noise.s2,
        s4: noise.s4 ?? null,
        t2: noise.t2 ?? 0,
        st: noise.st ?? 0,
        keep_effective: keepEffective(noise),
        normalises: technique.batch_norm === true,
        parameter_names: own.map((parameter) => parameter.name).join(' '),
        parameters: own,
        claims: (CLAIM_METHODS as readonly string[]).includes(name) ? `/v1/claims?method=${name}` : null,
      };
    }),
});

/** `GET /v1/inits`: the catalogue of initialisers. */
export const initsEndpoint = endpoint(initsContract, {
  rows: () => INIT_NAMES.length,
  answer: () =>
    INIT_NAMES.map((name) => {
      const own = resolveInit(name);
      const init: Init = INITS[own];
      const { usage, reference, framework, parameters, biases } = init;
      const names = Object.keys(parameters) as InitParameterName[];
      const sizes = init.sizes({}).map((size) => (size === 'outputs' ? 'fan_out' : size));
      const complete = names.every((parameter) => parameters[parameter] !== null);
      const variances = complete ? initVariances(own, { fan_in: 256, fan_out: 128 }) : null;
      return {
        name,
        same_as: own === name ? null : own,
        usage,
        reference,
        needs: [...new Set([...sizes, ...(biases === 'fan_in' ? ['fan_in'] : []), ...names])].join(' '),
        sigma_w2: variances?.sigma_w2 ?? null,
        sigma_b2: variances?.sigma_b2 ?? null,
        framework,
        parameter_names: names.join(' '),
        parameters: names.map((parameter) => ({
          name: parameter,
          default: parameters[parameter] ?? null,
          about: INIT_PARAMETERS[parameter].about,
        })),
      };
    }),
});

/** `GET /v1/columns`: what the columns of every table hold. */
export const columnsEndpoint = endpoint(columnsContract, {
  rows: ({ endpoint: name }) => Object.keys(DESCRIBED[name].row.shape).length,
  answer: ({ endpoint: name }) => {
    const { shape } = DESCRIBED[name].row;
    return Object.entries(columnsOf(DESCRIBED[name])).map(([column, { description, unit, source }]) => ({
      column,
      type: columnType(shape[column] as (typeof shape)[string]),
      unit: unit ?? null,
      description,
      source: source ?? null,
    }));
  },
});

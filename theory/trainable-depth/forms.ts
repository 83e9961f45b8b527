import { ParameterError } from '../parameter-error.ts';

/** What a form is made from: depth scales in layers, Infinity where they have no bound. */
export type FormScales = {
  readonly xi_1: number;
  readonly xi_2: number;
  /** factor of the squared gradient of one input per layer */
  readonly chi_1: number;
  /** the depth at which inputs of one class and of two can no longer be told apart, see `estimateDepth` */
  readonly trajectory: number;
  /** whether q falls to 0 or grows without bound: xi_2 is then that of the normalised map and does not know of it; no if left out */
  readonly drifts?: boolean;
};

/** The numbers of a form. */
export type FormParameters = {
  /** the multiplier of the depth; for `constant` the depth itself */
  readonly m: number;
  /** weight of chaos beside that of the correlation; form `chaos` only */
  readonly b?: number | undefined;
  /** exponent of the scale, 1 where it is left out */
  readonly p?: number | undefined;
  /** what 1 / (units of a hidden layer) takes off: 1/depth has v / width more; 0 where it is left out */
  readonly v?: number | undefined;
};

/** A form of the trainable depth. */
export type DepthForm = {
  readonly name: string;
  /** in words of the vocabulary */
  readonly formula: string;
  /** whether it has the parameter b */
  readonly chaotic?: true;
  /** one over the length that the depth is a multiple of */
  readonly rate: (scales: FormScales, b: number) => number;
};

/**
 * The forms of the trainable depth that the atlas compares: a length made from the depth scales, times a number that is
 * measured. A length in which the rates of several limits are added up is short as soon as one of them is.
 *
 * @see docs/atlas.md, where they are compared; Schoenholz et al. 2017 (a multiple of xi_2), Huang et al. 2019 (multiples of xi_1
 * and xi_2)
 * @example DEPTH_FORMS.xi_2.rate({ xi_1: 10, xi_2: 5, chi_1: 1.1, trajectory: 30 }, 0) // 0.2
 */
export const DEPTH_FORMS = {
  constant: { name: 'constant', formula: 'm', rate: () => 1 },
  xi_2: { name: 'xi_2', formula: 'm xi_2', rate: ({ xi_2 }) => 1 / xi_2 },
  xi_1: { name: 'xi_1', formula: 'm xi_1', rate: ({ xi_1 }) => 1 / xi_1 },
  min: { name: 'min', formula: 'm min(xi_1, xi_2)', rate: ({ xi_1, xi_2 }) => 1 / Math.min(xi_1, xi_2) },
  harmonic: {
    name: 'harmonic',
    formula: 'm / (1/xi_1 + 1/xi_2)',
    rate: ({ xi_1, xi_2 }) => 1 / xi_1 + 1 / xi_2,
  },
  chaos: {
    name: 'chaos',
    formula: 'm / (1/xi_2 + b max(0, ln chi_1))',
    chaotic: true,
    rate: ({ xi_2, chi_1 }, b) => 1 / xi_2 + b * Math.max(0, Math.log(chi_1)),
  },
  trajectory: {
    name: 'trajectory',
    formula: 'm times the estimate from the trajectory',
    rate: ({ trajectory }) => 1 / trajectory,
  },
} as const satisfies Record<string, DepthForm>;

/** The name of a form. */
export type DepthFormName = keyof typeof DEPTH_FORMS;

/**
 * The trainable depth by a form.
 *
 * @param form a name of {@link DEPTH_FORMS}
 * @param parameters see {@link FormParameters}
 * @param scales of the network
 * @param width units of a hidden layer; only where the parameters have a v
 * @returns layers; Infinity where nothing limits it
 * @throws ParameterError for an unknown form, parameters that are not positive (b and v: negative), or a v without a width
 * @see DEPTH_FORMS
 * @example formDepth('chaos', { m: 11, b: 0.33 }, { xi_1: 12, xi_2: 5, chi_1: 1.09, trajectory: 30 }) // 48.1529…
 */
export function formDepth(
  form: DepthFormName,
  { m, b = 0, p = 1, v = 0 }: FormParameters,
  scales: FormScales,
  width?: number,
): number {
  if (!Object.hasOwn(DEPTH_FORMS, form))
    throw new ParameterError(
      'form',
      'unknown_name',
      `Unknown form "${form}". Known: ${Object.keys(DEPTH_FORMS).join(', ')}.`,
    );
  for (const [name, value, lowest] of [
    ['m', m, Number.MIN_VALUE],
    ['p', p, Number.MIN_VALUE],
    ['b', b, 0],
    ['v', v, 0],
  ] as const)
    if (!(value >= lowest && value < Number.POSITIVE_INFINITY))
      throw new ParameterError(
        name,
        'out_of_range',
        `${name} must be finite and ${lowest > 0 ? 'above' : 'not below'} 0.`,
        { min: 0 },
      );
  if (v > 0 && !(width !== undefined && width > 0))
    throw new ParameterError(
      'width',
      width === undefined ? 'missing' : 'out_of_range',
      'A form with a v needs the width, a positive number.',
      { min: 0 },
    );
  const rate = DEPTH_FORMS[form].rate(scales, b) ** p / m + (v > 0 ? v / (width as number) : 0);
  return 1 / rate;
}

import { ACTIVATION_ENTRIES, type ActivationName } from '../../catalogue/activations.ts';
import type { FrameworkName } from '../../catalogue/queries.ts';
import { type Activate, activationParameters, type PlainLayer } from '../../theory/index.ts';

/** What a snippet says of a network. */
export type SnippetValues = Pick<PlainLayer, 'activation' | 'noise' | 'sigma_w2' | 'sigma_b2'> & {
  readonly depth: number;
  readonly width: number;
  /** variance at which the first layer is to start */
  readonly q: number;
  /** predicted variances of some layers, counted from 1 */
  readonly predicted: readonly { readonly layer: number; readonly q: number }[];
};

/** Writes the whole program, from an expression for φ(x) and what it needs to know. */
export type WriteProgram = (values: SnippetValues, phi: string) => string;

/**
 * A number as every one of these languages writes it, to 12 digits: 1 − 0.9 is 0.1.
 *
 * @example literal(1e-7) // '1e-7'
 */
export const literal = (x: number): string => {
  const short = Number(x.toPrecision(12));
  return Number.isInteger(short) && Math.abs(short) < 1e15 ? `${short}.0` : String(short);
};

/**
 * φ with its parameters and the affine map around it, as an expression of x.
 *
 * @param framework which language
 * @param activation which φ
 * @example writePhi('pytorch', readActivation({ activation: 'tanh', input_scale: 2 }))
 */
export function writePhi(framework: FrameworkName, { name, parameters }: Activate): string {
  // (no snippet is written of a formula)
  const activation = name as ActivationName;
  const { input_scale = 1, input_shift = 0, output_scale = 1, output_shift = 0 } = parameters;
  const inner = [
    input_scale === 1 ? 'x' : `${literal(input_scale)} * x`,
    ...(input_shift ? [`+ ${literal(input_shift)}`] : []),
  ].join(' ');
  const argument = inner === 'x' ? 'x' : `(${inner})`;
  const phi = Object.entries(activationParameters(activation))
    .reduce(
      (text, [name, { default: usual }]) => text.replaceAll(name, literal(parameters[name] ?? usual)),
      ACTIVATION_ENTRIES[activation].code[framework],
    )
    .replaceAll(/\bx\b/g, argument);
  const shifted = output_shift ? `(${phi} + ${literal(output_shift)})` : phi;
  return output_scale === 1 ? shifted : `${literal(output_scale)} * ${shifted}`;
}

import * as z from 'zod';
import { GAIN_NAMES, type GainName } from '../catalogue/inits.ts';
import { choices } from './choices.ts';
import { type Bounds, listOf, numbers, RANGE } from './numbers.ts';

/** A gain: a number, or the name of a nonlinearity that PyTorch has a gain for. */
export type Gain = number | GainName;

const FRACTION = /^(\d+\.?\d*|\.\d+)\/(\d+\.?\d*|\.\d+)$/;

/**
 * A query parameter that takes gains: numbers as {@link numbers} reads them, fractions (`5/3`), and names that PyTorch's
 * `calculate_gain` knows (`tanh`). The parsed value is always an array.
 *
 * @param bounds the range that every number must lie in
 * @param description what the parameter is, for the OpenAPI document
 * @example gains({ min: 0, max: 1000 }, 'Gain.').parse('1,5/3,relu') // [1, 1.6666666666666667, 'relu']
 */
export function gains(bounds: Bounds, description: string) {
  const number = numbers(bounds, description);
  const name = choices(GAIN_NAMES, description);
  return z
    .string()
    .transform((text, context): Gain[] =>
      text.split(',').flatMap((part): Gain[] => {
        const [, top, bottom] = FRACTION.exec(part) ?? [];
        const fraction = top !== undefined && bottom !== undefined;
        const schema = fraction || !/^[a-z]/i.test(part) ? number : name;
        const parsed = schema.safeParse(fraction ? String(Number(top) / Number(bottom)) : part);
        if (parsed.success) return parsed.data;
        for (const { message } of parsed.error.issues)
          context.addIssue({ code: 'custom', message, input: text });
        return z.NEVER;
      }),
    )
    .meta({
      bounds,
      values: {
        anyOf: [
          listOf({
            anyOf: [
              { type: 'number', minimum: bounds.min, maximum: bounds.max },
              { type: 'string', enum: [...GAIN_NAMES] },
              { type: 'string', pattern: FRACTION.source },
            ],
          }),
          RANGE,
        ],
      },
      description: `${number.meta()?.description} Fractions such as \`5/3\` and the names of PyTorch's calculate_gain are gains, too: ${GAIN_NAMES.join(', ')}.`,
    });
}

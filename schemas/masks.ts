import * as z from 'zod';
import { MASK_NAMES, type MaskName } from '../catalogue/techniques.ts';
import { listOf, numbers } from './numbers.ts';
import { didYouMean } from './problem.ts';
import { nameFor } from './synonyms.ts';

const correlations = numbers({ min: 0, max: 1 }, '');

/**
 * A query parameter for masks: names, or correlations of the two inputs' masks from 0 to 1. The parsed value is always
 * an array.
 *
 * @param description what the parameter is, for the OpenAPI document
 * @example masks('masks').parse('independent,0.5') // ['independent', 0.5]
 */
export function masks(description: string) {
  return z
    .string()
    .transform((text, context): (MaskName | number)[] =>
      text.split(',').flatMap((given): (MaskName | number)[] => {
        const name = nameFor(given, MASK_NAMES);
        if (name !== undefined) return [name];
        const parsed = correlations.safeParse(given);
        if (parsed.success) return parsed.data;
        const shown = given.length > 40 ? `${given.slice(0, 40)}…` : given;
        context.addIssue({
          code: 'custom',
          message: `"${shown}" is not one of ${MASK_NAMES.join(', ')}, nor a number from 0 to 1.${didYouMean(given, MASK_NAMES)}`,
          input: text,
        });
        return [];
      }),
    )
    .meta({
      names: MASK_NAMES,
      values: listOf({
        anyOf: [
          { type: 'string', enum: [...MASK_NAMES] },
          { type: 'number', minimum: 0, maximum: 1 },
        ],
      }),
      description: `${description} One of ${MASK_NAMES.join(', ')}, or the correlation of the masks, 0 to 1.`,
    });
}

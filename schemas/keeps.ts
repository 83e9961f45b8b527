import * as z from 'zod';
import { RANGES } from './network.ts';
import { numbers, numbersOrRange } from './numbers.ts';

const list = numbers(RANGES.keep, '');

/**
 * A query parameter with one keep probability a layer (`0.9,0.9,0.95`). The parsed value is a list with that one schedule in
 * it, so that it counts as one value where the lists of others make a table.
 */
export function keeps(description: string) {
  return z
    .string()
    .transform((text, context): number[][] => {
      const parsed = list.safeParse(text);
      if (parsed.success) return [parsed.data];
      for (const { message } of parsed.error.issues)
        context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({
      list: true,
      values: numbersOrRange(RANGES.keep),
      description: `${description} A list \`0.9,0.9,0.95\` or ranges \`0.8..1/10\`, from ${RANGES.keep.min} to ${RANGES.keep.max}.`,
    });
}

import * as z from 'zod';
import { listOf } from './numbers.ts';

const KERNEL = /^\d{1,4}([x×]\d{1,4}){0,3}$/i;

/**
 * A query parameter that takes kernels of convolutions: `3x3`, `3x1`, `3x3x3`. One number is a square, as Conv2d and Conv2D
 * read it. The parsed value is an array of kernels with all their axes written out.
 */
export function kernels(description: string) {
  return z
    .string()
    .transform((text, context): string[] =>
      text.split(',').map((part) => {
        const lengths = part.toLowerCase().split(/[x×]/).map(Number);
        if (KERNEL.test(part) && lengths.every((length) => length > 0))
          return (lengths.length === 1 ? [lengths[0], lengths[0]] : lengths).join('x');
        context.addIssue({
          code: 'custom',
          message: `"${part.slice(0, 40)}" is not a kernel: write 3x3, or 3 for the same. 3x1 is one of one axis, 3x3x3 one of three.`,
          input: text,
        });
        return z.NEVER;
      }),
    )
    .meta({
      values: listOf({ type: 'string', pattern: '^[0-9]{1,4}(x[0-9]{1,4}){0,3}$' }),
      description: `${description} \`3x3\`, or \`3\` for the same; \`3x1\` for one axis, \`3x3x3\` for three; or a list of them.`,
    });
}

import * as z from 'zod';
import { listOf } from './numbers.ts';
import { didYouMean } from './problem.ts';
import { nameFor, remarkOn } from './synonyms.ts';

/** How many unknown names of a list are reported. */
const MOST_WRONG = 3;

/**
 * A query parameter that takes one or several of a fixed set of names (`tanh` or `tanh,relu`), or what they are also called. The
 * parsed value is always an array.
 */
export function choices<const Name extends string>(names: readonly Name[], description: string) {
  return z
    .string('This parameter is required.')
    .transform((text, context): Name[] => {
      const found: Name[] = [];
      let wrong = 0;
      for (const given of text.split(',')) {
        const name = nameFor(given, names);
        if (name !== undefined) found.push(name);
        else context.addIssue({ code: 'custom', message: notAmong(given, names), input: text });
        // (suggestions for thousands of names would take long to make)
        if (name === undefined && ++wrong === MOST_WRONG) break;
      }
      return wrong > 0 ? z.NEVER : found;
    })
    .meta({
      names,
      values: listOf({ type: 'string', enum: [...names] }),
      description: `${description} One of ${names.join(', ')}, or a list of them.`,
    });
}

/** A query parameter that takes one of a fixed set of names, and no list of them. */
export function choice<const Name extends string>(names: readonly Name[], description: string) {
  return z
    .string()
    .transform((given, context): Name => {
      const name = nameFor(given, names);
      if (name !== undefined) return name;
      context.addIssue({ code: 'custom', message: notAmong(given, names), input: given });
      return z.NEVER;
    })
    .meta({
      names,
      values: { type: 'string', enum: [...names] },
      description: `${description} One of ${names.join(', ')}.`,
    });
}

/** A member of a plan that is one of a fixed set of names, spelled as they are. */
export function oneOf<const Name extends string>(names: readonly Name[]) {
  return z.enum(names as readonly [Name, ...Name[]], {
    error: ({ input }) => {
      if (typeof input !== 'string') return undefined;
      const meant = nameFor(input, names);
      return meant ? `"${input}" is "${meant}" here.` : notAmong(input, names);
    },
  });
}

/** What to say of a name that is none of those there are: `"tahn" is not one of tanh, relu. Did you mean "tanh"?` */
export function notAmong(given: string, names: readonly string[]): string {
  const shown = given.length > 40 ? `${given.slice(0, 40)}…` : given;
  const remark = remarkOn(given);
  if (remark !== undefined) return `"${shown}" ${remark}`;
  return `"${shown}" is not one of ${names.join(', ')}.${didYouMean(given, names)}`;
}

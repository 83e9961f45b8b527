import * as z from 'zod';
import { didYouMean } from './problem.ts';

/**
 * A query parameter that takes one or several of a fixed set of names (`tanh` or `tanh,relu`). The parsed value is
 * always an array.
 *
 * @param names the names there are
 * @param description what the parameter is, for the OpenAPI document
 * @example choices(['tanh', 'relu'], 'activation').parse('tanh,relu') // ['tanh', 'relu']
 */
export function choices<const Name extends string>(names: readonly Name[], description: string) {
  return z
    .string('This parameter is required.')
    .transform((text, context): Name[] =>
      text.split(',').map((given) => {
        const name = names.find((known) => known === given);
        if (name !== undefined) return name;
        context.addIssue({ code: 'custom', message: notAmong(given, names), input: text });
        return z.NEVER;
      }),
    )
    .meta({ names, description: `${description} One of ${names.join(', ')}, or a list of them.` });
}

/**
 * A query parameter that takes one of a fixed set of names, and no list of them.
 *
 * @param names the names there are
 * @param description what the parameter is, for the OpenAPI document
 * @example choice(['train', 'eval'], 'Masks on or off.').parse('eval') // 'eval'
 */
export function choice<const Name extends string>(names: readonly Name[], description: string) {
  return z
    .string()
    .transform((given, context): Name => {
      const name = names.find((known) => known === given);
      if (name !== undefined) return name;
      context.addIssue({ code: 'custom', message: notAmong(given, names), input: given });
      return z.NEVER;
    })
    .meta({ names, description: `${description} One of ${names.join(', ')}.` });
}

function notAmong(given: string, names: readonly string[]): string {
  const shown = given.length > 40 ? `${given.slice(0, 40)}…` : given;
  return `"${shown}" is not one of ${names.join(', ')}.${didYouMean(given, names)}`;
}

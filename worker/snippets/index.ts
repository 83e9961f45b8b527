import type { FrameworkName } from '../../catalogue/queries.ts';
import { writeJax } from './jax.ts';
import { writeKeras } from './keras.ts';
import { type SnippetValues, type WriteProgram, writePhi } from './network.ts';
import { writePytorch } from './pytorch.ts';

/** How each framework writes a network. */
const PROGRAMS: Readonly<Record<FrameworkName, WriteProgram>> = {
  pytorch: writePytorch,
  keras: writeKeras,
  jax: writeJax,
};

/**
 * A program that builds a network and prints its variance by layer beside the predicted one. It holds numbers and names of
 * our own tables only: nothing that a user wrote.
 *
 * @param framework which language
 * @param values of the network
 * @example writeSnippet('pytorch', values).startsWith('import')
 */
export function writeSnippet(framework: FrameworkName, values: SnippetValues): string {
  return PROGRAMS[framework](values, writePhi(framework, values.activation));
}

import type { FrameworkName } from '../../catalogue/queries.ts';
import { jax } from './jax.ts';
import { keras } from './keras.ts';
import { type Dialect, type SnippetValues, writePhi } from './network.ts';
import { pytorch } from './pytorch.ts';

/** How each framework writes a network. */
const DIALECTS: Readonly<Record<FrameworkName, Dialect>> = { pytorch, keras, jax };

/**
 * A program that builds a network and prints its variance by layer beside the predicted one. It holds numbers and names of
 * our own tables only: nothing that a user wrote.
 *
 * @param framework which language
 * @param values of the network
 * @example writeSnippet('pytorch', values).startsWith('import')
 */
export function writeSnippet(framework: FrameworkName, values: SnippetValues): string {
  const dialect = DIALECTS[framework];
  return dialect.program(values, writePhi(dialect, values.activation));
}

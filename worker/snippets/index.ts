import type { FrameworkName } from '../../catalogue/queries.ts';
import { jax } from './jax.ts';
import { keras } from './keras.ts';
import { type Dialect, phiOf, type SnippetNetwork } from './network.ts';
import { pytorch } from './pytorch.ts';

export type { SnippetNetwork };

/** How each framework writes a network. */
const DIALECTS: Readonly<Record<FrameworkName, Dialect>> = { pytorch, keras, jax };

/**
 * A program that builds a network and prints its variance by layer beside the predicted one. It holds numbers and names of
 * our own tables only: nothing that a user wrote.
 *
 * @param framework which language
 * @param network what to build
 * @example snippetOf('pytorch', network).startsWith('import')
 */
export function snippetOf(framework: FrameworkName, network: SnippetNetwork): string {
  const dialect = DIALECTS[framework];
  return dialect.program(network, phiOf(dialect, network));
}

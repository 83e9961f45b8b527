import type { FrameworkName } from '../../catalogue/queries.ts';
import type { BlockQuery } from '../../networks/from-block-query.ts';
import { NoProgram, readBlockValues, type Vocabulary, type WriteBlocks, writeParts } from './blocks.ts';
import { writeJax } from './jax.ts';
import { JAX, writeJaxBlocks } from './jax-blocks.ts';
import { writeKeras } from './keras.ts';
import { KERAS, writeKerasBlocks } from './keras-blocks.ts';
import { type SnippetValues, type WriteProgram, writePhi } from './network.ts';
import { writePytorch } from './pytorch.ts';
import { PYTORCH, writePytorchBlocks } from './pytorch-blocks.ts';

/** How a framework writes networks: plain stacks, blocks, and normal numbers of a shape. */
type Writer = {
  readonly plain: WriteProgram;
  readonly blocks: WriteBlocks;
  readonly vocabulary: Vocabulary;
  readonly normal: (shape: string, key: string) => string;
};

const WRITERS: Readonly<Record<FrameworkName, Writer>> = {
  pytorch: {
    plain: writePytorch,
    blocks: writePytorchBlocks,
    vocabulary: PYTORCH,
    normal: (shape) => `torch.randn(${shape})`,
  },
  keras: {
    plain: writeKeras,
    blocks: writeKerasBlocks,
    vocabulary: KERAS,
    normal: (shape) => `keras.random.normal((${shape}))`,
  },
  jax: {
    plain: writeJax,
    blocks: writeJaxBlocks,
    vocabulary: JAX,
    normal: (shape, key) => `jax.random.normal(${key}, (${shape}))`,
  },
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
  return WRITERS[framework].plain(values, writePhi(framework, values.activation));
}

/**
 * The same of a network of blocks: the program prints the mean square of its stream and its margin beside the predicted ones.
 *
 * @param framework which language
 * @param query one combination of its values
 * @returns the program, or null and why there is none
 * @example writeBlockSnippet('jax', { preset: 'bert_base' }).why // null
 */
export function writeBlockSnippet(
  framework: FrameworkName,
  query: BlockQuery,
): { readonly snippet: string | null; readonly why: string | null } {
  const { blocks, vocabulary, normal } = WRITERS[framework];
  try {
    const values = readBlockValues(query);
    const phi = writePhi(framework, values.activation);
    return { snippet: blocks(writeParts(values, vocabulary, phi, normal)), why: null };
  } catch (error) {
    if (error instanceof NoProgram) return { snippet: null, why: error.message };
    throw error;
  }
}

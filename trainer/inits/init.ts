import type { Stream } from '../random/stream.ts';

/** How the weights and biases of a layer are drawn; weights are row-major [fan_in, fan_out]. */
export type Init = {
  weights(source: Stream, fanIn: number, fanOut: number): Float32Array;
  biases(source: Stream, fanIn: number, fanOut: number): Float32Array;
};

/** What a plan says of the initial values. */
export type InitOptions = { readonly sigma_w2: number; readonly sigma_b2: number };

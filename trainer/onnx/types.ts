/** Element types of ONNX tensors, with their numbers in `TensorProto.DataType` (onnx.proto, opset 17). */
export const DATA_TYPES = { float: 1, int64: 7, bool: 9 } as const;

/** An element type by name. */
export type DataType = keyof typeof DATA_TYPES;

/** The typed arrays that hold the elements; a bool is a byte, 0 or 1. */
export type Elements = { float: Float32Array; int64: BigInt64Array; bool: Uint8Array };

/** The value of a node's attribute: an integer, a float, a text, or a list of integers. */
export type Attribute = { int: number } | { float: number } | { text: string } | { ints: readonly number[] };

/** One operator of a model. `domain` is `''` for ai.onnx. */
export type Node = {
  operator: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
};

/** A constant tensor; `data` has as many elements as `shape` says. */
export type Tensor = {
  [T in DataType]: { name: string; type: T; shape: readonly number[]; data: Elements[T] };
}[DataType];

/**
 * An input or output of a model. Without a shape the runtime infers it; `sequence` is a sequence of such tensors.
 */
export type Port = { name: string; type: DataType; shape?: readonly number[]; sequence?: boolean };

/** A model as data: what {@link encodeModel} writes. Nodes stand in an order in which they can run. */
export type Model = {
  name: string;
  nodes: readonly Node[];
  constants: readonly Tensor[];
  inputs: readonly Port[];
  outputs: readonly Port[];
};

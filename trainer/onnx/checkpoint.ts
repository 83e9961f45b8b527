import { Builder } from 'flatbuffers';
import { DATA_TYPES } from './types.ts';

/** A parameter of a network with its value; `data` is row-major and has as many elements as `shape` says. */
export type Parameter = { name: string; shape: readonly number[]; data: Float32Array };

/** The file identifier and version that onnxruntime-web 1.19.2 reads. */
const IDENTIFIER = 'ODTC';
const VERSION = 2;

// Field numbers of onnxruntime/core/flatbuffers/schema/ort_training_checkpoint.fbs and ort.fbs (v1.19.2).
const CHECKPOINT = { fields: 4, version: 0, moduleState: 1 };
const MODULE_STATE = { fields: 4, trainable: 0, frozen: 1 };
const TENSOR = { fields: 7, name: 0, dims: 2, dataType: 3, rawData: 4 };

/**
 * Writes the checkpoint from which ONNX Runtime's training session takes the parameters: a flatbuffer. All of them are frozen
 * to the session, which then keeps no gradients of its own: the train model changes them itself.
 *
 * @param parameters the parameters, in any order
 * @returns the bytes of the checkpoint, the same for the same parameters
 * @example encodeCheckpoint([{ name: 'W1', shape: [784, 50], data: new Float32Array(784 * 50) }])
 */
export function encodeCheckpoint(parameters: readonly Parameter[]): Uint8Array {
  const size = parameters.reduce((sum, { data }) => sum + data.byteLength + 256, 1024);
  const builder = new Builder(size);
  const frozen = tables(
    builder,
    parameters.map((parameter) => tensor(builder, parameter)),
  );
  // the list of trainable parameters must be there, even when empty
  const trainable = tables(builder, []);

  builder.startObject(MODULE_STATE.fields);
  builder.addFieldOffset(MODULE_STATE.trainable, trainable, 0);
  builder.addFieldOffset(MODULE_STATE.frozen, frozen, 0);
  const moduleState = builder.endObject();

  builder.startObject(CHECKPOINT.fields);
  builder.addFieldInt32(CHECKPOINT.version, VERSION, 0);
  builder.addFieldOffset(CHECKPOINT.moduleState, moduleState, 0);
  builder.finish(builder.endObject(), IDENTIFIER);
  return builder.asUint8Array().slice();
}

function tensor(builder: Builder, { name, shape, data }: Parameter): number {
  const text = builder.createString(name);
  builder.startVector(8, shape.length, 8);
  for (const length of shape.toReversed()) builder.addInt64(BigInt(length));
  const dims = builder.endVector();
  const raw = builder.createByteVector(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

  builder.startObject(TENSOR.fields);
  builder.addFieldOffset(TENSOR.name, text, 0);
  builder.addFieldOffset(TENSOR.dims, dims, 0);
  builder.addFieldInt32(TENSOR.dataType, DATA_TYPES.float, 0);
  builder.addFieldOffset(TENSOR.rawData, raw, 0);
  return builder.endObject();
}

function tables(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Builder } from 'flatbuffers';

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

/** An input or output of a model. */
export type Port = { name: string; type: DataType; shape: readonly number[] };

/** The number of elements of a tensor. */
export function countElements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A model as data: what {@link encodeModel} writes. Nodes stand in an order in which they can run. */
export type Model = {
  name: string;
  nodes: readonly Node[];
  constants: readonly Tensor[];
  inputs: readonly Port[];
  outputs: readonly Port[];
};

/** The versions that a model declares. 1.19.2 of onnxruntime-web's training backend takes these. */
const IR_VERSION = 8;
const OPSETS = { '': 17, 'com.microsoft': 1 };

/** Field numbers of onnx.proto (https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto). */
const MODEL = { irVersion: 1, producerName: 2, graph: 7, opsetImport: 8 };
const OPSET = { domain: 1, version: 2 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const NODE = { input: 1, output: 2, name: 3, operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { name: 1, float: 2, int: 3, text: 4, ints: 8, type: 20 };
const ATTRIBUTE_TYPES = { float: 1, int: 2, text: 3, ints: 7 };
const TENSOR = { dims: 1, dataType: 2, name: 8, rawData: 9 };
const VALUE_INFO = { name: 1, type: 2 };
const TYPE = { tensor: 1 };
const TENSOR_TYPE = { elementType: 1, shape: 2 };
const SHAPE = { dimension: 1 };
const DIMENSION = { value: 1 };

/** Writes a model as ONNX, which is a protocol buffer. */
export function encodeModel(model: Model): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(MODEL.irVersion, WireType.Varint).int64(IR_VERSION);
  writer.tag(MODEL.producerName, WireType.LengthDelimited).string('dropline');
  writeMessage(writer, MODEL.graph, (graph) => {
    for (const node of model.nodes) writeMessage(graph, GRAPH.node, (to) => encodeNode(to, node));
    graph.tag(GRAPH.name, WireType.LengthDelimited).string(model.name);
    for (const tensor of model.constants)
      writeMessage(graph, GRAPH.initializer, (to) => encodeTensor(to, tensor));
    for (const port of model.inputs) writeMessage(graph, GRAPH.input, (to) => encodePort(to, port));
    for (const port of model.outputs) writeMessage(graph, GRAPH.output, (to) => encodePort(to, port));
  });
  for (const [domain, version] of Object.entries(OPSETS))
    writeMessage(writer, MODEL.opsetImport, (opset) => {
      opset.tag(OPSET.domain, WireType.LengthDelimited).string(domain);
      opset.tag(OPSET.version, WireType.Varint).int64(version);
    });
  return writer.finish();
}

function writeMessage(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

function encodeNode(writer: BinaryWriter, node: Node): void {
  for (const name of node.inputs) writer.tag(NODE.input, WireType.LengthDelimited).string(name);
  for (const name of node.outputs) writer.tag(NODE.output, WireType.LengthDelimited).string(name);
  // the runtime's messages name the node: its first output says where in the network it stands
  writer.tag(NODE.name, WireType.LengthDelimited).string(`${node.operator} ${node.outputs[0] ?? ''}`);
  writer.tag(NODE.operator, WireType.LengthDelimited).string(node.operator);
  for (const [name, value] of Object.entries(node.attributes))
    writeMessage(writer, NODE.attribute, (to) => encodeAttribute(to, name, value));
  writer.tag(NODE.domain, WireType.LengthDelimited).string(node.domain);
}

function encodeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  writer.tag(ATTRIBUTE.name, WireType.LengthDelimited).string(name);
  if ('float' in value) writer.tag(ATTRIBUTE.float, WireType.Bit32).float(value.float);
  else if ('int' in value) writer.tag(ATTRIBUTE.int, WireType.Varint).int64(value.int);
  else if ('text' in value) writer.tag(ATTRIBUTE.text, WireType.LengthDelimited).string(value.text);
  else for (const one of value.ints) writer.tag(ATTRIBUTE.ints, WireType.Varint).int64(one);
  const kind = Object.keys(value)[0] as keyof typeof ATTRIBUTE_TYPES;
  writer.tag(ATTRIBUTE.type, WireType.Varint).int32(ATTRIBUTE_TYPES[kind]);
}

function encodeTensor(writer: BinaryWriter, { name, type, shape, data }: Tensor): void {
  for (const length of shape) writer.tag(TENSOR.dims, WireType.Varint).int64(length);
  writer.tag(TENSOR.dataType, WireType.Varint).int32(DATA_TYPES[type]);
  writer.tag(TENSOR.name, WireType.LengthDelimited).string(name);
  writer
    .tag(TENSOR.rawData, WireType.LengthDelimited)
    .bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodePort(writer: BinaryWriter, port: Port): void {
  writer.tag(VALUE_INFO.name, WireType.LengthDelimited).string(port.name);
  writeMessage(writer, VALUE_INFO.type, (type) => encodeTensorType(type, port));
}

function encodeTensorType(writer: BinaryWriter, { type, shape }: Port): void {
  writeMessage(writer, TYPE.tensor, (tensor) => {
    tensor.tag(TENSOR_TYPE.elementType, WireType.Varint).int32(DATA_TYPES[type]);
    writeMessage(tensor, TENSOR_TYPE.shape, (dimensions) => {
      for (const length of shape)
        writeMessage(dimensions, SHAPE.dimension, (to) =>
          to.tag(DIMENSION.value, WireType.Varint).int64(length),
        );
    });
  });
}

/** A parameter of a network with its value; `data` is row-major and has as many elements as `shape` says. */
export type Parameter = { name: string; shape: readonly number[]; data: Float32Array };

/** The file identifier and version that onnxruntime-web 1.19.2 reads. */
const IDENTIFIER = 'ODTC';
const VERSION = 2;

// Field numbers of onnxruntime/core/flatbuffers/schema/ort_training_checkpoint.fbs and ort.fbs (v1.19.2).
const CHECKPOINT = { fields: 4, version: 0, moduleState: 1 };
const MODULE_STATE = { fields: 4, trainable: 0, frozen: 1 };
const CHECKPOINT_TENSOR = { fields: 7, name: 0, dims: 2, dataType: 3, rawData: 4 };

/**
 * Writes the checkpoint from which ONNX Runtime's training session takes the parameters: a flatbuffer. All of them are frozen
 * to the session, which then keeps no gradients of its own: the train model changes them itself.
 */
export function encodeCheckpoint(parameters: readonly Parameter[]): Uint8Array {
  const size = parameters.reduce((sum, { data }) => sum + data.byteLength + 256, 1024);
  const builder = new Builder(size);
  const frozen = writeTables(
    builder,
    parameters.map((parameter) => writeTensor(builder, parameter)),
  );
  // the list of trainable parameters must be there, even when empty
  const trainable = writeTables(builder, []);

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

function writeTensor(builder: Builder, { name, shape, data }: Parameter): number {
  const text = builder.createString(name);
  builder.startVector(8, shape.length, 8);
  for (const length of shape.toReversed()) builder.addInt64(BigInt(length));
  const dims = builder.endVector();
  const raw = builder.createByteVector(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));

  builder.startObject(CHECKPOINT_TENSOR.fields);
  builder.addFieldOffset(CHECKPOINT_TENSOR.name, text, 0);
  builder.addFieldOffset(CHECKPOINT_TENSOR.dims, dims, 0);
  builder.addFieldInt32(CHECKPOINT_TENSOR.dataType, DATA_TYPES.float, 0);
  builder.addFieldOffset(CHECKPOINT_TENSOR.rawData, raw, 0);
  return builder.endObject();
}

function writeTables(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Attribute, DATA_TYPES, type Model, type Node, type Port, type Tensor } from './types.ts';

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
const TYPE = { tensor: 1, sequence: 4 };
const TENSOR_TYPE = { elementType: 1, shape: 2 };
const SHAPE = { dimension: 1 };
const DIMENSION = { value: 1 };
const SEQUENCE_TYPE = { elementType: 1 };

/**
 * Writes a model as ONNX, which is a protocol buffer.
 *
 * @param model the model
 * @returns the bytes of a `ModelProto`, the same for the same model
 * @example encodeModel({ name: 'empty', nodes: [], constants: [], inputs: [], outputs: [] })
 */
export function encodeModel(model: Model): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(MODEL.irVersion, WireType.Varint).int64(IR_VERSION);
  writer.tag(MODEL.producerName, WireType.LengthDelimited).string('dropline');
  message(writer, MODEL.graph, (graph) => {
    for (const node of model.nodes) message(graph, GRAPH.node, (to) => encodeNode(to, node));
    graph.tag(GRAPH.name, WireType.LengthDelimited).string(model.name);
    for (const tensor of model.constants) message(graph, GRAPH.initializer, (to) => encodeTensor(to, tensor));
    for (const port of model.inputs) message(graph, GRAPH.input, (to) => encodePort(to, port));
    for (const port of model.outputs) message(graph, GRAPH.output, (to) => encodePort(to, port));
  });
  for (const [domain, version] of Object.entries(OPSETS))
    message(writer, MODEL.opsetImport, (opset) => {
      opset.tag(OPSET.domain, WireType.LengthDelimited).string(domain);
      opset.tag(OPSET.version, WireType.Varint).int64(version);
    });
  return writer.finish();
}

function message(writer: BinaryWriter, field: number, write: (writer: BinaryWriter) => void): void {
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
    message(writer, NODE.attribute, (to) => encodeAttribute(to, name, value));
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
  message(writer, VALUE_INFO.type, (type) => {
    if (!port.sequence) return encodeTensorType(type, port);
    message(type, TYPE.sequence, (sequence) =>
      message(sequence, SEQUENCE_TYPE.elementType, (element) => encodeTensorType(element, port)),
    );
  });
}

function encodeTensorType(writer: BinaryWriter, { type, shape }: Port): void {
  message(writer, TYPE.tensor, (tensor) => {
    tensor.tag(TENSOR_TYPE.elementType, WireType.Varint).int32(DATA_TYPES[type]);
    if (!shape) return;
    message(tensor, TENSOR_TYPE.shape, (dimensions) => {
      for (const length of shape)
        message(dimensions, SHAPE.dimension, (to) => to.tag(DIMENSION.value, WireType.Varint).int64(length));
    });
  });
}

import type { AttributeValue, ElementType, Graph, GraphConstant, GraphNode, GraphValue } from './graph.ts';
import { concatenate, float, integer, message, packedIntegers, text } from './protobuf.ts';

const IR_VERSION = 9;
const OPSET = 20;
const ELEMENT: Record<ElementType, number> = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 };

export interface OnnxOptions {
  /** Of ONNX's own operators; Microsoft's are declared unless it is given. */
  readonly opset?: number;
  /** A file beside the model that holds the weights (constants that are arrays of floats) one after the other. */
  readonly weightsFile?: string;
  /** Name of a first output that is an empty sequence. */
  readonly emptySequence?: string;
}

/** The graph as the bytes of an ONNX model (field numbers are those of onnx.proto3). */
export function toOnnx(graph: Graph, options: OnnxOptions = {}): Uint8Array {
  const { opset, weightsFile, emptySequence } = options;
  let offset = 0;
  const writeOne = (constant: GraphConstant): Uint8Array[] => {
    if (weightsFile === undefined || !(constant.values instanceof Float32Array))
      return writeConstant(constant);
    const length = constant.values.byteLength;
    const written = writeElsewhere(constant, { location: weightsFile, offset, length });
    offset += length;
    return written;
  };
  const body = [
    ...graph.nodes.map((node) => message(1, writeNode(node))),
    ...(emptySequence === undefined
      ? []
      : [message(1, writeNode({ op: 'SequenceEmpty', inputs: [], outputs: [emptySequence] }))]),
    text(2, 'sft'),
    ...graph.constants.map((value) => message(5, writeOne(value))),
    ...graph.inputs.map((value) => message(11, writeValue(value))),
    ...(emptySequence === undefined ? [] : [message(12, writeSequence(emptySequence))]),
    ...graph.outputs.map((value) => message(12, writeValue(value))),
  ];
  return concatenate([
    integer(1, IR_VERSION),
    text(2, 'sft-studio'),
    message(7, body),
    message(8, [text(1, ''), integer(2, opset ?? OPSET)]),
    ...(opset === undefined ? [message(8, [text(1, 'com.microsoft'), integer(2, 1)])] : []),
  ]);
}

function writeNode(node: GraphNode): Uint8Array[] {
  const fields = [
    ...node.inputs.map((name) => text(1, name)),
    ...node.outputs.map((name) => text(2, name)),
    text(3, node.outputs[0]),
    text(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) => message(5, writeAttribute(name, value))),
  ];
  return node.domain === undefined ? fields : [...fields, text(7, node.domain)];
}

function writeAttribute(name: string, value: AttributeValue): Uint8Array[] {
  if ('int' in value) return [text(1, name), integer(3, value.int), integer(20, 2)];
  if ('float' in value) return [text(1, name), float(2, value.float), integer(20, 1)];
  return [text(1, name), packedIntegers(8, value.ints), integer(20, 7)];
}

function writeConstant(constant: GraphConstant): Uint8Array[] {
  return [
    packedIntegers(1, constant.shape),
    integer(2, ELEMENT[constant.type]),
    text(8, constant.name),
    message(9, [rawData(constant)]),
  ];
}

/** TensorProto with data_location EXTERNAL. */
function writeElsewhere(
  { shape, type, name }: GraphConstant,
  place: Readonly<Record<'location' | 'offset' | 'length', string | number>>,
): Uint8Array[] {
  return [
    packedIntegers(1, shape),
    integer(2, ELEMENT[type]),
    text(8, name),
    ...Object.entries(place).map(([key, value]) => message(13, [text(1, key), text(2, String(value))])),
    integer(14, 1),
  ];
}

function rawData({ type, values }: GraphConstant): Uint8Array {
  if (values instanceof Float32Array || values instanceof Int32Array) return bytesOf(values);
  if (type === 'float32') return bytesOf(Float32Array.from(values));
  if (type === 'int32') return bytesOf(Int32Array.from(values));
  if (type === 'int64') return bytesOf(BigInt64Array.from(values, BigInt));
  return Uint8Array.from(values);
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function writeValue(value: GraphValue): Uint8Array[] {
  // A size that is decided at run time has a name in place of a number.
  const dimensions = value.shape.map((size, axis) =>
    message(1, [value.varies?.includes(axis) === true ? text(2, `${value.name}.${axis}`) : integer(1, size)]),
  );
  const tensor = [integer(1, ELEMENT[value.type]), message(2, dimensions)];
  return [text(1, value.name), message(2, [message(1, tensor)])];
}

/** ValueInfoProto of a sequence of float tensors. */
function writeSequence(name: string): Uint8Array[] {
  const tensor = message(1, [integer(1, ELEMENT.float32)]);
  return [text(1, name), message(2, [message(4, [message(1, [tensor])])])];
}

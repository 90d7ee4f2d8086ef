import type { NodeProto, TensorProto } from '../../onnx/proto.ts';
import { floatsOf } from '../../onnx/tensors.ts';
import type { ProjectionFacts } from '../model-entry.ts';
import { floatAttribute, type GraphWalk, intAttribute } from './graph-walk.ts';

/** Operators that may follow a projection without being another layer. */
const AFTER_PROJECTION = [
  'Identity',
  'Cast',
  'Squeeze',
  'Flatten',
  'Reshape',
  'LpNormalization',
  'Div',
  'QuantizeLinear',
  'DequantizeLinear',
];
/** Operators that a quantised graph puts between a vector and a product. */
const QUANTIZING = ['QuantizeLinear', 'DequantizeLinear', 'Identity'];

/**
 * The linear projection that gives an output: a product with a weight, without a bias, maybe with an L2 norm after it. The weight
 * may be quantised. Stock CLIP exports declare only `image_embeds`; the input of its product is the pooled vector before
 * `visual_projection`.
 */
export function findProjection(walk: GraphWalk, output: string): ProjectionFacts | undefined {
  let value: string | undefined = output;
  for (let steps = 0; value !== undefined && steps < 12; steps++) {
    const found = linear(walk, value);
    if (found) return found;
    const node = walk.producer(value);
    if (!node || !AFTER_PROJECTION.includes(node.opType)) return undefined;
    value = node.input[0];
  }
  return undefined;
}

/** The input of the last layer of a classifier, with or without a bias: the vector before the classes, and its size. */
export function findFeatures(
  walk: GraphWalk,
  logits: string,
): { readonly value: string; readonly size: number } | undefined {
  let value = walk.through(logits, AFTER_PROJECTION);
  const node = walk.producer(value);
  if (node?.opType === 'Add') {
    const [left, right] = node.input;
    if (walk.constant(right)) value = left;
    else if (walk.constant(left)) value = right;
  }
  const found = value === undefined ? undefined : linear(walk, value, true);
  return found && { value: found.input, size: found.in };
}

/** The product that computes a value. */
function linear(walk: GraphWalk, output: string, biased = false): ProjectionFacts | undefined {
  const node = walk.producer(output);
  switch (node?.opType) {
    case 'MatMul':
    case 'Gemm':
      return ofFloats(walk, node, biased);
    case 'MatMulNBits':
    case 'MatMulBnb4':
      return ofBlocks(walk, node, biased);
    case 'DynamicQuantizeMatMul':
      return ofMatrix(walk, node, { weight: 1, bias: biased ? undefined : 4 });
    case 'MatMulIntegerToFloat':
      return ofMatrix(walk, node, { weight: 1, bias: biased ? undefined : 6 });
    case 'Mul':
      return ofIntegers(walk, node);
    default:
      return undefined;
  }
}

function ofFloats(walk: GraphWalk, node: NodeProto, biased: boolean): ProjectionFacts | undefined {
  const [vector, weight, bias] = node.input;
  const stored = walk.constant(weight);
  const packed = stored ? undefined : dequantized(walk, weight);
  const found = stored ?? packed;
  const input = walk.through(vector, QUANTIZING);
  if (input === undefined || !found || found.tensor.dims.length !== 2) return undefined;
  let turned = false;
  if (node.opType === 'Gemm') {
    const plain = floatAttribute(node, 'alpha', 1) === 1 && intAttribute(node, 'transA', 0) === 0;
    if (!plain || (!biased && bias && !isZero(walk.constant(bias)?.tensor))) return undefined;
    turned = intAttribute(node, 'transB', 0) === 1;
  }
  const outByIn = found.transposed !== turned;
  const [rows = 0, columns = 0] = found.tensor.dims.map(Number);
  return {
    input,
    output: node.output[0]!,
    // Stored floats keep their stored order; a computed weight has the order in which the product takes it.
    weight: stored ? { name: stored.name, outByIn } : { name: weight!, outByIn: turned, computed: true },
    out: outByIn ? rows : columns,
    in: outByIn ? columns : rows,
  };
}

/** The quantised constant behind a float weight. */
function dequantized(walk: GraphWalk, weight: string | undefined) {
  let transposed = false;
  let value = weight;
  for (let steps = 0; steps < 6; steps++) {
    const node = walk.producer(value);
    if (node?.opType === 'DequantizeLinear') {
      const found = walk.constant(node.input[0]);
      return found && { ...found, transposed: found.transposed !== transposed };
    }
    if (node?.opType === 'Transpose') transposed = !transposed;
    else if (node?.opType !== 'Cast' && node?.opType !== 'Identity') return undefined;
    value = node.input[0];
  }
  return undefined;
}

/** A product with a weight in blocks of few bits. Its sizes are the attributes `N` and `K`. */
function ofBlocks(walk: GraphWalk, node: NodeProto, biased: boolean): ProjectionFacts | undefined {
  const input = walk.through(node.input[0], QUANTIZING);
  const bias = node.opType === 'MatMulNBits' ? node.input[5] : undefined;
  if (input === undefined || (!biased && bias)) return undefined;
  return {
    input,
    output: node.output[0]!,
    in: intAttribute(node, 'K', 0),
    out: intAttribute(node, 'N', 0),
  };
}

function ofMatrix(
  walk: GraphWalk,
  node: NodeProto,
  at: { readonly weight: number; readonly bias: number | undefined },
): ProjectionFacts | undefined {
  if (at.bias !== undefined && node.input[at.bias]) return undefined;
  return ofProduct(walk, node.input[0], node.input[at.weight], node.output[0]!);
}

/** `Mul(Cast(MatMulInteger(x, W)), scales)`: the product as ONNX Runtime's `quantize_dynamic` writes it. */
function ofIntegers(walk: GraphWalk, node: NodeProto): ProjectionFacts | undefined {
  for (const side of node.input) {
    const product = walk.producer(walk.through(side, ['Cast']));
    if (product?.opType === 'MatMulInteger')
      return ofProduct(walk, product.input[0], product.input[1], node.output[0]!);
  }
  return undefined;
}

function ofProduct(
  walk: GraphWalk,
  vector: string | undefined,
  weight: string | undefined,
  output: string,
): ProjectionFacts | undefined {
  const input = walk.through(vector, ['DynamicQuantizeLinear', ...QUANTIZING]);
  const found = walk.constant(weight);
  if (input === undefined || found?.tensor.dims.length !== 2) return undefined;
  const [rows = 0, columns = 0] = found.tensor.dims.map(Number);
  return { input, output, in: found.transposed ? columns : rows, out: found.transposed ? rows : columns };
}

function isZero(tensor: TensorProto | undefined): boolean {
  if (!tensor) return false;
  try {
    return floatsOf(tensor).data.every((value) => value === 0);
  } catch {
    return false;
  }
}
